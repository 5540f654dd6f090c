package cloudops.execution.internal;

import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
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
import cloudops.execution.internal.Gate.Admitted;
import cloudops.execution.internal.Records.StepOf;
import cloudops.execution.internal.event.Events;
import cloudops.execution.internal.history.History;
import cloudops.execution.internal.history.OtherProcesses;
import cloudops.execution.internal.output.LoggedOutput;
import cloudops.execution.internal.output.Subscription;
import cloudops.execution.internal.plan.Plans;
import cloudops.execution.internal.plan.StepRunner;
import cloudops.execution.internal.process.Profiles;
import cloudops.execution.spi.CommandRunner;
import cloudops.execution.spi.EventHandler;
import cloudops.execution.spi.LogStore;
import cloudops.execution.spi.ProfileVariables;
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
    private final Gate gate;
    private final Events events = new Events();
    private final Dispatch dispatch;
    private final Executions executions;
    private final Plans plans;
    private final OtherProcesses others;
    private final List<Runnable> closing = new CopyOnWriteArrayList<>();

    @Activate
    public Engine(@Reference Environment environment, @Reference LogStore logs, @Reference History history,
            @Reference ProfileVariables profiles) {
        this(environment, logs, history, profiles, System.getenv(), Clock.systemUTC());
    }

    /** All profiles are in the AWS files. */
    public Engine(Environment environment, LogStore logs, History history, Map<String, String> host, Clock clock) {
        this(environment, logs, history, ProfileVariables.NONE, host, clock);
    }

    /** @param host the variables from which those of the children are taken */
    public Engine(Environment environment, LogStore logs, History history, ProfileVariables variables, Map<String, String> host, Clock clock) {
        this.logs = logs;
        this.history = history;
        var profiles = new Profiles(variables);
        gate = new Gate(environment, host, profiles, clock);
        dispatch = new Dispatch(environment.home().resolve("scratch"), profiles, logs, history, events, clock);
        executions = dispatch.executions();
        plans = new Plans(gate, new Steps(), history, events, clock);
        others = new OtherProcesses(environment.home().resolve("executions"), history, logs);
    }

    /** Has {@code action} done at the end of {@link #close}. */
    public void onClose(Runnable action) {
        closing.add(action);
    }

    /** Adds a runner for commands that the engine does not run as processes itself. */
    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    public void addRunner(CommandRunner runner) {
        dispatch.addRunner(runner);
    }

    /** Commands that it is running go on. */
    public void removeRunner(CommandRunner runner) {
        dispatch.removeRunner(runner);
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
        var work = dispatch.work(admitted);
        var consent = gate.consent(admitted);
        return start(admitted, ExecutionStatus.PENDING, consent, null, work).id();
    }

    @Override
    public UUID executeWithApproval(ExecutionRequest request, Approver approver) throws ExecutionException {
        requireNew(request.id());
        var admitted = admit(request);
        var work = dispatch.work(admitted);
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
            dispatch.approved(execution, now, new Consent(approvedBy.get(), hash));
            return dispatch.work(now).run(execution);
        } catch (ExecutionException e) {
            throw new RunFailedException(e.getMessage(), e);
        } catch (IOException e) {
            throw new RunFailedException("not run, since the history cannot be written: " + e.getMessage(), e);
        }
    }

    @Override
    public CompletableFuture<ExecutionResult> executeReadOnly(ExecutionRequest request) throws ExecutionException {
        dispatch.requireOpen();
        return dispatch.read(gate.admitReading(request));
    }

    @Override
    public UUID executePlan(ExecutionPlan plan, PlanListener listener) throws ExecutionException {
        dispatch.requireOpen();
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
            dispatch.requireOpen();
            requireNew(step.request().id());
            dispatch.work(step);
        }

        @Override
        public Running start(Admitted step, Consent consent, StepOf place) throws ExecutionException {
            var execution = Engine.this.start(step, ExecutionStatus.PENDING, consent, place, dispatch.work(step));
            return new Running(execution.end(), execution::cancel, (LoggedOutput) execution.output());
        }
    }

    private Admitted admit(ExecutionRequest request) throws ExecutionException {
        dispatch.requireOpen();
        return gate.admit(request);
    }

    /** An ID that was used before, by whatever process, would hide the earlier run. Its log tells of it: the history would have to be read. */
    private void requireNew(UUID id) throws ExecutionException {
        executions.requireNew(id);
        plans.requireNew(id);
        if (hasLog(id)) {
            throw new ExecutionException(Problem.INVALID_REQUEST, "the execution ID " + id + " was used before; try: a new random ID");
        }
    }

    private boolean hasLog(UUID id) {
        try {
            return logs.open(id).isPresent();
        } catch (IOException e) {
            return true; // there is one, which cannot be opened
        }
    }

    private Execution start(Admitted admitted, ExecutionStatus status, Consent consent, StepOf step, Execution.Work work)
            throws ExecutionException {
        var execution = dispatch.start(admitted, status, consent, step, work);
        others.listen(this::cancelHere);
        return execution;
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
        var ends = new ArrayList<CompletableFuture<?>>(plans.close());
        ends.addAll(dispatch.cancelAll());
        try {
            CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new)).get(CLOSE_LIMIT_S, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            LOG.warn("executions still running at the end count={}", ends.stream().filter(end -> !end.isDone()).count());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (java.util.concurrent.ExecutionException e) {
            throw new IllegalStateException("executions end with a result", e);
        }
        others.close();
        events.close();
        dispatch.close();
        closing.forEach(Runnable::run);
    }
}
