package cloudops.execution.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import cloudops.execution.Command;
import cloudops.execution.ExecutionException;
import cloudops.execution.ExecutionException.Problem;
import cloudops.execution.ExecutionResult;
import cloudops.execution.ExecutionStatus;
import cloudops.execution.internal.Gate.Admitted;
import cloudops.execution.internal.Gate.Reading;
import cloudops.execution.internal.Records.StepOf;
import cloudops.execution.internal.event.Events;
import cloudops.execution.internal.history.History;
import cloudops.execution.internal.output.LoggedOutput;
import cloudops.execution.internal.output.MemoryOutput;
import cloudops.execution.internal.process.PrivateScript;
import cloudops.execution.internal.process.ProcessRunner;
import cloudops.execution.internal.process.Profiles;
import cloudops.execution.internal.process.Scratch;
import cloudops.execution.spi.CommandRunner;
import cloudops.execution.spi.LogStore;

/** Runs what was admitted: finds who runs it, opens its log, writes its first line into the history, and only then lets it go. */
final class Dispatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Dispatch.class);

    /** After which a thread ends that has nothing to do: what it keeps may be of a bundle that goes. */
    private static final Duration IDLE = Duration.ofSeconds(2);

    private final LogStore logs;
    private final History history;
    private final Events events;
    private final Clock clock;
    private final Scratch scratch;
    private final Profiles profiles;
    private final ProcessRunner processes;
    private final List<CommandRunner> runners = new CopyOnWriteArrayList<>();
    private final Executions executions = new Executions();
    private final Set<Execution> running = ConcurrentHashMap.newKeySet();
    private final ScheduledThreadPoolExecutor timer;
    private final Executor processThreads = task -> Thread.ofVirtual().name("execution").start(task);
    /**
     * A library's first calls load many classes, during which a virtual thread keeps its carrier; under OSGi's locks all carriers can end up waiting
     * for a thread that has none. And libraries keep for a thread what is dear to make, such as factories of parsers: a scan makes thousands of calls.
     */
    private final ThreadPoolExecutor libraryThreads = new ThreadPoolExecutor(0, Integer.MAX_VALUE, IDLE.toMillis(), TimeUnit.MILLISECONDS,
            new SynchronousQueue<>(), Thread.ofPlatform().daemon().name("execution-", 1).factory());
    private final Starts starts = new Starts();

    /** @param scratch folder for scripts, and for what names no working directory */
    Dispatch(Path scratch, Profiles profiles, LogStore logs, History history, Events events, Clock clock) {
        this.scratch = new Scratch(scratch);
        this.profiles = profiles;
        this.logs = logs;
        this.history = history;
        this.events = events;
        this.clock = clock;
        processes = new ProcessRunner(this.scratch);
        timer = new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().daemon().name("execution-timeout").factory());
        timer.setRemoveOnCancelPolicy(true);
    }

    void addRunner(CommandRunner runner) {
        runners.add(runner);
    }

    void removeRunner(CommandRunner runner) {
        runners.remove(runner);
    }

    Executions executions() {
        return executions;
    }

    void requireOpen() throws ExecutionException {
        requireOpen(!starts.isClosed());
    }

    private static void requireOpen(boolean open) throws ExecutionException {
        if (!open) {
            throw new ExecutionException(Problem.UNAVAILABLE, "the execution engine is closed");
        }
    }

    /** @throws ExecutionException {@code NO_RUNNER} */
    Execution.Work work(Admitted admitted) throws ExecutionException {
        var request = admitted.request();
        var launch = admitted.launch();
        if (launch.script() != null && launch.problem() == null) {
            return execution -> {
                try (var script = new PrivateScript(scratch, request.id(), profiles.signedIn(launch))) {
                    return processes.run(request.id(), script.launch(), execution.output());
                }
            };
        }
        if (!launch.argv().isEmpty()) {
            return execution -> processes.run(request.id(), profiles.signedIn(launch), execution.output());
        }
        var runner = runners.stream().filter(candidate -> candidate.accepts(request.command())).findFirst()
                .orElseThrow(() -> new ExecutionException(Problem.NO_RUNNER,
                        "nothing here runs a command of the kind " + request.command().getClass().getSimpleName()));
        var credentials = launch.signIn() == null ? null : launch.signIn().credentials();
        return execution -> runner.run(request, launch.variables(), credentials, (stream, line) -> {
            try {
                execution.output().line(stream, line);
            } catch (IOException e) {
                throw new UncheckedIOException("the output could not be recorded: " + e.getMessage(), e);
            }
        });
    }

    /**
     * Starts an execution.
     *
     * @param status PENDING, or AWAITING_APPROVAL for work that asks first
     * @param consent null where none is needed or there is none yet
     * @param step null for what is no step of a plan
     */
    Execution start(Admitted admitted, ExecutionStatus status, Consent consent, StepOf step, Execution.Work work)
            throws ExecutionException {
        requireOpen(starts.enter());
        try {
            return startOpen(admitted, status, consent, step, work);
        } finally {
            starts.leave();
        }
    }

    private Execution startOpen(Admitted admitted, ExecutionStatus status, Consent consent, StepOf step, Execution.Work work)
            throws ExecutionException {
        var request = admitted.request();
        executions.requireNew(request.id());
        var output = newLog(admitted);
        var first = Records.of(request, status, admitted.verdict(), consent, step, clock.instant());
        var execution = new Execution(request, first, output, work, history::append, clock);
        boolean accepted = false;
        try {
            executions.add(execution);
            history.append(first);
            accepted = true;
        } catch (IOException e) {
            throw new ExecutionException(Problem.UNAVAILABLE, "not run, since the history cannot be written: " + e.getMessage(), e);
        } finally {
            if (!accepted) {
                executions.remove(execution);
                discard(output);
            }
        }
        execution.end().thenRun(executions::prune);
        events.started(first, output, execution.lastState());
        run(execution);
        return execution;
    }

    private LoggedOutput newLog(Admitted admitted) throws ExecutionException {
        try {
            return new LoggedOutput(logs.create(admitted.request().id()));
        } catch (IOException e) {
            throw new ExecutionException(Problem.UNAVAILABLE, "the log of the execution cannot be written: " + e.getMessage(), e);
        }
    }

    private static void discard(LoggedOutput output) {
        try {
            output.delete();
        } catch (IOException | RuntimeException e) {
            LOG.warn("unused log not deleted", e);
        }
    }

    /** Starts an execution that waited for consent, which is there now. @throws InterruptedException when it was cancelled meanwhile */
    void approved(Execution execution, Admitted admitted, Consent consent) throws IOException, InterruptedException {
        var state = Records.of(admitted.request(), ExecutionStatus.RUNNING, admitted.verdict(), consent, null, clock.instant());
        execution.approved(state, timer);
        events.approved(state);
    }

    /** Runs a read that leaves no trace. @return cancelling it cancels the read */
    CompletableFuture<ExecutionResult> read(Reading reading) throws ExecutionException {
        var admitted = reading.admitted();
        var first = Records.ofReading(admitted.request(), admitted.verdict(), clock.instant());
        var execution = new Execution(admitted.request(), first, new MemoryOutput(), work(admitted), state -> {
            // no history
        }, clock);
        var result = execution.end().thenApply(execution::withOutput).thenApply(reading::trimmed);
        result.whenComplete((done, failure) -> {
            if (result.isCancelled()) {
                execution.cancel();
            }
        });
        requireOpen(starts.enter());
        try {
            run(execution);
        } finally {
            starts.leave();
        }
        return result;
    }

    private void run(Execution execution) {
        running.add(execution);
        execution.end().thenRun(() -> running.remove(execution));
        execution.start(timer, execution.request().command() instanceof Command.AwsSdk ? libraryThreads : processThreads);
        if (starts.isClosed()) {
            execution.cancel(); // closed in between, and perhaps not seen there
        }
    }

    /** Cancels all, and lets nothing new begin. @return the ends of those that run, and of what is just being started */
    Collection<CompletableFuture<?>> cancelAll() {
        var rest = starts.close().thenCompose(nothing -> CompletableFuture.allOf(endings()));
        var ends = new ArrayList<CompletableFuture<?>>(List.of(endings()));
        ends.add(rest);
        running.forEach(Execution::cancel);
        return ends;
    }

    private CompletableFuture<?>[] endings() {
        return running.stream().map(Execution::end).toArray(CompletableFuture[]::new);
    }

    /** What is just being started keeps what it needs until it is there. */
    @Override
    public void close() {
        starts.close().thenRun(() -> {
            timer.shutdownNow();
            libraryThreads.shutdown();
            processes.close();
        });
    }
}
