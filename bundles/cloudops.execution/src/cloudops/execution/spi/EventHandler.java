package cloudops.execution.spi;

import org.osgi.annotation.versioning.ConsumerType;

import cloudops.execution.ExecutionEvent;

/**
 * Hears of everything that is executed. Register it as a service; it may come and go. The program's own read-only calls (scans) are not
 * told.
 * <p>
 * Events of one execution come in order; those of several at the same time, so a handler is thread-safe. A slow handler delays only
 * itself: output is read back from the log at its pace. What it throws is logged once an execution, and it still gets the rest. A handler that blocks
 * for ever holds back a bounded number of executions; beyond it, it hears of no new ones until it moves on, and a warning says so.
 */
@ConsumerType
public interface EventHandler {

    /** Whether it wants {@link ExecutionEvent.Stdout} and {@link ExecutionEvent.Stderr}; asked once an execution. */
    default boolean wantsOutput() {
        return true;
    }

    void handle(ExecutionEvent event);
}
