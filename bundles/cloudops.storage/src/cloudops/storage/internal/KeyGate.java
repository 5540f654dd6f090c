package cloudops.storage.internal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

import cloudops.storage.StorageException;
import cloudops.storage.StorageException.Problem;

/**
 * Keeps writers of records and a change of keys apart, over all processes: a record is never written under a key that is being dropped, and
 * never replaced by an older self that was just encrypted anew. Writers of several processes pass together. A lock of the operating
 * system's, so a process that is killed lets go of it.
 */
final class KeyGate {

    /** The operating system knows processes, not threads. */
    private static final Map<Path, ReentrantLock> THREADS = new ConcurrentHashMap<>();

    private final Path file;

    private final ReentrantLock threads;

    /** @param file made if need be; its folder is there */
    KeyGate(Path file) {
        this.file = file.toAbsolutePath().normalize();
        threads = THREADS.computeIfAbsent(this.file, key -> new ReentrantLock(true));
    }

    /** For as long as it is open. */
    interface Hold extends AutoCloseable {
        @Override
        void close();
    }

    Hold forWriting() throws StorageException {
        return hold(true);
    }

    Hold forChange() throws StorageException {
        return hold(false);
    }

    private Hold hold(boolean shared) throws StorageException {
        threads.lock();
        if (threads.getHoldCount() > 1) {
            threads.unlock();
            throw new IllegalStateException("held by this thread already");
        }
        FileChannel channel = null;
        try {
            channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            var held = channel.lock(0, Long.MAX_VALUE, shared);
            return () -> release(held);
        } catch (IOException e) {
            close(channel, e);
            threads.unlock();
            throw new StorageException(Problem.IO, "the file " + file + " cannot be locked: " + e.getMessage(), e);
        }
    }

    private void release(FileLock held) {
        try (var channel = held.acquiredBy()) {
            held.release();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException("the file " + file + " cannot be unlocked", e);
        } finally {
            threads.unlock();
        }
    }

    private static void close(FileChannel channel, IOException reason) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            reason.addSuppressed(e);
        }
    }
}
