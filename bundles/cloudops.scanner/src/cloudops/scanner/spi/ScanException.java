package cloudops.scanner.spi;

/** AWS did not answer as a scanner needed it. */
public class ScanException extends Exception {

    private static final long serialVersionUID = 1L;

    private final Category category;
    private final String code;
    private final boolean retryable;

    /** @param code the typed cause: {@code AccessDenied}, {@code Throttled}, {@code Network} … */
    public ScanException(Category category, String code, boolean retryable, String message, Throwable cause) {
        super(message, cause);
        this.category = category;
        this.code = code;
        this.retryable = retryable;
    }

    public Category category() {
        return category;
    }

    public String code() {
        return code;
    }

    public boolean retryable() {
        return retryable;
    }

    /** The stage that failed. */
    public enum Category {
        EXECUTION, AWS_CLI, PARSING, IAM, EMBEDDING, STORAGE
    }
}
