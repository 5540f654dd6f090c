package cloudops.scanner.internal;

import java.util.ArrayList;
import java.util.Collection;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;

/** Does a task for each of many items on virtual threads and waits for all: none outlives the call. */
final class Fanout {

    private Fanout() {
    }

    /**
     * @param permits one is held for each item at work
     * @throws InterruptedException when this thread or a task is interrupted; all tasks are then interrupted and have ended
     */
    static <T> void forEach(Collection<? extends T> items, Semaphore permits, Task<T> task) throws InterruptedException {
        try (var threads = Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("cloudops-scan-", 0).factory())) {
            try {
                var running = new ArrayList<Future<?>>(items.size());
                for (var item : items) {
                    permits.acquire();
                    running.add(threads.submit(() -> {
                        try {
                            task.run(item);
                            return null;
                        } finally {
                            permits.release();
                        }
                    }));
                }
                for (var each : running) {
                    await(each);
                }
            } catch (InterruptedException | RuntimeException | Error e) {
                threads.shutdownNow();
                throw e;
            }
        }
    }

    /** Waits for a task and throws what it threw. */
    static void await(Future<?> task) throws InterruptedException {
        try {
            task.get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case InterruptedException interrupted -> throw interrupted;
                case RuntimeException failure -> throw failure;
                case Error failure -> throw failure;
                default -> throw new IllegalStateException(e.getCause());
            }
        }
    }

    /** What is done for an item. */
    interface Task<T> {
        void run(T item) throws InterruptedException;
    }
}
