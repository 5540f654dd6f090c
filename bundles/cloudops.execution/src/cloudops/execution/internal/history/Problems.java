package cloudops.execution.internal.history;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;

/** Says in words what the file system says in class names. */
final class Problems {

    private Problems() {
    }

    static IOException explain(IOException problem) {
        return switch (problem) {
            case AccessDeniedException denied -> new IOException("no permission for " + denied.getFile()
                    + "; try: give yourself read and write access to it", denied);
            case FileAlreadyExistsException inTheWay -> new IOException(inTheWay.getFile() + " is in the way of a folder; try: move it away",
                    inTheWay);
            case FileSystemException other when other.getReason() != null -> new IOException(other.getFile() + ": " + other.getReason(), other);
            default -> problem;
        };
    }
}
