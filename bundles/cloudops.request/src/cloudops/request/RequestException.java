package cloudops.request;

/** A prompt that could not be answered or a plan that could not be run. */
public class RequestException extends Exception {

    private static final long serialVersionUID = 1L;

    private final Problem problem;

    public RequestException(Problem problem, String message, Throwable cause) {
        super(message, cause);
        this.problem = problem;
    }

    public Problem problem() {
        return problem;
    }

    /** What went wrong. */
    public enum Problem {
        /** Nobody consented to exactly this plan, or read-only mode is on. */
        REFUSED,
        /** The answer has no plan. */
        NOTHING_TO_RUN,
        /** The agent's answer is not a plan we would show. */
        BAD_ANSWER,
        /** No profile has credentials for the account of a step. */
        NO_PROFILE,
        /** The estate could not be read. */
        STORAGE,
        /** The agent cannot answer, or the prompt is too long to be sent. */
        AGENT,
        /** A step could not be started, or what it touched could not be looked at again. */
        EXECUTION
    }
}
