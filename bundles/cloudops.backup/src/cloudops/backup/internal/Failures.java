package cloudops.backup.internal;

import java.io.IOException;
import java.util.Locale;

import cloudops.aws.AwsException;
import cloudops.backup.BackupException;
import cloudops.backup.BackupException.Problem;
import cloudops.backup.S3Location;
import cloudops.storage.StorageException;
import cloudops.vectorstore.VectorStoreException;

/** What the failures below a backup mean for it. */
final class Failures {

    private Failures() {
    }

    static BackupException of(IOException e) {
        return isDiskFull(e)
                ? new BackupException(Problem.DISK_FULL, "the disk is full: " + e.getMessage() + "; nothing was changed", "make room, then run it again", e)
                : new BackupException(Problem.IO, "the folder of backups cannot be read or written: " + e, null, e);
    }

    static BackupException of(StorageException e) {
        return new BackupException(switch (e.problem()) {
            case NO_KEY, WRONG_KEY -> Problem.KEY;
            case LOCKED -> Problem.LOCKED;
            default -> Problem.STORE;
        }, e.getMessage(), e.remedy(), e);
    }

    static BackupException of(VectorStoreException e) {
        if (isDiskFull(e)) {
            return new BackupException(Problem.DISK_FULL, "the disk is full: " + e.getMessage(), "make room, then run it again", e);
        }
        return new BackupException(e.problem() == VectorStoreException.Problem.LOCKED ? Problem.LOCKED : Problem.STORE, e.getMessage(), null, e);
    }

    static BackupException of(AwsException e, S3Location location) {
        if (e.code().equals("NoSuchBucket")) {
            return new BackupException(Problem.NO_BUCKET, "there is no bucket '" + location.bucket() + "': " + e.getMessage(),
                    "aws s3 mb s3://" + location.bucket(), e);
        }
        return switch (e.problem()) {
            case ACCESS_DENIED, EXPLICIT_DENY -> new BackupException(Problem.ACCESS_DENIED, "profile '" + location.profile()
                    + "' may not do that in " + location + ": " + e.getMessage(), "allow it what docs/backup.md lists, or use another --profile", e);
            case NETWORK, SERVER_ERROR, THROTTLED -> new BackupException(Problem.INTERRUPTED, "the connection to S3 broke off: " + e.getMessage(),
                    "run it again; it goes on where it stopped", e);
            case UNKNOWN_PROFILE -> new BackupException(Problem.AWS, e.getMessage(), "cloudops profiles list", e);
            case NO_CREDENTIALS, EXPIRED_TOKEN -> new BackupException(Problem.AWS, e.getMessage(), "cloudops profiles validate", e);
            default -> new BackupException(Problem.AWS, e.getMessage(), null, e);
        };
    }

    /** Java has no type for it; these are the texts of ENOSPC, EDQUOT and EFBIG, and of ERROR_DISK_FULL. */
    private static boolean isDiskFull(Throwable failure) {
        for (var cause = failure; cause != null; cause = cause.getCause()) {
            var text = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
            if (cause instanceof IOException && (text.contains("no space left") || text.contains("quota exceeded")
                    || text.contains("file too large") || text.contains("not enough space on the disk"))) {
                return true;
            }
        }
        return false;
    }
}
