package cloudops.cli.internal;

/** A command that ends with an exit code other than 0, and what to tell the user. */
class CliException extends Exception {

    private static final long serialVersionUID = 1L;

    private final int exitCode;
    private final String remedy;

    /** @param remedy what to do; null when there is nothing */
    CliException(int exitCode, String message, String remedy) {
        super(message);
        this.exitCode = exitCode;
        this.remedy = remedy;
    }

    int exitCode() {
        return exitCode;
    }

    String remedy() {
        return remedy;
    }
}
