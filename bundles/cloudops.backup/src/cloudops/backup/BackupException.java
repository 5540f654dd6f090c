package cloudops.backup;

import java.util.List;

/** A backup could not be made, read, moved or restored. Live data is as it was, unless the message says otherwise. */
public class BackupException extends Exception {

    private static final long serialVersionUID = 1L;

    private final Problem problem;
    private final String remedy;
    private final transient List<String> findings;

    /** @param remedy what the user can do; null when there is nothing to say */
    public BackupException(Problem problem, String message, String remedy, Throwable cause) {
        this(problem, message, remedy, List.of(), cause);
    }

    /** @param findings what exactly is wrong, a line each */
    public BackupException(Problem problem, String message, String remedy, List<String> findings, Throwable cause) {
        super(message, cause);
        this.problem = problem;
        this.remedy = remedy;
        this.findings = List.copyOf(findings);
    }

    public Problem problem() {
        return problem;
    }

    /** What the user can do about it, in a few words; null when there is nothing to say. */
    public String remedy() {
        return remedy;
    }

    /** What exactly is wrong, a line each; may be empty. */
    public List<String> findings() {
        return findings == null ? List.of() : findings;
    }

    /** What went wrong. */
    public enum Problem {
        /** There is no such backup. */
        NOT_FOUND,
        /** Something in the backup is not what was written. */
        DAMAGED,
        /** The backup is of a home with another key. */
        FOREIGN,
        /** The backup has a format that this version does not know. */
        UNKNOWN_FORMAT,
        /** The key cannot be had, or it is not the right one. */
        KEY,
        /** Another process makes or restores a backup, or writes to the store. */
        LOCKED,
        /** No room is left. */
        DISK_FULL,
        /** The store could not be read or written. */
        STORE,
        /** Local files could not be read or written. */
        IO,
        /** This run may only read. */
        READ_ONLY,
        /** S3: the profile may not do that. */
        ACCESS_DENIED,
        /** S3: there is no such bucket. */
        NO_BUCKET,
        /** S3: the upload or download broke off; what is done so far counts when it is asked for again. */
        INTERRUPTED,
        /** S3: any other failure; the cause is an {@link cloudops.aws.AwsException}. */
        AWS
    }
}
