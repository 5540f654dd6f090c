package cloudops.cli.internal;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * While it is open, Ctrl-C (and every other signal that ends this process in order) interrupts the thread that opened it, and the process lives on
 * until that has told how its work ended, or for a while.
 */
final class InterruptOnSignal implements AutoCloseable {

    /** What is just being written is written; on a slow disk, or to a server far away, that takes its time. */
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final Console console;
    private final Thread worker = Thread.currentThread();
    private final Thread hook = new Thread(this::signalled, "interrupt-on-signal");
    private final CountDownLatch told = new CountDownLatch(1);

    InterruptOnSignal(Console console) {
        this.console = console;
        Runtime.getRuntime().addShutdownHook(hook);
    }

    private void signalled() {
        worker.interrupt();
        try {
            if (!told.await(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                console.err().println("cloudops: it did not end within " + LIMIT.toSeconds() + " s and is cut short");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        told.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // the signal came: the hook runs
        }
    }
}
