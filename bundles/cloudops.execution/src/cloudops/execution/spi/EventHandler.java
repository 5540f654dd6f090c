package cloudops.execution.spi;

import org.osgi.annotation.versioning.ConsumerType;

import cloudops.execution.ExecutionEvent;

/**
 * Hears of everything that is executed. Register it as a service; it may come and go: it hears of what starts from then on, and of nothing
 * more once it is gone, but for the call that is under way just then. The program's own read-only calls (scans) are not told.
 * <p>
 * Events of one execution come in order. An engine calls a handler from one thread at a time, which is the handler's own: a slow or
 * blocking handler delays neither commands nor other handlers, and at the end of the engine it is waited for 2 s at most and then interrupted. Output is
 * read back from the log at the handler's pace. What it throws is logged, once an execution, and it still gets the rest.
 * While 4,000 executions wait for a handler, it is told of no new ones; warnings say when that begins and how many it missed.
 */
@ConsumerType
public interface EventHandler {

    /** Whether it wants {@link ExecutionEvent.Stdout} and {@link ExecutionEvent.Stderr}; asked once an execution. */
    default boolean wantsOutput() {
        return true;
    }

    /** Called with every event; may block. */
    void handle(ExecutionEvent event);
}
