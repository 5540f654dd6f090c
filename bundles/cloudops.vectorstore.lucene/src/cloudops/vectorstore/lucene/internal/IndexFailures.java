package cloudops.vectorstore.lucene.internal;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;

import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.IndexFormatTooNewException;
import org.apache.lucene.index.IndexFormatTooOldException;
import org.apache.lucene.index.IndexNotFoundException;
import org.apache.lucene.store.LockObtainFailedException;

import cloudops.vectorstore.DiskRoom;
import cloudops.vectorstore.VectorStoreException.Problem;
import cloudops.vectorstore.VectorStoreException;

/** What the errors of Lucene mean to whoever keeps a store in it, and what to do about them. */
final class IndexFailures {

    private IndexFailures() {
    }

    /** Whether {@code e} is of an index that is not as it was written. */
    static boolean isDamage(IOException e) {
        return switch (e) {
            case IndexNotFoundException none -> false;
            // or one byte of a file, where its version is
            case IndexFormatTooNewException newer -> true;
            case IndexFormatTooOldException old -> true;
            case CorruptIndexException damaged -> true;
            case FileNotFoundException gone -> true;
            case NoSuchFileException gone -> true;
            case EOFException truncated -> true;
            default -> false;
        };
    }

    /** @param lockWait how long another process was waited for */
    static VectorStoreException problem(Path folder, Duration lockWait, IOException e) {
        return switch (e) {
            case LockObtainFailedException locked -> new VectorStoreException(Problem.LOCKED,
                    "Another CloudOps process has been writing to " + folder + " for " + lockWait.toSeconds()
                            + " s. Wait until it is done, or end it, then try again; or use another home (--home).",
                    locked);
            case IndexFormatTooNewException newer -> newer(folder, newer);
            // is what Lucene calls a format of its future that it knows nothing of; there is no version before the present one
            case IndexFormatTooOldException unknown -> newer(folder, unknown);
            case IOException damaged when isDamage(damaged) || damaged instanceof IndexNotFoundException -> corrupt(folder, damaged);
            default -> new VectorStoreException(Problem.IO,
                    "The store in " + folder + " cannot be read or written: " + reason(e) + ". What was stored before is unharmed; try: "
                            + DiskRoom.remedy(folder), e);
        };
    }

    private static VectorStoreException newer(Path folder, IOException e) {
        return new VectorStoreException(Problem.CORRUPT, folder + " was written by a newer version of CloudOps, or is damaged: " + reason(e)
                + ". Use that version, restore a backup, or use another home (--home).", e);
    }

    private static VectorStoreException corrupt(Path folder, IOException e) {
        return new VectorStoreException(Problem.CORRUPT, "The store in " + folder + " is damaged: " + reason(e)
                + ". Restore a backup, or move this folder away and scan again.", e);
    }

    private static String reason(IOException e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getClass().getSimpleName() + ": " + e.getMessage();
    }
}
