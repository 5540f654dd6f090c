package cloudops.storage.internal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
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

    /** A batch of records is written, or encrypted anew, in less than a second; over a slow line to a server in some. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final long POLL_MILLIS = 5;

    private final Path file;

    private final Duration patience;

    private final ReentrantLock threads;

    /** @param file made if need be; its folder is there */
    KeyGate(Path file) {
        this(file, PATIENCE);
    }

    KeyGate(Path file, Duration patience) {
        this.patience = patience;
        this.file = real(file);
        threads = THREADS.computeIfAbsent(this.file, key -> new ReentrantLock(true));
    }

    /** Two names of one file are one lock to the operating system. */
    private static Path real(Path file) {
        try {
            return file.getParent().toRealPath().resolve(file.getFileName());
        } catch (IOException e) {
            // is said where the file is opened
            return file.toAbsolutePath().normalize();
        }
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
        if (threads.isHeldByCurrentThread()) {
            throw new IllegalStateException("held by this thread already");
        }
        long deadline = System.nanoTime() + patience.toNanos();
        try {
            if (!threads.tryLock(patience.toNanos(), TimeUnit.NANOSECONDS)) {
                throw held("another thread of this process");
            }
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
        FileChannel channel = null;
        try {
            channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            var held = lock(channel, shared, deadline);
            return () -> release(held);
        } catch (StorageException | IOException | RuntimeException | Error e) {
            close(channel, e);
            threads.unlock();
            switch (e) {
                case StorageException known -> throw known;
                case RuntimeException mistake -> throw mistake;
                case Error grave -> throw grave;
                default -> throw new StorageException(Problem.IO, "the file " + file + " cannot be locked: " + e.getMessage(), e);
            }
        }
    }

    /** Asks again and again: the operating system has no such wait with an end. */
    private FileLock lock(FileChannel channel, boolean shared, long deadline) throws IOException, StorageException {
        while (true) {
            var held = channel.tryLock(0, Long.MAX_VALUE, shared);
            if (held != null) {
                return held;
            }
            if (System.nanoTime() - deadline > 0) {
                throw held(shared ? "another process that changes keys" : "another process that writes records or changes keys");
            }
            try {
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            } catch (InterruptedException e) {
                throw interrupted(e);
            }
        }
    }

    private StorageException held(String who) {
        return new StorageException(Problem.LOCKED, who + " has held the lock " + file + " for " + patience.toSeconds() + " s",
                "wait until it is done, or end it (a stopped one with kill -CONT or kill), and do it again", null);
    }

    private static StorageException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new StorageException(Problem.IO, "interrupted while waiting for another process", e);
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

    private static void close(FileChannel channel, Throwable reason) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            reason.addSuppressed(e);
        }
    }
}
