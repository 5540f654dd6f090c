package cloudops.aws;

/** An AWS call that failed. */
public class AwsException extends Exception {

    private static final long serialVersionUID = 1L;

    private final Problem problem;
    private final String code;

    /** @param code AWS error code such as {@code UnauthorizedOperation}; one of ours where AWS gave none */
    public AwsException(Problem problem, String code, String message, Throwable cause) {
        super(message, cause);
        this.problem = problem;
        this.code = code;
    }

    public Problem problem() {
        return problem;
    }

    /**
     * AWS error code; where AWS gave none, one of ours ({@code EndpointDown}, {@code NoAnswer}, {@code Timeout} …) or the problem's own name.
     * Never null.
     */
    public String code() {
        return code;
    }

    /** Typed from the AWS error code. */
    public enum Problem {
        /** No policy allows it. */
        ACCESS_DENIED(false),
        /** A policy forbids it, such as a service control policy of the organization. */
        EXPLICIT_DENY(false),
        THROTTLED(true),
        /** Of a session or a single sign-on, or there is no such session: the user must sign in. */
        EXPIRED_TOKEN(false),
        /** The clock of this machine is too far from AWS's. */
        CLOCK_SKEW(false),
        /** The profile names none, or AWS does not know them. */
        NO_CREDENTIALS(false),
        UNKNOWN_PROFILE(false),
        DISABLED_REGION(false),
        NOT_FOUND(false),
        INVALID_CALL(false),
        SERVER_ERROR(true),
        /** No answer of AWS; with code {@code EndpointDown} nothing was sent, for the calls before it had none. */
        NETWORK(true),
        /** A file, or an answer, that cannot be read. */
        PARSE(false),
        NO_CLI(false),
        /** {@link AwsException#code()} says more. */
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
