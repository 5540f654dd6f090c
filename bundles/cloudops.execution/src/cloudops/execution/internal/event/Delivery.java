package cloudops.execution.internal.event;

import java.io.IOException;
import java.time.Instant;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import cloudops.execution.ExecutionEngine.Stream;
import cloudops.execution.ExecutionEvent;
import cloudops.execution.ExecutionRecord;
import cloudops.execution.internal.output.LineSplitter;
import cloudops.execution.internal.output.LoggedOutput;
import cloudops.execution.spi.OutputLog;

/**
 * Tells one handler of one execution: a bit at a time, whenever there is something and it is this execution's turn. Output is read from
 * the log as it is told, so that what waits costs no memory.
 */
final class Delivery implements Runnable, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Delivery.class);
    private static final int CHUNKS_A_TURN = 16;

    private final Recipient recipient;
    private final UUID id;
    private final LoggedOutput output;
    private final CompletableFuture<ExecutionRecord> end;
    private final Queue<ExecutionEvent> news = new ConcurrentLinkedQueue<>(); // all but output and end
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private final Runnable watcher = this::wake;

    // all on the handler's thread
    private final LineSplitter lines = new LineSplitter(this::line);
    private boolean begun;
    private boolean follows; // whether output is told
    private OutputLog.Cursor cursor; // null until there is output
    private long consumed;
    private boolean complained;

    /** @param output null when there is none */
    Delivery(Recipient recipient, UUID id, LoggedOutput output, CompletableFuture<ExecutionRecord> end) {
        this.recipient = recipient;
        this.id = id;
        this.output = output;
        this.end = end;
    }

    void tell(ExecutionEvent event) {
        news.add(event);
        wake();
    }

    /** There may be something to tell. */
    void wake() {
        if (scheduled.compareAndSet(false, true)) {
            recipient.schedule(this);
        }
    }

    /** Completes when everything was told or nothing more is. */
    CompletableFuture<Void> done() {
        return done;
    }

    @Override
    public void run() {
        scheduled.set(false);
        if (done.isDone() || recipient.isClosed()) {
            close();
            return;
        }
        if (!begun) {
            begin();
        }
        boolean ended = end.isDone(); // asked first: what is found from now on is all there is
        tellNews();
        if (follows && tellOutput()) {
            wake();
        } else if (ended) {
            lines.end();
            hand(last(end.join()));
            close();
        }
    }

    private void begin() {
        begun = true;
        follows = output != null && wantsOutput();
        if (follows) {
            output.watch(watcher);
        }
    }

    private void tellNews() {
        for (var event = news.poll(); event != null; event = news.poll()) {
            hand(event);
        }
    }

    /** @return whether there is more already */
    private boolean tellOutput() {
        try {
            for (int i = 0; i < CHUNKS_A_TURN && output.hasMore(consumed) && !recipient.isClosed(); i++) {
                var chunk = next();
                tellNews(); // among it, what came before this output
                lines.add(chunk.stream(), chunk.bytes());
            }
            return output.hasMore(consumed);
        } catch (IOException | RuntimeException e) { // a log store may be anybody's
            follows = false;
            LOG.warn("output not told to the end handler={}: {}", recipient.name(), e.getMessage(), e);
            return false;
        }
    }

    private OutputLog.Chunk next() throws IOException {
        if (cursor == null) {
            cursor = output.read();
        }
        var chunk = cursor.next();
        if (chunk == null) {
            throw new IOException("the log holds less than was written to it: " + output.path());
        }
        consumed += chunk.bytes().length;
        return chunk;
    }

    private void line(Stream stream, String line) {
        var now = Instant.now();
        hand(stream == Stream.STDOUT ? new ExecutionEvent.Stdout(id, now, line) : new ExecutionEvent.Stderr(id, now, line));
    }

    private ExecutionEvent last(ExecutionRecord entry) {
        var at = entry.completedAt() == null ? Instant.now() : entry.completedAt();
        return switch (entry.status()) {
            case COMPLETED -> new ExecutionEvent.Completed(id, at, entry);
            case CANCELLED -> new ExecutionEvent.Cancelled(id, at, entry);
            default -> new ExecutionEvent.Failed(id, at, entry);
        };
    }

    private boolean wantsOutput() {
        try {
            return recipient.wantsOutput();
        } catch (Throwable e) {
            complain(e);
            return false;
        }
    }

    private void hand(ExecutionEvent event) {
        if (recipient.isClosed()) {
            return;
        }
        try {
            recipient.hand(event);
        } catch (Throwable e) { // the thread is the handler's, and in other languages than Java it throws what it likes
            complain(e);
        } finally {
            Thread.interrupted(); // a handler may have left that behind
        }
    }

    private void complain(Throwable problem) {
        if (!complained) {
            complained = true;
            LOG.warn("event handler failed class={} id={}; what else it throws about this execution is not logged", recipient.name(), id,
                    problem);
        }
    }

    /** Lets go of the log. On the handler's thread. */
    @Override
    public void close() {
        if (done.isDone()) {
            return;
        }
        if (output != null) {
            output.unwatch(watcher);
        }
        try {
            if (cursor != null) {
                cursor.close();
            }
        } catch (IOException e) {
            LOG.warn("log not closed id={}", id, e);
        }
        recipient.finished(this);
        done.complete(null);
    }
}
