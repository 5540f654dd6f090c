package cloudops.execution.internal;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Phaser;

/** Those who are just starting something. Once it is closed nobody begins any more. Thread-safe. */
final class Starts {

    private final CompletableFuture<Void> over = new CompletableFuture<>();
    private final Phaser inside = new Phaser(1) { // one that arrives when it is closed
        @Override
        protected boolean onAdvance(int phase, int registered) {
            over.complete(null);
            return true;
        }
    };
    private boolean closed; // guarded by this

    /** @return false when it is closed; otherwise {@link #leave} must follow */
    synchronized boolean enter() {
        return !closed && inside.register() >= 0;
    }

    void leave() {
        inside.arriveAndDeregister();
    }

    /** @return completes when the last one has left */
    synchronized CompletableFuture<Void> close() {
        if (!closed) {
            closed = true;
            inside.arriveAndDeregister();
        }
        return over;
    }

    synchronized boolean isClosed() {
        return closed;
    }
}
