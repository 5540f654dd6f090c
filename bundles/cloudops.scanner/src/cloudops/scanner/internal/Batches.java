package cloudops.scanner.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;

import cloudops.scanner.spi.ServiceScanner.RawResource;

/**
 * The bounded buffer between the listing of one scope and the rest of the pipeline: gathers batches and works on them on other threads. When
 * all slots of the scan are taken, the listing waits: so memory holds one batch a scope and one a slot, however large the estate is.
 */
final class Batches implements Consumer<RawResource>, AutoCloseable {

    private final Semaphore slots;
    private final Fanout.Task<List<RawResource>> work;
    private final ExecutorService threads =
            Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("cloudops-scan-batch-", 0).factory());
    private final List<Future<?>> running = new ArrayList<>();
    private List<RawResource> gathered = new ArrayList<>();
    private boolean cut;

    Batches(Semaphore slots, Fanout.Task<List<RawResource>> work) {
        this.slots = slots;
        this.work = work;
    }

    @Override
    public void accept(RawResource resource) {
        gathered.add(resource);
        if (gathered.size() == Limits.BATCH) {
            try {
                hand();
            } catch (InterruptedException e) {
                cut = true;
                Thread.currentThread().interrupt();
                throw new CancellationException("the scan was cancelled");
            }
        }
    }

    /** Works on what is left and waits until all is done; not for a listing that was cut short, whatever the scanner made of that. */
    void finish() throws InterruptedException {
        if (cut) {
            throw new InterruptedException("the listing was cut short");
        }
        if (!gathered.isEmpty()) {
            hand();
        }
        for (var each : running) {
            Fanout.await(each);
        }
    }

    private void hand() throws InterruptedException {
        var batch = gathered;
        gathered = new ArrayList<>();
        slots.acquire();
        running.removeIf(each -> each.state() == Future.State.SUCCESS);
        running.add(threads.submit(() -> {
            try {
                work.run(batch);
                return null;
            } finally {
                slots.release();
            }
        }));
    }

    /** Ends what still runs; nothing does after {@link #finish}. */
    @Override
    public void close() {
        threads.shutdownNow();
        threads.close();
    }
}
