package cloudops.scanner.spi;

/** AWS did not answer as a scanner needed it. */
public class ScanException extends Exception {

    private static final long serialVersionUID = 1L;

    private final Category category;
    private final String code;
    private final String awsCode;
    private final boolean retryable;

    /** As the longer constructor, for a failure to which AWS gave no code of its own. */
    public ScanException(Category category, String code, boolean retryable, String message, Throwable cause) {
        this(category, code, code, retryable, message, cause);
    }

    /**
     * @param code the typed cause: {@code AccessDenied}, {@code Throttled}, {@code NotFound}, {@code Network} …
     * @param awsCode the error code that AWS gave: {@code NoSuchTagSet}
     */
    public ScanException(Category category, String code, String awsCode, boolean retryable, String message, Throwable cause) {
        super(message, cause);
        this.category = category;
        this.code = code;
        this.awsCode = awsCode;
        this.retryable = retryable;
    }

    public Category category() {
        return category;
    }

    /** The typed cause, the same for all services: {@code AccessDenied}, {@code Throttled}, {@code NotFound}, {@code Network} … */
    public String code() {
        return code;
    }

    /** Whether AWS does not let the principal make this call: it would have worked for another. */
    public boolean denied() {
        return code.equals("AccessDenied") || code.equals("ExplicitDeny");
    }

    /** The error code that AWS gave, such as {@code NoSuchTagSet}; {@link #code()} where AWS gave none. */
    public String awsCode() {
        return awsCode;
    }

    /** Whether the same call may succeed later without anybody changing anything. */
    public boolean retryable() {
        return retryable;
    }

    /** The stage that failed. */
    public enum Category {
        /** The call did not reach AWS: no profile, no credentials, no AWS CLI, no network. */
        EXECUTION,
        /** AWS answered with an error. */
        AWS_CLI,
        /** The answer was not understood. */
        PARSING,
        /** Permissions could not be found. */
        IAM,
        /** No vector could be computed. */
        EMBEDDING,
        /** The estate could not be read or written. */
        STORAGE
    }
}
