package cloudops.execution.internal.output;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import cloudops.execution.ExecutionEngine.OutputListener;
import cloudops.execution.ExecutionEngine.Stream;
import cloudops.execution.ExecutionResult;

/** A listener until it is closed. What it throws is its own affair: that is logged once, and it still gets the rest. */
public final class GuardedListener implements OutputListener {

    private static final Logger LOG = LoggerFactory.getLogger(GuardedListener.class);

    private final OutputListener listener;
    private volatile boolean closed;
    private boolean complained;

    public GuardedListener(OutputListener listener) {
        this.listener = listener;
    }

    @Override
    public void line(Stream stream, String line) {
        call(() -> listener.line(stream, line));
    }

    @Override
    public void bytes(Stream stream, byte[] bytes) {
        call(() -> listener.bytes(stream, bytes));
    }

    @Override
    public void ended(ExecutionResult result) {
        call(() -> listener.ended(result));
    }

    private void call(Runnable news) {
        if (closed) {
            return;
        }
        try {
            news.run();
        } catch (RuntimeException | LinkageError | AssertionError e) {
            if (!complained) {
                complained = true;
                LOG.warn("output listener failed class={}", listener.getClass().getName(), e);
            }
        }
    }

    /** It hears of nothing more. */
    public void close() {
        closed = true;
    }

    public boolean closed() {
        return closed;
    }

    /** The listener's class, for messages. */
    @Override
    public String toString() {
        return listener.getClass().getName();
    }
}
