package cloudops.execution.internal.history;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import cloudops.execution.ExecutionEngine.OutputListener;
import cloudops.execution.ExecutionRecord;
import cloudops.execution.ExecutionResult;
import cloudops.execution.internal.history.History.Watch;
import cloudops.execution.internal.output.GuardedListener;
import cloudops.execution.internal.output.LineSplitter;
import cloudops.execution.spi.OutputLog;

/**
 * Reads the log of an execution of an earlier or another process for one listener, and follows it until the execution has ended. Of one
 * whose process died, the listener gets what there is, and then its end as interrupted.
 */
final class PastOutput implements AutoCloseable, Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(PastOutput.class);

    private final OutputLog log;
    private final State state;
    private final Path history;
    private final Changes changes;
    private final Watch end;
    private final GuardedListener listener;

    /**
     * @param state where the execution stands now
     * @param history the folder that changes whenever that may have changed
     * @param changes of this and of the log's folder
     * @param end of the other process, which closes the changes
     */
    PastOutput(OutputLog log, State state, Path history, Changes changes, Watch end, OutputListener listener) {
        this.log = log;
        this.state = state;
        this.history = history;
        this.changes = changes;
        this.end = end;
        this.listener = new GuardedListener(listener);
    }

    @FunctionalInterface
    interface State {
        ExecutionRecord get() throws IOException;
    }

    @Override
    public void run() {
        try (changes; end) {
            var last = state.get();
            String problem = null;
            try {
                last = follow(last);
            } catch (IOException e) {
                LOG.warn("output not delivered to the end id={}: {}", last.id(), e.getMessage(), e);
                problem = "the output cannot be read to its end: " + e.getMessage();
                last = state.get();
            }
            listener.ended(result(last, problem));
        } catch (IOException e) {
            LOG.warn("the end of an execution of another process is not known class={}: {}", listener, e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** @return the last state */
    private ExecutionRecord follow(ExecutionRecord first) throws IOException, InterruptedException {
        var now = first;
        var lines = new LineSplitter(listener);
        try (var cursor = log.read()) {
            boolean gone = false; // the other process, or the listener's interest
            while (true) {
                for (var chunk = cursor.next(); chunk != null && !listener.closed(); chunk = cursor.next()) {
                    lines.add(chunk.stream(), chunk.bytes());
                    listener.bytes(chunk.stream(), chunk.bytes());
                }
                if (now.status().ended() || gone) { // known before the rest was read: it prints before it ends
                    break;
                }
                var changed = changes.await();
                gone = changed.isEmpty();
                if (gone || changed.contains(history)) {
                    now = state.get();
                }
            }
            lines.end();
        }
        return now;
    }

    private ExecutionResult result(ExecutionRecord last, String problem) throws IOException {
        var error = last.error() == null ? problem : problem == null ? last.error() : last.error() + "; " + problem;
        return new ExecutionResult(last.id(), last.status(), last.exitCode(), "", "", error, last.startedAt(), end(last), log.path());
    }

    /** Of an interrupted one, when it was last heard of. */
    private Instant end(ExecutionRecord last) throws IOException {
        if (last.completedAt() != null) {
            return last.completedAt();
        }
        return log.path() == null ? last.startedAt() : Files.getLastModifiedTime(log.path()).toInstant();
    }

    @Override
    public void close() {
        listener.close();
        changes.close();
    }
}
