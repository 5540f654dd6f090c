package cloudops.storage.internal;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

import cloudops.storage.StorageException;
import cloudops.storage.StorageException.Problem;

/** Work that a thread of its own does while the caller does other work. Closing interrupts it, unless it is done. */
final class Meanwhile<T> implements AutoCloseable {

    private final FutureTask<T> task;

    private final String name;

    private Meanwhile(String name, FutureTask<T> task) {
        this.name = name;
        this.task = task;
    }

    /** What is to be done. */
    @FunctionalInterface
    interface Work<T> {
        T done() throws StorageException;
    }

    static <T> Meanwhile<T> start(String name, Work<T> work) {
        var meanwhile = new Meanwhile<>(name, new FutureTask<>(work::done));
        Thread.ofVirtual().name(name).start(meanwhile.task);
        return meanwhile;
    }

    /** Waits until it is done. Throws what the work threw. */
    T get() throws StorageException {
        try {
            return task.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StorageException(Problem.IO, name + " was interrupted", e);
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case StorageException failed -> throw failed;
                case RuntimeException failed -> throw failed;
                case Error failed -> throw failed;
                case Throwable impossible -> throw new IllegalStateException(impossible);
            }
        }
    }

    @Override
    public void close() {
        task.cancel(true);
    }
}
