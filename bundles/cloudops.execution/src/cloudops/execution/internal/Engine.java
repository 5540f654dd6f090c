package cloudops.execution.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
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

import cloudops.execution.Approver;
import cloudops.execution.Command;
import cloudops.execution.ExecutionEngine;
import cloudops.execution.ExecutionEngines.ClosableEngine;
import cloudops.execution.ExecutionException;
import cloudops.execution.ExecutionException.Problem;
import cloudops.execution.ExecutionPlan;
import cloudops.execution.ExecutionRecord;
import cloudops.execution.ExecutionRequest;
import cloudops.execution.ExecutionResult;
import cloudops.execution.ExecutionStatus;
import cloudops.execution.HistoryFilter;
import cloudops.execution.PlanListener;
import cloudops.execution.PlanProblem;
import cloudops.execution.PlanResult;
import cloudops.execution.Verdict;
import cloudops.execution.Verdict.Effect;
import cloudops.execution.internal.Gate.Admitted;
import cloudops.execution.internal.Records.StepOf;
import cloudops.execution.internal.event.Events;
import cloudops.execution.internal.history.History;
import cloudops.execution.internal.history.OtherProcesses;
import cloudops.execution.internal.output.LoggedOutput;
import cloudops.execution.internal.output.MemoryOutput;
import cloudops.execution.internal.output.Subscription;
import cloudops.execution.internal.plan.Plans;
import cloudops.execution.internal.plan.StepRunner;
import cloudops.execution.internal.process.PrivateScript;
import cloudops.execution.internal.process.ProcessRunner;
import cloudops.execution.spi.CommandRunner;
import cloudops.execution.spi.EventHandler;
import cloudops.execution.spi.LogStore;
import cloudops.execution.spi.RunFailedException;
import cloudops.model.Environment;

/** Accepts requests, refuses what nobody approved, and keeps track of what runs. */
@Component(service = ExecutionEngine.class)
public final class Engine implements ClosableEngine {

    private static final Logger LOG = LoggerFactory.getLogger(Engine.class);
    private static final Executor VIRTUAL = task -> Thread.ofVirtual().name("execution-result").start(task);
    private static final long CLOSE_LIMIT_S = 5;

    private final LogStore logs;
    private final History history;
    private final Clock clock;
    private final Gate gate;
    private final Path scratch;
    private final ProcessRunner processes;
    private final List<CommandRunner> runners = new CopyOnWriteArrayList<>();
    private final Executions executions = new Executions();
    private final Events events = new Events();
    private final Plans plans;
    private final OtherProcesses others;
    private final Set<Execution> running = ConcurrentHashMap.newKeySet();
    private final ScheduledThreadPoolExecutor timer;
    private volatile boolean closed;

    @Activate
    public Engine(@Reference Environment environment, @Reference LogStore logs, @Reference History history) {
        this(environment, logs, history, System.getenv(), Clock.systemUTC());
    }

