package cloudops.execution.internal.event;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

import cloudops.execution.ExecutionEvent;
import cloudops.execution.ExecutionRecord;
import cloudops.execution.internal.output.LoggedOutput;
import cloudops.execution.spi.EventHandler;

/** Tells the event handlers what happens. */
public final class Events {

    private final List<EventHandler> handlers = new CopyOnWriteArrayList<>();

    public void add(EventHandler handler) {
        handlers.add(handler);
    }

    public void remove(EventHandler handler) {
        handlers.remove(handler);
    }

    /**
     * Something was accepted and is about to run, or waits for consent.
     *
     * @param output null for a plan
     * @param end completes with its last state, once no more output comes; never fails
     */
    public void started(ExecutionRecord entry, LoggedOutput output, CompletableFuture<ExecutionRecord> end) {
    }

    public void progress(ExecutionEvent.Progress event) {
    }
}
