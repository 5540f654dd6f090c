package cloudops.execution.internal.event;

import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import cloudops.execution.ExecutionEvent;
import cloudops.execution.ExecutionRecord;
import cloudops.execution.internal.output.LoggedOutput;
import cloudops.execution.spi.EventHandler;

/**
 * One handler, with a thread of its own on which executions take turns. It is no virtual thread, since a handler may block in a way that
 * keeps a carrier from the others. There is no thread while there is nothing to tell.
 */
final class Recipient implements AutoCloseable {

    /** So many executions may have something to tell at a time. */
    static final int BACKLOG = 4_000;

    private static final Logger LOG = LoggerFactory.getLogger(Recipient.class);

    private final EventHandler handler;
    private final ThreadPoolExecutor worker;
    private final Set<Delivery> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;
    private int untold; // executions, since its backlog was full; guarded by this

    Recipient(EventHandler handler) {
        this.handler = handler;
        worker = new ThreadPoolExecutor(1, 1, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(),
                Thread.ofPlatform().daemon().name("execution-events").factory(), new ThreadPoolExecutor.DiscardPolicy());
        worker.allowCoreThreadTimeOut(true);
    }

    boolean isFor(EventHandler other) {
        return handler == other;
    }

    boolean isClosed() {
        return closed;
    }

    /** @return null when it is so far behind that it is not to hear of this execution */
    Delivery accept(UUID id, LoggedOutput output, CompletableFuture<ExecutionRecord> end) {
        if (!hasRoom()) {
            return null;
        }
        var delivery = new Delivery(this, id, output, end);
        open.add(delivery);
        return delivery;
    }

    /** A full backlog has to shrink to its half before it takes more, so that a slow handler misses one long stretch and not every other one. */
    private synchronized boolean hasRoom() {
        int waiting = worker.getQueue().size();
        if (untold == 0 ? waiting < BACKLOG : waiting <= BACKLOG / 2) {
            if (untold > 0) {
                LOG.warn("event handler moves on class={}; executions it was not told of: {}", name(), untold);
                untold = 0;
            }
            return true;
        }
        if (untold++ == 0) {
            LOG.warn("event handler is blocked or too slow class={}: with {} executions to hear of, it is told of no new ones until it moves on",
                    name(), waiting);
        }
        return false;
    }

    /** Has {@code delivery} run on the handler's thread. */
    void schedule(Delivery delivery) {
        worker.execute(delivery);
    }

    boolean wantsOutput() {
        return handler.wantsOutput();
    }

    void hand(ExecutionEvent event) {
        handler.handle(event);
    }

    String name() {
        return handler.getClass().getName();
    }

    void finished(Delivery delivery) {
        open.remove(delivery);
    }

    Stream<CompletableFuture<Void>> unfinished() {
        return open.stream().map(Delivery::done);
    }

    /** Nothing more is told. A call that is under way comes to its end. */
    @Override
    public void close() {
        closed = true;
        worker.execute(() -> open.forEach(Delivery::close));
        worker.shutdown();
    }

    /** Like {@link #close}, and tries to stop the call that is under way. */
    void abandon() {
        closed = true;
        worker.shutdownNow();
    }
}
