package cloudops.execution.internal.plan;

import java.io.IOException;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Collectors;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import cloudops.execution.ExecutionEvent;
import cloudops.execution.ExecutionException;
import cloudops.execution.ExecutionException.Problem;
import cloudops.execution.ExecutionPlan;
import cloudops.execution.ExecutionPlan.Strategy;
import cloudops.execution.ExecutionRecord;
import cloudops.execution.ExecutionResult;
import cloudops.execution.ExecutionStatus;
import cloudops.execution.PlanListener;
import cloudops.execution.PlanResult;
import cloudops.execution.PlanResult.StepResult;
import cloudops.execution.internal.Consent;
import cloudops.execution.internal.Gate;
import cloudops.execution.internal.Records;
import cloudops.execution.internal.Records.StepOf;
import cloudops.execution.internal.event.Events;
import cloudops.execution.internal.history.History;
import cloudops.execution.internal.plan.StepRunner.Running;

/**
 * One plan from its first step to its last. All decisions are made on the plan's one thread, which waits for signals: a step has ended,
 * somebody cancels. So steps that wait cost no thread, and nothing here needs a lock. Only what runs is ended by the thread that cancels: the
 * plan's own may be with its listener.
 * <p>
 * Every strategy is a graph with a limit, of which the first step in the plan's order that may begin does so: in a serial plan the limit is
 * 1, and since steps depend only on earlier ones, the order is that of the plan.
 */
