package cloudops.execution.internal.history;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import cloudops.execution.ExecutionEngine.OutputListener;
import cloudops.execution.ExecutionException;
import cloudops.execution.ExecutionException.Problem;
import cloudops.execution.ExecutionRecord;
import cloudops.execution.ExecutionStatus;
import cloudops.execution.HistoryFilter;
import cloudops.execution.internal.output.PrivateFiles;
import cloudops.execution.internal.process.ChildEnvironment;
import cloudops.execution.internal.process.ProcessTree;
import cloudops.execution.spi.LogStore;
import cloudops.execution.spi.OutputLog;

/** Executions of earlier and other processes of a home: where they stand, what they print, and how they are ended. Thread-safe. */
public final class OtherProcesses implements AutoCloseable {

    /** How long {@link #cancel} waits for the end. */
    private static final Duration ANSWER = Duration.ofSeconds(5);

    private final Path folder;
    private final History history;
    private final LogStore logs;
    private final CancelRequests requests;
    private boolean listening; // guarded by this

    /** @param folder of the home's executions */
    public OtherProcesses(Path folder, History history, LogStore logs) {
        this.folder = folder;
        this.history = history;
        this.logs = logs;
        requests = new CancelRequests(folder.resolve("control"));
    }

    /**
     * Lets other processes cancel what runs here. To be called when something runs; the first call counts.
     *
     * @param cancel cancels and returns true, or returns false for what is not of this process
     */
    public synchronized void listen(Predicate<UUID> cancel) {
        if (!listening) {
            listening = true;
            requests.listen(cancel);
        }
    }

    /** Where it stands. @throws ExecutionException {@code NOT_FOUND}, {@code UNAVAILABLE} */
    public ExecutionRecord status(UUID id) throws ExecutionException {
        try {
            return state(id);
        } catch (IOException e) {
            throw new ExecutionException(Problem.UNAVAILABLE, "the history cannot be read: " + e.getMessage(), e);
        }
    }

    private ExecutionRecord state(UUID id) throws IOException, ExecutionException {
        return history.get(id).orElseThrow(() -> new ExecutionException(Problem.NOT_FOUND, "no execution " + id));
    }

    /**
     * Asks the process that runs it, and waits at most five seconds for the end. Of an execution whose process died, ends the processes that
     * go on without it. Does nothing when it has ended.
     *
     * @throws ExecutionException {@code NOT_FOUND}, {@code UNAVAILABLE} when the other process does not answer, or some cannot be ended
     */
    public void cancel(UUID id) throws ExecutionException {
        try {
            var last = state(id);
            if (!last.status().ended()) {
                last = ask(id);
            }
            if (last.status() == ExecutionStatus.INTERRUPTED) {
                endSurvivors(last);
            }
        } catch (IOException e) {
            throw new ExecutionException(Problem.UNAVAILABLE, "cannot be cancelled: " + e.getMessage(), e);
        }
    }

    /** @return the state afterwards */
    private ExecutionRecord ask(UUID id) throws IOException, ExecutionException {
        long deadline = System.nanoTime() + ANSWER.toNanos();
        boolean unheard;
        var last = state(id);
        try (var changes = new Changes(Set.of(folder)); var end = history.whenOwnerEnds(id, changes::close)) {
            requests.ask(id);
            boolean changed = true;
            for (last = state(id); changed && !last.status().ended(); last = state(id)) {
                changed = !changes.await(Duration.ofNanos(Math.max(0, deadline - System.nanoTime()))).isEmpty();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            unheard = requests.withdraw(id);
        }
        if (unheard && !last.status().ended()) {
            throw new ExecutionException(Problem.UNAVAILABLE, "the process that runs " + id + " does not answer; try: end that program");
        }
        return last;
    }

    private void endSurvivors(ExecutionRecord interrupted) throws IOException, ExecutionException {
        var ids = "plan".equals(interrupted.kind())
                ? history.find(HistoryFilter.plan(interrupted.id())).stream().map(ExecutionRecord::id).toList() : List.of(interrupted.id());
        var survivors = Survivors.find();
        for (var id : ids) {
            var processes = survivors.of(id).stream().map(ProcessHandle::of).flatMap(Optional::stream).toList();
            if (!processes.isEmpty()) {
                new ProcessTree(processes.getFirst(), ChildEnvironment.MARKER + '=' + id, false).end();
            }
        }
        var left = Survivors.find().of(ids);
        if (!left.isEmpty()) {
            throw new ExecutionException(Problem.UNAVAILABLE, "processes of " + interrupted.id() + " could not be ended: "
                    + left.stream().map(String::valueOf).collect(Collectors.joining(", ")) + "; try: kill -9 with their numbers");
        }
    }

    /** Follows its output on a thread of its own, from the start to its end. */
    public AutoCloseable output(UUID id, OutputListener listener) throws ExecutionException {
        status(id);
        try {
            var log = log(id);
            var logFolder = log.path() == null ? folder : log.path().getParent();
            var changes = new Changes(Stream.of(PrivateFiles.createFolders(folder), logFolder).collect(Collectors.toSet()));
            var end = history.whenOwnerEnds(id, changes::close);
            var output = new PastOutput(log, () -> history.get(id).orElseThrow(() -> new IOException("it is no longer in the history")), folder,
                    changes, end, listener);
            Thread.ofVirtual().name("execution-listener").start(output);
            return output;
        } catch (IOException e) {
            throw new ExecutionException(Problem.UNAVAILABLE, "the output cannot be read: " + e.getMessage(), e);
        }
    }

    /** What it has printed so far. Reading throws at the place where the log was cut off because its process died. */
    public InputStream readLogs(UUID id) throws ExecutionException {
        var state = status(id);
        try {
            return new LogStream(log(id).read(), state.status().ended());
        } catch (IOException e) {
            throw new ExecutionException(Problem.UNAVAILABLE, "the output cannot be read: " + e.getMessage(), e);
        }
    }

    private OutputLog log(UUID id) throws IOException, ExecutionException {
        return logs.open(id).orElseThrow(() -> new ExecutionException(Problem.NOT_FOUND, "the output of " + id
                + " is not kept any more, or never was: only the newest is"));
    }

    /** Requests of others are not heard any more. */
    @Override
    public void close() {
        requests.close();
    }
}
