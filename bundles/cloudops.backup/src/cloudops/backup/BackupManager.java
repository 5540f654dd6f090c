package cloudops.backup;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

import org.osgi.annotation.versioning.ProviderType;

/**
 * Backups of this home's store: all records, and the files with its wrapped key. Settings, and what was executed, are not in them. They lie
 * below the home, in {@code backups/}, and may be copied to S3. Encrypted as a whole, beyond the records themselves. Thread-safe; blocks;
 * one process at a time makes, moves or restores. In a run that may only read, all of that fails with {@code READ_ONLY}.
 */
@ProviderType
public interface BackupManager {

    /** How long local backups are kept. The newest is kept for ever, and so is the newest that has records and lacks none. */
    Duration KEPT_HERE = Duration.ofDays(7);

    /** How long those in S3 are kept, with the same exceptions. */
    Duration KEPT_IN_S3 = Duration.ofDays(30);

    /**
     * Makes a backup of the store as it is at this moment, while others may go on writing, and checks it as it lies on the disk. Then deletes
     * the local ones that are too old. It is there when this returns, or not at all.
     */
    Backup create() throws BackupException;

    /** Newest first, without looking at more than what they say of themselves. A broken one is left out and logged. */
    List<Backup> list() throws BackupException;

    /** As {@link #list()}, of S3. */
    List<Backup> list(S3Location location) throws BackupException, InterruptedException;

    /**
     * Reads all of a backup: every file has the right hash, every record decrypts.
     *
     * @throws BackupException {@code DAMAGED} with all findings; {@code KEY} and {@code UNKNOWN_FORMAT} when that cannot be told
     */
    Backup verify(String id) throws BackupException;

    /**
     * Verifies the backup, builds a store from it, and then puts that in the place of the live one in one step. Until then nothing of the live
     * store is touched; a process that goes on reading sees the one or the other. A home without a key gets that of the backup. What other
     * processes write until the last step is lost with what was there.
     *
     * @throws BackupException {@code FOREIGN} when the home has another key; {@code LOCKED} when a process writes; as {@link #verify}
     */
    Backup restore(String id) throws BackupException;

    /** Verifies the backup and copies it to S3; what was copied before an interruption is not copied again. Deletes there what is too old. */
    Backup upload(String id, S3Location location) throws BackupException, InterruptedException;

    /**
     * Copies a backup from S3 here, where it is then {@linkplain #verify verified and restored} from. One that is here already stays if it is
     * whole; of one that is damaged, what is missing is fetched.
     */
    Backup download(String id, S3Location location) throws BackupException, InterruptedException;

    /**
     * The newest of this home's among {@code backups} that is not newer than {@code time}; of any, for a home without a key.
     *
     * @throws BackupException {@code NOT_FOUND}; {@code FOREIGN} when this home has no key and they are of several homes
     */
    Backup newest(List<Backup> backups, Instant time) throws BackupException;

    /**
     * Makes a backup whenever the newest is older than {@code interval}, until closed; so it does not depend on how long a process lives, and several
     * that do so do not make more. A failure is reported and tried again after a tenth of the interval. One that is under way when this is closed is
     * given up and leaves nothing.
     *
     * @param first when to look for the first time, from now
     * @param copyTo where to copy each; empty for nowhere
     * @param outcome told of each backup made, and of each failure, on a thread of this service
     * @throws IllegalStateException in a run that may only read
     */
    Scheduled schedule(Duration interval, Duration first, Optional<S3Location> copyTo, Consumer<Outcome> outcome);

    /** A schedule that is kept. */
    interface Scheduled extends AutoCloseable {

        /** From here on no backup is begun. */
        @Override
        void close();
    }

    /** @param backup null when it failed @param failure null when it did not */
    record Outcome(Backup backup, BackupException failure) {
    }
}
