package cloudops.execution.internal.history;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLockInterruptionException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.ReentrantLock;

import cloudops.execution.internal.output.PrivateFiles;

/**
 * Lets one thread of all processes of a home at a time change its history. Held for microseconds; whoever dies lets go of it.
 * <p>
 * A process loses its locks on a file as soon as it closes any descriptor of it (POSIX), so the file is opened by whoever has the lock
 * among the threads of this process, and by nobody else.
 */
final class HomeLock {

    /** One for all homes: Java refuses a second lock on a file in a process rather than wait for the first. */
    private static final ReentrantLock IN_PROCESS = new ReentrantLock();

    private final Path file;

    HomeLock(Path file) {
        this.file = file;
    }

    @FunctionalInterface
    interface Work<T> {
        T run() throws IOException;
    }

    /**
     * Not interruptible, the interrupt flag survives: an execution that is being cancelled still has its end to write down.
     *
     * @param work must not wait for anything that interrupts
     */
    <T> T locked(Work<T> work) throws IOException {
        boolean interrupted = false;
        IN_PROCESS.lock();
        try {
            create();
            while (true) {
                interrupted |= Thread.interrupted();
                try (var channel = FileChannel.open(file, StandardOpenOption.WRITE); var held = channel.lock()) {
                    return work.run();
                } catch (FileLockInterruptionException | ClosedByInterruptException e) {
                    interrupted = true; // while it waited for the lock: again
                }
            }
        } finally {
            IN_PROCESS.unlock();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void create() throws IOException {
        if (!Files.exists(file)) {
            PrivateFiles.createFolders(file.getParent());
            try {
                PrivateFiles.create(file);
            } catch (FileAlreadyExistsException e) {
                // another process was faster
            }
        }
    }
}
