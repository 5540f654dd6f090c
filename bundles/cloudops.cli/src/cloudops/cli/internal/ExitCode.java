package cloudops.cli.internal;

/** What the process ends with; the contract is in the user guide. */
final class ExitCode {

    static final int DONE = 0;
    static final int FAILED = 1;
    static final int USAGE = 2;
    static final int PARTLY = 3;
    static final int REFUSED = 4;
    static final int INTERRUPTED = 130;

    private ExitCode() {
    }
}
