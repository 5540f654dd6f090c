package cloudops.aws;

/** An AWS call that failed. */
public class AwsException extends Exception {

    private static final long serialVersionUID = 1L;

    private final Problem problem;
    private final String code;

    /** @param code AWS error code such as {@code UnauthorizedOperation}; the problem's own name where AWS gave none */
    public AwsException(Problem problem, String code, String message, Throwable cause) {
        super(message, cause);
        this.problem = problem;
        this.code = code;
    }

    public Problem problem() {
        return problem;
    }

    /** AWS error code; never null. */
    public String code() {
        return code;
    }

    /** Typed from the AWS error code. */
    public enum Problem {
        ACCESS_DENIED(false),
        EXPLICIT_DENY(false),
        THROTTLED(true),
        EXPIRED_TOKEN(false),
        NO_CREDENTIALS(false),
        UNKNOWN_PROFILE(false),
        DISABLED_REGION(false),
        NOT_FOUND(false),
        INVALID_CALL(false),
        SERVER_ERROR(true),
        NETWORK(true),
        PARSE(false),
        NO_CLI(false),
        OTHER(false);

        private final boolean retryable;

        Problem(boolean retryable) {
            this.retryable = retryable;
        }

        /** Whether the same call may succeed later without anybody changing anything. */
        public boolean retryable() {
            return retryable;
        }
    }
}
