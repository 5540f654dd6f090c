package cloudops.vectorstore;

/** The store could not do what was asked. */
public class VectorStoreException extends Exception {

    private static final long serialVersionUID = 1L;

    private final Problem problem;

    public VectorStoreException(Problem problem, String message, Throwable cause) {
        super(message, cause);
        this.problem = problem;
    }

    public Problem problem() {
        return problem;
    }

    /** What went wrong. */
    public enum Problem {
        /** Another process writes to the store. */
        LOCKED,
        /** The collection is not there. */
        NO_COLLECTION,
        /** Vectors of another size. */
        MISMATCH,
        /** A collection of that name is there, but it, or what is in it, is another's. */
        FOREIGN,
        /** The store's files are damaged. */
        CORRUPT,
        /** The store is on a server that did not answer. */
        UNREACHABLE,
        /** The store is on a server that did not let us in. */
        REFUSED,
        /** A restore failed where it could not be undone any more: it is done, or will be by whoever uses the store next, or only the server knows. */
        UNFINISHED,
        /** Reading or writing failed (disk full, no permission). */
        IO
    }
}
