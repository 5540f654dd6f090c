package cloudops.cli.internal;

import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import cloudops.execution.ExecutionEngine;
import cloudops.execution.ExecutionException;
import cloudops.model.DisplayText;

/**
 * While it is open, Ctrl-C (and every other signal that ends this process in order) cancels an execution or a plan, and the process lives
 * on until its owner has told how that ended, or for a few seconds.
 */
final class CancelOnSignal implements AutoCloseable {

    private static final long LIMIT_S = 5;

    private final Console console;
    private final ExecutionEngine engine;
    private final UUID id;
    private final Thread hook = new Thread(this::signalled, "cancel-on-signal");
    private final CountDownLatch told = new CountDownLatch(1);
    private boolean begun;
    private boolean signalled;

    /** @param id of what is about to be started */
    CancelOnSignal(Console console, ExecutionEngine engine, UUID id) {
        this.console = console;
        this.engine = engine;
        this.id = id;
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** It has been started. */
    synchronized void begun() throws ExecutionException {
        begun = true;
        if (signalled) {
            engine.cancel(id);
        }
    }

    private void signalled() {
        try {
            cancelQuietly();
            if (!told.await(LIMIT_S, TimeUnit.SECONDS)) {
                console.err().println("cloudops: " + id + (hasEnded() ? " has ended, but nobody took the rest of its output; try: cloudops executions logs "
                        + id : " has not ended yet"));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean hasEnded() {
        try {
            return engine.status(id).status().ended();
        } catch (ExecutionException e) {
            return false; // not begun
        }
    }

    /** Cancels it now, without a signal. */
    void cancelQuietly() {
        try {
            cancel();
        } catch (ExecutionException e) {
            console.err().println("cloudops: " + id + " could not be cancelled: " + DisplayText.line(e.getMessage()));
        }
    }

    private synchronized void cancel() throws ExecutionException {
        signalled = true;
        if (begun) {
            engine.cancel(id);
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
