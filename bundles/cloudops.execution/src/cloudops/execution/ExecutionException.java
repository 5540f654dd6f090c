package cloudops.execution;

/** An execution that could not be accepted or found. Failures of a running command are results, not exceptions. */
public class ExecutionException extends Exception {

    private static final long serialVersionUID = 1L;

    private final Problem problem;

    public ExecutionException(Problem problem, String message) {
        super(message);
        this.problem = problem;
    }

    public ExecutionException(Problem problem, String message, Throwable cause) {
        super(message, cause);
        this.problem = problem;
    }

    public Problem problem() {
        return problem;
    }

    /** What went wrong. */
    public enum Problem {
        INVALID_REQUEST, INVALID_PLAN, NOT_FOUND, APPROVAL_REQUIRED,
        /** A rule says never; no consent helps. */
        FORBIDDEN, READ_ONLY, NO_RUNNER,
        /** The engine is closed, or cannot write its log or history. */
        UNAVAILABLE
    }
}
