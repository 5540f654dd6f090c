package cloudops.storage;

/** The estate could not be read or written. */
public class StorageException extends Exception {

    private static final long serialVersionUID = 1L;

    private final Problem problem;

    private final String remedy;

    public StorageException(Problem problem, String message) {
        this(problem, message, null);
    }

    public StorageException(Problem problem, String message, Throwable cause) {
        this(problem, message, null, cause);
    }

    /** @param remedy what the user can do about it; null when there is nothing */
    public StorageException(Problem problem, String message, String remedy, Throwable cause) {
        super(message, cause);
        this.problem = problem;
        this.remedy = remedy;
    }

    public Problem problem() {
        return problem;
    }

    /** What the user can do about it, in a few words; null when there is nothing to say. */
    public String remedy() {
        return remedy;
    }

    /** What went wrong. */
    public enum Problem {
        /** No keychain and no passphrase. */
        NO_KEY,
        /** The key or passphrase is not the one that the home was made with. */
        WRONG_KEY,
        /** A record does not decrypt or was changed. */
        DAMAGED_RECORD,
        /** Another process writes to this home. */
        LOCKED,
        /** The store itself is damaged. */
        CORRUPT,
        /** The query could not be embedded. */
        EMBEDDING,
        /** Reading or writing failed. */
        IO
    }
}