    /** @param host the variables from which those of the children are taken */
    public Engine(Environment environment, LogStore logs, History history, Map<String, String> host, Clock clock) {
        this.logs = logs;
        this.history = history;
        this.clock = clock;
        gate = new Gate(environment, host, clock);
        others = new OtherProcesses(environment.home().resolve("executions"), history, logs);
        plans = new Plans(gate, new Steps(), history, events, clock);
        scratch = environment.home().resolve("scratch");
        processes = new ProcessRunner(scratch);
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

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    public void addHandler(EventHandler handler) {
        events.add(handler);
    }

    public void removeHandler(EventHandler handler) {
        events.remove(handler);
    }

    @Override
    public UUID execute(ExecutionRequest request) throws ExecutionException {
        requireNew(request.id());
        var admitted = admit(request);
        var work = work(admitted);
        var consent = gate.consent(admitted);
        return start(admitted, ExecutionStatus.PENDING, consent, null, work).id();
    }

    @Override
    public UUID executeWithApproval(ExecutionRequest request, Approver approver) throws ExecutionException {
        requireNew(request.id());
        var admitted = admit(request);
        var work = work(admitted);
        return admitted.verdict().approvalRequired()
                ? start(admitted, ExecutionStatus.AWAITING_APPROVAL, null, null, execution -> ask(execution, admitted, approver)).id()
                : start(admitted, ExecutionStatus.PENDING, null, null, work).id();
    }

    /** Asks, and runs what was shown. */
    private int ask(Execution execution, Admitted shown, Approver approver) throws InterruptedException, RunFailedException {
        var approvedBy = approver.approve(shown.request(), shown.verdict());
        if (approvedBy.isEmpty()) {
            execution.cancel();
            throw new InterruptedException("refused");
        }
        try {
            var now = admit(shown.request());
            var hash = gate.hash(shown);
            gate.requireUnchanged(now, hash);
            var running = Records.of(shown.request(), ExecutionStatus.RUNNING, now.verdict(), new Consent(approvedBy.get(), hash), null,
                    clock.instant());
            execution.approved(running, timer);
            events.approved(running);
            return work(now).run(execution);
        } catch (ExecutionException e) {
            throw new RunFailedException(e.getMessage(), e);
        }
    }

    @Override
    public CompletableFuture<ExecutionResult> executeReadOnly(ExecutionRequest request) throws ExecutionException {
        var admitted = admit(request);
        var verdict = admitted.verdict();
        if (verdict.effect() != Effect.READ_ONLY || verdict.approvalRequired()) {
            throw new ExecutionException(Problem.APPROVAL_REQUIRED, "not a plain read: " + verdict.reason());
        }
        var record = Records.of(request, ExecutionStatus.PENDING, verdict, null, null, clock.instant());
        var execution = new Execution(request, record, new MemoryOutput(), work(admitted), state -> {
            // leaves no trace
        }, clock);
        var result = execution.end().thenApply(execution::withOutput);
        result.whenComplete((done, failure) -> {
            if (result.isCancelled()) {
                execution.cancel();
            }
        });
        run(execution);
        return result;
    }

    @Override
    public UUID executePlan(ExecutionPlan plan, PlanListener listener) throws ExecutionException {
        requireOpen();
        requireNew(plan.id());
        return plans.start(plan, listener);
    }

    @Override
    public List<PlanProblem> problems(ExecutionPlan plan) throws ExecutionException {
        return plans.problems(plan);
    }

    /** Steps are executions like others, but for the consent, which is the plan's. */
    private final class Steps implements StepRunner {
        @Override
        public void requireRunnable(Admitted step) throws ExecutionException {
            requireOpen();
            requireNew(step.request().id());
            work(step);
        }

        @Override
        public Running start(Admitted step, Consent consent, StepOf place) throws ExecutionException {
            var execution = Engine.this.start(step, ExecutionStatus.PENDING, consent, place, work(step));
            return new Running(execution.end(), execution::cancel, (LoggedOutput) execution.output());
        }
    }

    private Admitted admit(ExecutionRequest request) throws ExecutionException {
        requireOpen();
        return gate.admit(request);
    }

    private void requireOpen() throws ExecutionException {
        if (closed) {
            throw new ExecutionException(Problem.UNAVAILABLE, "the execution engine is closed");
        }
    }

    private void requireNew(UUID id) throws ExecutionException {
        executions.requireNew(id);
        plans.requireNew(id);
    }

    private Execution.Work work(Admitted admitted) throws ExecutionException {
        var request = admitted.request();
        var launch = admitted.launch();
        if (launch.script() != null && launch.problem() == null) {
            return execution -> {
                try (var script = new PrivateScript(scratch, request.id(), launch)) {
                    return processes.run(request.id(), script.launch(), execution.output());
                }
            };
        }
        if (!launch.argv().isEmpty()) {
            return execution -> processes.run(request.id(), launch, execution.output());
        }
        var runner = runners.stream().filter(candidate -> candidate.accepts(request.command())).findFirst()
                .orElseThrow(() -> new ExecutionException(Problem.NO_RUNNER,
                        "nothing here runs a command of the kind " + request.command().getClass().getSimpleName()));
        return execution -> runner.run(request, launch.variables(), (stream, line) -> {
            try {
                execution.output().line(stream, line);
            } catch (IOException e) {
                throw new UncheckedIOException("the output could not be recorded: " + e.getMessage(), e);
            }
        });
    }

    private Execution start(Admitted admitted, ExecutionStatus status, Consent consent, StepOf step, Execution.Work work)
            throws ExecutionException {
        var request = admitted.request();
        var output = newLog(request.id());
        var record = Records.of(request, status, admitted.verdict(), consent, step, clock.instant());
        var execution = new Execution(request, record, output, work, history::append, clock);
        try {
            executions.add(execution);
            history.append(record);
        } catch (IOException e) {
            executions.remove(execution);
            discard(output);
            throw new ExecutionException(Problem.UNAVAILABLE, "not run, since the history cannot be written: " + e.getMessage(), e);
        }
        others.listen(this::cancelHere);
        execution.end().thenRun(executions::prune);
        events.started(record, output, execution.lastState());
        run(execution);
        return execution;
    }

    private LoggedOutput newLog(UUID id) throws ExecutionException {
        try {
            return new LoggedOutput(logs.create(id));
        } catch (IOException e) {
            throw new ExecutionException(Problem.UNAVAILABLE, "the log of the execution cannot be written: " + e.getMessage(), e);
        }
    }

    private static void discard(LoggedOutput output) {
        try {
            output.delete();
        } catch (IOException e) {
            LOG.warn("unused log not deleted", e);
        }
    }

    private void run(Execution execution) {
        running.add(execution);
        execution.end().thenRun(() -> running.remove(execution));
        execution.start(timer);
        if (closed) {
            execution.cancel(); // closed in between, and perhaps not seen there
        }
    }

    @Override
    public Verdict verdict(Command command) {
        return gate.verdict(command);
    }

    @Override
    public Verdict verdict(ExecutionRequest request) {
        return gate.verdict(request);
    }

    @Override
    public Verdict verdict(ExecutionPlan plan) {
        return plans.verdict(plan);
    }

    @Override
    public String approvalHash(ExecutionRequest request) {
        return gate.hash(request);
    }

    @Override
    public String approvalHash(ExecutionPlan plan) {
        return plans.hash(plan);
    }

    @Override
    public ExecutionRecord status(UUID id) throws ExecutionException {
        var here = executions.find(id).map(Execution::toRecord).or(() -> plans.status(id));
        return here.isPresent() ? here.get() : others.status(id);
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
    public PlanResult planResult(UUID planId) throws ExecutionException, InterruptedException {
        try {
            return plans.completion(planId).get();
        } catch (java.util.concurrent.ExecutionException e) {
            throw new IllegalStateException("plans end with a result", e);
        }
    }

    @Override
    public CompletableFuture<PlanResult> planCompletion(UUID planId) throws ExecutionException {
        return plans.completion(planId);
    }

    @Override
    public void cancel(UUID id) throws ExecutionException {
        if (!cancelHere(id)) {
            others.cancel(id);
        }
    }

    /** @return false when it is not of this process */
    private boolean cancelHere(UUID id) {
        var here = executions.find(id);
        here.ifPresent(Execution::cancel);
        return here.isPresent() || plans.cancel(id);
    }

    @Override
    public AutoCloseable output(UUID id, OutputListener listener) throws ExecutionException {
        var here = executions.find(id);
        if (here.isEmpty()) {
            return others.output(id, listener);
        }
        var execution = here.get();
        var subscription = new Subscription((LoggedOutput) execution.output(), execution.end(), listener);
        Thread.ofVirtual().name("execution-listener").start(subscription);
        return subscription;
    }

    @Override
    public InputStream readLogs(UUID id) throws ExecutionException {
        return others.readLogs(id);
    }

    @Override
    public List<ExecutionRecord> history(HistoryFilter filter) throws ExecutionException {
        try {
            return history.find(filter);
        } catch (IOException e) {
            throw new ExecutionException(Problem.UNAVAILABLE, "the history cannot be read: " + e.getMessage(), e);
        }
    }

    /** Cancels everything that runs and waits for its end. */
    @Override
    @Deactivate
    public void close() {
        closed = true;
        var ends = new ArrayList<CompletableFuture<?>>(plans.close());
        running.forEach(execution -> ends.add(execution.end()));
        running.forEach(Execution::cancel);
        try {
            CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new)).get(CLOSE_LIMIT_S, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            LOG.warn("executions still running at the end count={}", running.size());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (java.util.concurrent.ExecutionException e) {
            throw new IllegalStateException("executions end with a result", e);
        }
        others.close();
        events.close();
        timer.shutdownNow();
        processes.close();
    }
}
