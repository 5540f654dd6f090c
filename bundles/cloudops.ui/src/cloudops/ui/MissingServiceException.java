package cloudops.ui;

/** A part of the program that is needed does not run. */
public class MissingServiceException extends Exception {

    private static final long serialVersionUID = 1L;

    /** @param service what a person calls it */
    public MissingServiceException(String service) {
        super("The " + service + " is not running");
    }
}
