package cloudops.execution.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import cloudops.execution.Command;
import cloudops.execution.ExecutionEngine;
import cloudops.execution.ExecutionException;
import cloudops.execution.ExecutionException.Problem;
import cloudops.execution.ExecutionRecord;
import cloudops.execution.ExecutionRequest;
import cloudops.execution.ExecutionResult;
import cloudops.execution.Verdict;
import cloudops.execution.Verdict.Effect;
import cloudops.execution.internal.approval.ApprovalHash;
import cloudops.execution.internal.approval.Approvals;
import cloudops.execution.internal.approval.Verdicts;
import cloudops.execution.internal.output.LoggedOutput;
import cloudops.execution.internal.output.MemoryOutput;
import cloudops.execution.internal.output.Subscription;
import cloudops.execution.internal.process.Launch;
import cloudops.execution.internal.process.Launches;
import cloudops.execution.internal.process.ProcessRunner;
import cloudops.execution.spi.CommandRunner;
import cloudops.execution.spi.LogStore;
import cloudops.model.Environment;

/** Accepts requests, refuses what nobody approved, and keeps track of what runs. */
@Component(service = ExecutionEngine.class)
public final class Engine implements ExecutionEngine, AutoCloseable {

    static final Duration DEFAULT_TIMEOUT = Duration.ofHours(1);

    private static final Logger LOG = LoggerFactory.getLogger(Engine.class);
    private static final Executor VIRTUAL = task -> Thread.ofVirtual().name("execution-result").start(task);
    private static final long CLOSE_LIMIT_S = 5;

    private final Environment environment;
    private final LogStore logs;
    private final Clock clock;
    private final Launches launches;
    private final Verdicts verdicts;
    private final Approvals approvals;
    private final ProcessRunner processes;
    private final List<CommandRunner> runners = new CopyOnWriteArrayList<>();
    private final Executions executions = new Executions();
    private final Set<Execution> running = ConcurrentHashMap.newKeySet();
    private final ScheduledThreadPoolExecutor timer;
    private volatile boolean closed;

    @Activate
    public Engine(@Reference Environment environment, @Reference LogStore logs) {
        this(environment, logs, System.getenv(), Clock.systemUTC());
    }

