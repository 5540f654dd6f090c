package cloudops.execution.internal.event;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.locks.ReentrantLock;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import cloudops.execution.internal.output.PrivateFiles;

/**
 * A file of the user's own (0600) to which lines are appended, and which is put aside when it has grown. Several processes may append to the same
 * one: each line is one write, and one process at a time puts the file aside. Used by one thread at a time.
 */
final class RotatingFile implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RotatingFile.class);

    /** One for all files: Java refuses a second lock on a file in a process rather than wait for the first. */
    private static final ReentrantLock IN_PROCESS = new ReentrantLock();

    private final Path path;
    private final long limit;
    private final int keep;
    private FileChannel channel; // null while it is not open
    private Object key; // of the file that is open
    private boolean torn; // whether a line was written in part

    RotatingFile(Path path, long limit, int keep) {
        this.path = path;
        this.limit = limit;
        this.keep = keep;
    }

    Path path() {
        return path;
    }

    /** @throws IOException when the line was not written, or only in part; the next one is begun on a line of its own */
    void append(byte[] line) throws IOException {
        try {
            if (channel != null && !isCurrent()) {
                close();
            }
            if (channel == null) {
                open();
            }
            if (channel.size() > 0 && channel.size() + line.length > limit) {
                rotate();
            }
            if (torn) {
                write(new byte[] { '\n' });
                torn = false;
            }
            write(line);
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    private void write(byte[] bytes) throws IOException {
        var buffer = ByteBuffer.wrap(bytes);
        try {
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
        } finally {
            torn |= buffer.hasRemaining() && buffer.position() > 0;
        }
    }

    private void open() throws IOException {
        if (path.getParent() != null) {
            PrivateFiles.createFolders(path.getParent());
        }
        if (Files.notExists(path)) {
            createPrivate();
        }
        channel = FileChannel.open(path, CREATE, WRITE, APPEND);
        key = keyOf(path);
        var posix = Files.getFileAttributeView(path, PosixFileAttributeView.class);
        if (posix != null && Files.isRegularFile(path)) {
            posix.setPermissions(PosixFilePermissions.fromString("rw-------"));
        }
    }

    private void createPrivate() throws IOException {
        try {
            PrivateFiles.create(path);
        } catch (FileAlreadyExistsException e) {
            LOG.debug("another process was faster file={}", path, e);
        }
    }

    /** Whether nobody has moved or removed the file. */
    private boolean isCurrent() throws IOException {
        try {
            return keyOf(path).equals(key);
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    private static Object keyOf(Path file) throws IOException {
        var attributes = Files.readAttributes(file, BasicFileAttributes.class);
        return attributes.fileKey() == null ? attributes.creationTime() : attributes.fileKey();
    }

    private void rotate() throws IOException {
        IN_PROCESS.lock();
        try {
            putAside();
            close();
        } finally {
            IN_PROCESS.unlock();
        }
        open();
    }

    private void putAside() throws IOException {
        // another process that does the same has the same file open; who gets the lock second finds that it was done
        try (var lock = channel.lock()) {
            if (lock.isValid() && isCurrent()) {
                for (int number = keep; number > 1; number--) {
                    moveIfThere(aside(number - 1), aside(number));
                }
                if (keep > 0) {
                    Files.move(path, aside(1), StandardCopyOption.REPLACE_EXISTING);
                } else {
                    Files.delete(path);
                }
            }
        }
    }

    private Path aside(int number) {
        return path.resolveSibling(path.getFileName() + "." + number);
    }

    private static void moveIfThere(Path from, Path to) throws IOException {
        if (Files.exists(from)) {
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    @Override
    public void close() {
        if (channel != null) {
            IN_PROCESS.lock(); // closing any descriptor of a file gives up the process's lock on it
            try {
                channel.close();
            } catch (IOException e) {
                LOG.warn("file not closed file={}", path, e);
            } finally {
                IN_PROCESS.unlock();
            }
            channel = null;
        }
    }
}
