package cloudops.scanner.internal;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.FileLockInterruptionException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;

/**
 * Lets one at a time do something in a home, such as a scan: {@code <home>/scan.lock}, which holds the number of the process that does. A lock
 * of the operating system's, so a process that is killed lets go of it.
 */
final class ScanLock {

    /** The operating system knows processes, not threads. */
    private static final Map<Path, Semaphore> THREADS = new ConcurrentHashMap<>();

    /** Behind the number, as a locked part cannot be read everywhere. */
    private static final long LOCKED = Long.MAX_VALUE - 1;

    private static final int LONGEST_NUMBER = 20;

    private final Path home;
    private final String name;

    /** @param name of the file */
    ScanLock(Path home, String name) {
        this.home = home;
        this.name = name;
    }

    /** For as long as it is open. */
    interface Hold extends AutoCloseable {
        @Override
        void close() throws IOException;
    }

    /**
     * Waits until nobody else holds it.
     *
     * @param waiting hears who does, before the wait
     * @throws InterruptedException when interrupted; nothing is held then
     */
    Hold hold(Consumer<String> waiting) throws IOException, InterruptedException {
        Files.createDirectories(home, ownerOnly("rwx------"));
        var file = home.toRealPath().resolve(name);
        var thread = THREADS.computeIfAbsent(file, key -> new Semaphore(1, true));
        if (!thread.tryAcquire()) {
            waiting.accept("this process");
            thread.acquire();
        }
        FileChannel channel = null;
        try {
            channel = FileChannel.open(file, Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
                    ownerOnly("rw-------"));
            var lock = lock(channel, waiting);
            channel.truncate(0).write(US_ASCII.encode(Long.toString(ProcessHandle.current().pid())), 0);
            return () -> release(lock, thread);
        } catch (FileLockInterruptionException | ClosedByInterruptException e) {
            thread.release();
            close(channel, e);
            Thread.interrupted();
            throw new InterruptedException("it was cancelled while it waited for another");
        } catch (IOException | RuntimeException | Error e) {
            thread.release();
            close(channel, e);
            throw e;
        }
    }

    private static FileLock lock(FileChannel channel, Consumer<String> waiting) throws IOException {
        var free = channel.tryLock(LOCKED, 1, false);
        if (free != null) {
            return free;
        }
        waiting.accept(holder(channel));
        return channel.lock(LOCKED, 1, false);
    }

    private static String holder(FileChannel channel) throws IOException {
        var number = ByteBuffer.allocate(LONGEST_NUMBER);
        channel.read(number, 0);
        var text = US_ASCII.decode(number.flip()).toString();
        return text.matches("\\d+") ? "process " + text : "another process";
    }

    private static void release(FileLock lock, Semaphore thread) throws IOException {
        try (var channel = lock.acquiredBy()) {
            lock.release();
        } finally {
            thread.release();
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

    private FileAttribute<?>[] ownerOnly(String permissions) {
        return home.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] { PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions)) }
                : new FileAttribute<?>[0];
    }
}