final class PlanRun implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(PlanRun.class);
    /** So many names in a message, at most. */
    private static final int NAMED = 8;

    private final ExecutionPlan plan;
    private final List<String> hashes;
    private final Consent consent;
    private final PlanListener listener;
    private final Surroundings around;
    private final int limit;
    private final boolean stopsOnError;
    private final StepGraph graph;
    private final BlockingQueue<Runnable> signals = new LinkedBlockingQueue<>();
    private final CompletableFuture<PlanResult> end = new CompletableFuture<>();
    private volatile ExecutionRecord record;
    private volatile boolean cancelled;
    private final Map<Integer, Running> running = new ConcurrentHashMap<>(); // by their places; changed by the plan's thread alone

    // all used by the plan's thread alone; steps by their places
    private final int[] waiting;
    private final Queue<Integer> ready = new PriorityQueue<>();
    private final StepResult[] results;
    private final StepOutputs outputs = new StepOutputs();
    private int ended;
    private boolean stopped; // by a cancel that came in time

    /** What all plans share. */
    record Surroundings(Gate gate, StepRunner steps, History history, Events events, Clock clock) {
    }

    /**
     * @param plan without problems
     * @param hashes of its steps, as they were judged
     * @param consent null when it needs none
     * @param record its first line in the history
     */
    PlanRun(ExecutionPlan plan, List<String> hashes, Consent consent, ExecutionRecord record, PlanListener listener, Surroundings around) {
        this.plan = plan;
        this.hashes = hashes;
        this.consent = consent;
        this.record = record;
        this.listener = listener;
        this.around = around;
        limit = switch (plan.strategy()) {
            case Strategy.Serial serial -> 1;
            case Strategy.Parallel parallel -> parallel.maxConcurrency();
            case Strategy.Graph needs -> needs.maxConcurrency();
        };
        stopsOnError = plan.strategy() instanceof Strategy.Serial serial && !serial.continueOnError();
        graph = StepGraph.of(plan);
        waiting = graph.waiting();
        results = new StepResult[plan.steps().size()];
    }

    UUID id() {
        return plan.id();
    }

    /** The IDs that the executions of its steps have, or will have. */
    List<UUID> stepExecutions() {
        return plan.steps().stream().map(step -> step.request().id()).toList();
    }

    ExecutionRecord toRecord() {
        return record;
    }

    /** Never fails. */
    CompletableFuture<PlanResult> end() {
        return end;
    }

    /** Ends what runs, whatever the plan's thread is at, and skips the rest. Does nothing the second time and after the end. */
    void cancel() {
        cancelled = true;
        signals.add(this::stop); // before the ends of the steps
        endRunning();
    }

    private void endRunning() {
        running.values().forEach(step -> step.cancel().run());
    }

    @Override
    public void run() {
        LOG.debug("plan started id={} steps={}", id(), results.length);
        try {
            for (int i = 0; i < waiting.length; i++) {
                if (waiting[i] == 0) {
                    ready.add(i);
                }
            }
            while (ended < results.length) {
                while (running.size() < limit && !ready.isEmpty() && !cancelled) {
                    begin(ready.remove());
                }
                if (ended < results.length) {
                    signals.take().run();
                }
            }
            conclude(null);
        } catch (InterruptedException | RuntimeException | Error e) { // whoever waits for the end must hear of it, whatever broke
            LOG.error("plan failed id={}", id(), e);
            breakOff("the plan broke down: " + e);
        }
    }

    private void begin(int place) {
        try {
            var step = launch(place);
            running.put(place, step);
            if (cancelled) { // meanwhile, and perhaps not seen there
                stop();
            }
            outputs.add(plan.steps().get(place).id(), step.output());
            tell(() -> listener.stepStarted(plan.steps().get(place)));
            step.end().thenAccept(result -> signals.add(() -> ended(place, result)));
        } catch (ExecutionException e) {
            if (cancelled) { // and refused for that reason: the engine closes
                stop();
            } else {
                neverBegan(place, ExecutionStatus.FAILED, e.getMessage());
                failed(place);
            }
        }
    }

    /** Much may have changed since the plan was judged: scripts, rules, the outputs that the step uses. So it is judged again. */
    private Running launch(int place) throws ExecutionException {
        var step = plan.steps().get(place);
        var written = around.gate().admit(step.request());
        around.gate().requireUnchanged(written, hashes.get(place));
        if (written.verdict().approvalRequired() && consent == null) {
            throw new ExecutionException(Problem.APPROVAL_REQUIRED,
                    "it needs an approval now, and needed none when the plan was started: " + written.verdict().reason());
        }
        var filled = References.replaced(step.request(), outputs);
        var admitted = filled.isPresent() ? around.gate().admitStep(written, filled.get()) : written;
        return around.steps().start(admitted, admitted.verdict().approvalRequired() ? consent : null, new StepOf(plan.id(), step.id()));
    }

    private void ended(int place, ExecutionResult result) {
        running.remove(place);
        settle(place, new StepResult(plan.steps().get(place).id(), result.status(), result, null));
        if (!result.succeeded()) {
            failed(place);
            return;
        }
        for (int dependant : graph.dependants(place)) {
            if (--waiting[dependant] == 0) {
                ready.add(dependant);
            }
        }
    }

    private void failed(int place) {
        if (stopsOnError) {
            skipRest("the plan stops at its first error: " + how(results[place]));
        } else {
            skipDependants(place);
        }
    }

    private void skipDependants(int culprit) {
        var how = how(results[culprit]);
        var open = new ArrayDeque<>(List.of(culprit));
        while (!open.isEmpty()) {
            int place = open.remove();
            for (int dependant : graph.dependants(place)) {
                if (results[dependant] == null) {
                    neverBegan(dependant, ExecutionStatus.SKIPPED, place == culprit ? "it depends on " + how
                            : "it depends on " + plan.steps().get(place).id() + ", which was skipped because of " + how);
                    open.add(dependant);
                }
            }
        }
    }

    private void skipRest(String reason) {
        ready.clear();
        for (int i = 0; i < results.length; i++) {
            if (results[i] == null && !running.containsKey(i)) {
                neverBegan(i, ExecutionStatus.SKIPPED, reason);
            }
        }
    }

    private void stop() {
        if (!stopped) {
            stopped = true;
            skipRest("the plan was cancelled");
            endRunning();
        }
    }

    /** {@code a, which ended with exit code 1}. */
    private static String how(StepResult step) {
        return step.stepId() + ", which " + switch (step.status()) {
            case COMPLETED -> "ended with exit code " + step.result().exitCode();
            case TIMED_OUT -> "was ended after its time limit";
            case CANCELLED -> "was cancelled";
            default -> "failed";
        };
    }

    private void neverBegan(int place, ExecutionStatus status, String reason) {
        var step = plan.steps().get(place);
        var now = around.clock().instant();
        if (status == ExecutionStatus.SKIPPED || !isKnown(step.request().id())) {
            append(Records.of(step.request(), status, around.gate().verdict(step.request()), null, new StepOf(plan.id(), step.id()), now)
                    .ended(status, null, reason, now));
        }
        settle(place, new StepResult(step.id(), status, null, reason));
    }

    /** Whether another process has taken a step's ID since the plan was judged: a record of ours would hide what it ran. */
    private boolean isKnown(UUID id) {
        try {
            return around.history().get(id).isPresent();
        } catch (IOException e) {
            LOG.error("the history cannot be read id={}", id, e);
            return false;
        }
    }

    private void settle(int place, StepResult result) {
        results[place] = result;
        ended++;
        around.events().progress(new ExecutionEvent.Progress(plan.id(), around.clock().instant(), result.stepId(), result.status(), ended,
                results.length));
        tell(() -> listener.stepEnded(result, ended, results.length));
    }

    private void tell(Runnable news) {
        try {
            news.run();
        } catch (RuntimeException | LinkageError | AssertionError e) {
            LOG.warn("plan listener failed id={} class={}", id(), listener.getClass().getName(), e);
        }
    }

    private void conclude(String problem) {
        boolean succeeded = Arrays.stream(results).allMatch(step -> step.result() != null && step.result().succeeded());
        var status = succeeded ? ExecutionStatus.COMPLETED : stopped ? ExecutionStatus.CANCELLED : ExecutionStatus.FAILED;
        var now = around.clock().instant();
        record = record.ended(status, null, status != ExecutionStatus.FAILED ? null : problem != null ? problem : summary(), now);
        LOG.debug("plan ended id={} status={}", id(), status);
        append(record);
        end.complete(new PlanResult(plan.id(), status, Arrays.asList(results), record.startedAt(), now));
    }

    /** {@code 1 of 3 steps failed: a, which ended with exit code 1; skipped: b, c}. */
    private String summary() {
        var failed = Arrays.stream(results).filter(step -> step.status() != ExecutionStatus.SKIPPED)
                .filter(step -> step.result() == null || !step.result().succeeded()).map(PlanRun::how).toList();
        var skipped = Arrays.stream(results).filter(step -> step.status() == ExecutionStatus.SKIPPED).map(StepResult::stepId).toList();
        return failed.size() + " of " + results.length + " steps failed: " + names(failed) + (skipped.isEmpty() ? "" : "; skipped: " + names(skipped));
    }

    private static String names(List<String> names) {
        return names.stream().limit(NAMED).collect(Collectors.joining(", ")) + (names.size() > NAMED ? ", … (" + names.size() + ")" : "");
    }

    private void breakOff(String problem) {
        endRunning();
        for (int i = 0; i < results.length; i++) {
            if (results[i] == null) {
                results[i] = new StepResult(plan.steps().get(i).id(), running.containsKey(i) ? ExecutionStatus.FAILED : ExecutionStatus.SKIPPED,
                        null, problem);
            }
        }
        conclude(problem);
    }

    private void append(ExecutionRecord state) {
        try {
            around.history().append(state);
        } catch (IOException e) {
            LOG.error("the end is not in the history id={} status={}", state.id(), state.status(), e);
        }
    }
}
