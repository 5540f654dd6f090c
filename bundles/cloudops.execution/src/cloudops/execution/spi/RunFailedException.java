package cloudops.execution.spi;

/** A command that could not be started or broke down; the message is shown to people. */
public class RunFailedException extends Exception {

    private static final long serialVersionUID = 1L;

    public RunFailedException(String message) {
        super(message);
    }

    public RunFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
