package cloudops.execution.internal.output;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import cloudops.execution.ExecutionEngine.OutputListener;
import cloudops.execution.ExecutionResult;

/** Reads the log of an execution for one listener, on a virtual thread of its own: a listener can be as slow as it likes. */
public final class Subscription implements AutoCloseable, Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(Subscription.class);

    private final LoggedOutput output;
    private final CompletableFuture<ExecutionResult> completion;
    private final GuardedListener listener;

    /** @param completion the end, without the output */
    public Subscription(LoggedOutput output, CompletableFuture<ExecutionResult> completion, OutputListener listener) {
        this.output = output;
        this.completion = completion;
        this.listener = new GuardedListener(listener);
    }

    @Override
    public void run() {
        try {
            try {
                deliverLines();
            } catch (IOException | RuntimeException | Error e) { // the listener must hear of the end, whatever broke
                LOG.warn("output not delivered to the end class={}: {}", listener, e.getMessage(), e);
            }
            if (!listener.closed()) {
                listener.ended(completion.get());
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("completions do not fail", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void deliverLines() throws IOException, InterruptedException {
        var lines = new LineSplitter(listener);
        long consumed = 0;
        try (var cursor = output.read()) {
            while (!listener.closed() && !output.ended(consumed)) {
                if (output.awaitMore(consumed, listener::closed)) {
                    var chunk = cursor.next();
                    if (chunk == null) {
                        throw new IOException("the log holds less than was written to it: " + output.path());
                    }
                    consumed += chunk.bytes().length;
                    lines.add(chunk.stream(), chunk.bytes());
                    listener.bytes(chunk.stream(), chunk.bytes());
                }
            }
            lines.end();
        }
    }

    @Override
    public void close() {
        listener.close();
        output.wake();
    }
}
