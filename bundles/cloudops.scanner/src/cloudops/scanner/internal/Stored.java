package cloudops.scanner.internal;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

import cloudops.storage.StorageException;

/**
 * Works on the store where the cancelling of a scan does not reach: an interrupt inside a file channel closes that channel for everybody
 * (see {@link java.nio.channels.ClosedByInterruptException}), and what is being written when a scan is cancelled shall be stored.
 */
final class Stored {

    private Stored() {
    }

    /** Does {@code work} to its end, on a thread that nobody interrupts. */
    static <T> T uninterrupted(Work<T> work) throws StorageException {
        var outcome = new CompletableFuture<T>();
        Thread.ofVirtual().name("cloudops-scan-store").start(() -> {
            try {
                outcome.complete(work.run());
            } catch (StorageException | RuntimeException | Error e) {
                outcome.completeExceptionally(e);
            }
        });
        try {
            return outcome.join();
        } catch (CompletionException e) {
            switch (e.getCause()) {
                case StorageException failure -> throw failure;
                case RuntimeException failure -> throw failure;
                case Error failure -> throw failure;
                default -> throw e;
            }
        }
    }

    /** As {@link #uninterrupted}, of what cannot fail. */
    static void uninterruptedly(Runnable work) {
        CompletableFuture.runAsync(work, task -> Thread.ofVirtual().name("cloudops-scan-store").start(task)).join();
    }

    /** Reading or writing of the store. */
    interface Work<T> {
        T run() throws StorageException;
    }
}