    /** @param host the variables from which those of the children are taken */
    public Engine(Environment environment, LogStore logs, Map<String, String> host, Clock clock) {
        this.environment = environment;
        this.logs = logs;
        this.clock = clock;
        launches = new Launches(environment, host);
        verdicts = new Verdicts(environment.endpointUrl());
        approvals = new Approvals(clock);
        processes = new ProcessRunner(environment.home().resolve("scratch"));
        timer = new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().daemon().name("execution-timeout").factory());
        timer.setRemoveOnCancelPolicy(true);
    }

    /** Adds a runner for commands that the engine does not run as processes itself. */
    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    public void addRunner(CommandRunner runner) {
        runners.add(runner);
    }

    /** Commands that it is running go on. */
    public void removeRunner(CommandRunner runner) {
        runners.remove(runner);
    }

    @Override
    public UUID execute(ExecutionRequest request) throws ExecutionException {
        executions.requireNew(request.id());
        var launch = accept(request);
        var work = work(request, launch);
        var verdict = verdicts.of(request);
        if (verdict.approvalRequired()) {
            approvals.use(request.approval(), ApprovalHash.of(request, launch, environment.endpointUrl()), verdict.reason());
        }
        var approvedBy = verdict.approvalRequired() ? request.approval().approvedBy() : null;
        var execution = new Execution(request, approvedBy, newLog(request.id()), work, clock);
        executions.add(execution);
        execution.end().thenRun(executions::prune);
        start(execution, request);
        return request.id();
    }

    @Override
    public CompletableFuture<ExecutionResult> executeReadOnly(ExecutionRequest request) throws ExecutionException {
        var launch = accept(request);
        var verdict = verdicts.of(request);
        if (verdict.effect() != Effect.READ_ONLY) {
            throw new ExecutionException(Problem.APPROVAL_REQUIRED, "not a plain read: " + verdict.reason());
        }
        var execution = new Execution(request, null, new MemoryOutput(), work(request, launch), clock);
        var result = execution.end().thenApply(execution::withOutput);
        result.whenComplete((done, failure) -> {
            if (result.isCancelled()) {
                execution.cancel();
            }
        });
        start(execution, request);
        return result;
    }

    /** What stands before every execution, approved or not. */
    private Launch accept(ExecutionRequest request) throws ExecutionException {
        Requests.validate(request);
        if (closed) {
            throw new ExecutionException(Problem.UNAVAILABLE, "the execution engine is closed");
        }
        var verdict = verdicts.of(request);
        if (environment.readOnly() && verdict.effect() != Effect.READ_ONLY) {
            throw new ExecutionException(Problem.READ_ONLY, "read-only mode: " + verdict.reason() + "; try: without --read-only");
        }
        return launches.of(request);
    }

    private Execution.Work work(ExecutionRequest request, Launch launch) throws ExecutionException {
        if (!launch.argv().isEmpty()) {
            return output -> processes.run(request.id(), launch, output);
        }
        var runner = runners.stream().filter(candidate -> candidate.accepts(request.command())).findFirst()
                .orElseThrow(() -> new ExecutionException(Problem.NO_RUNNER,
                        "nothing here runs a command of the kind " + request.command().getClass().getSimpleName()));
        return output -> runner.run(request, launch.variables(), (stream, line) -> {
            try {
                output.line(stream, line);
            } catch (IOException e) {
                throw new UncheckedIOException("the output could not be recorded: " + e.getMessage(), e);
            }
        });
    }

    private LoggedOutput newLog(UUID id) throws ExecutionException {
        try {
            return new LoggedOutput(logs.create(id));
        } catch (IOException e) {
            throw new ExecutionException(Problem.UNAVAILABLE, "the log of the execution cannot be written: " + e.getMessage(), e);
        }
    }

    private void start(Execution execution, ExecutionRequest request) {
        running.add(execution);
        execution.end().thenRun(() -> running.remove(execution));
        execution.start(timer, request.timeout() == null ? DEFAULT_TIMEOUT : request.timeout());
        if (closed) {
            execution.cancel(); // closed in between, and perhaps not seen there
        }
    }

    @Override
    public Verdict verdict(Command command) {
        return verdicts.of(command);
    }

    @Override
    public String approvalHash(ExecutionRequest request) {
        return ApprovalHash.of(request, launches.of(request), environment.endpointUrl());
    }

    @Override
    public ExecutionRecord status(UUID id) throws ExecutionException {
        return executions.get(id).toRecord();
    }

    @Override
    public ExecutionResult result(UUID id) throws ExecutionException, InterruptedException {
        var execution = executions.get(id);
        try {
            return execution.withOutput(execution.end().get());
        } catch (java.util.concurrent.ExecutionException e) {
            throw new IllegalStateException("executions end with a result", e);
        }
    }

    @Override
    public CompletableFuture<ExecutionResult> completion(UUID id) throws ExecutionException {
        var execution = executions.get(id);
        return execution.end().thenApplyAsync(execution::withOutput, VIRTUAL);
    }

    @Override
    public void cancel(UUID id) throws ExecutionException {
        executions.get(id).cancel();
    }

    @Override
    public AutoCloseable subscribe(UUID id, OutputListener listener) throws ExecutionException {
        var execution = executions.get(id);
        var subscription = new Subscription((LoggedOutput) execution.output(), execution.end(), listener);
        Thread.ofVirtual().name("execution-listener").start(subscription);
        return subscription;
    }

    @Override
    public List<ExecutionRecord> list() {
        return executions.newestFirst().stream().map(Execution::toRecord).toList();
    }

    /** Cancels everything that runs and waits for its end. */
    @Override
    @Deactivate
    public void close() {
        closed = true;
        var ends = running.stream().map(Execution::end).toArray(CompletableFuture[]::new);
        running.forEach(Execution::cancel);
        try {
            CompletableFuture.allOf(ends).get(CLOSE_LIMIT_S, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            LOG.warn("executions still running at the end count={}", running.size());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (java.util.concurrent.ExecutionException e) {
            throw new IllegalStateException("executions end with a result", e);
        }
        timer.shutdownNow();
        processes.close();
    }
}
