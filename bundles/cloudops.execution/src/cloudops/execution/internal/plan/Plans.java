package cloudops.execution.internal.plan;

import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

import cloudops.execution.ExecutionException;
import cloudops.execution.ExecutionException.Problem;
import cloudops.execution.ExecutionPlan;
import cloudops.execution.ExecutionRecord;
import cloudops.execution.ExecutionRequest.Metadata;
import cloudops.execution.ExecutionRequest.Resource;
import cloudops.execution.ExecutionStatus;
import cloudops.execution.InvalidPlanException;
import cloudops.execution.PlanListener;
import cloudops.execution.PlanProblem;
import cloudops.execution.PlanResult;
import cloudops.execution.PlanStep;
import cloudops.execution.Verdict;
import cloudops.execution.Verdict.Decision;
import cloudops.execution.Verdict.Effect;
import cloudops.execution.internal.CommandText;
import cloudops.execution.internal.Consent;
import cloudops.execution.internal.Gate;
import cloudops.execution.internal.Records;
import cloudops.execution.internal.event.Events;
import cloudops.execution.internal.history.History;
import cloudops.model.Risk;

/** The plans of this process: all that run, and the last {@value #KEPT} that ended. Thread-safe. */
public final class Plans {

    static final int KEPT = 100;

    private static final int MOST_RESOURCES = 100;

    private static final Comparator<Verdict> GRAVITY = Comparator.comparing(Verdict::decision).thenComparing(Verdict::risk)
            .thenComparing(Verdict::effect);

    private final Gate gate;
    private final StepRunner steps;
    private final History history;
    private final Events events;
    private final Clock clock;
    private final SequencedMap<UUID, PlanRun> all = new LinkedHashMap<>(); // guarded by itself
    private final Set<UUID> reserved = new HashSet<>(); // for steps of running plans; guarded by all
    private volatile boolean closed;

    public Plans(Gate gate, StepRunner steps, History history, Events events, Clock clock) {
        this.gate = gate;
        this.steps = steps;
        this.history = history;
        this.events = events;
        this.clock = clock;
    }

    /**
     * A plan that was looked at.
     *
     * @param hashes of the steps, as far as there were no problems
     * @param verdict the gravest
     */
    private record Judged(List<PlanProblem> problems, List<String> hashes, Verdict verdict) {
    }

    /** Checks a plan as a whole, uses its approval up where it needs one, and starts it. */
    public UUID start(ExecutionPlan plan, PlanListener listener) throws ExecutionException {
        var judged = judge(plan);
        if (!judged.problems().isEmpty()) {
            throw new InvalidPlanException(judged.problems());
        }
        Consent consent = null;
        if (judged.verdict().approvalRequired()) {
            consent = gate.consent(plan.approval(), PlanHash.of(plan, judged.hashes()), judged.verdict().reason());
        }
        var record = record(plan, judged.verdict(), consent);
        var run = new PlanRun(plan, judged.hashes(), consent, record, listener,
                new PlanRun.Surroundings(gate, steps, history, events, clock));
        add(run);
        try {
            history.append(record);
        } catch (IOException e) {
            remove(run);
            throw new ExecutionException(Problem.UNAVAILABLE, "not run, since the history cannot be written: " + e.getMessage(), e);
        }
        run.end().thenRun(() -> release(run)).thenRun(this::prune);
        events.started(record, null, run.end().thenApply(ended -> run.toRecord()));
        if (closed) {
            run.cancel();
        }
        Thread.ofVirtual().name("plan-" + plan.id()).start(run);
        return plan.id();
    }

    /** All that would keep {@code plan} from being started, but for a missing approval. */
    public List<PlanProblem> problems(ExecutionPlan plan) throws ExecutionException {
        return judge(plan).problems();
    }

    private Judged judge(ExecutionPlan plan) throws ExecutionException {
        var problems = new ArrayList<>(PlanCheck.of(plan));
        var hashes = new ArrayList<String>();
        var gravest = nothing();
        if (isInUse(plan.id()) || isKnown(plan.id())) {
            problems.add(new PlanProblem("/id", inUse(plan.id())));
        }
        for (int i = 0; i < plan.steps().size(); i++) {
            var step = plan.steps().get(i);
            try {
                var admitted = gate.admit(step.request());
                steps.requireRunnable(admitted);
                hashes.add(gate.hash(admitted));
                gravest = graver(gravest, step, admitted.verdict());
            } catch (ExecutionException e) {
                if (e.problem() == Problem.UNAVAILABLE) {
                    throw e;
                }
                problems.add(new PlanProblem("/steps/" + i, e.getMessage()));
            }
        }
        return new Judged(problems, hashes, gravest);
    }

    private static Verdict nothing() {
        return new Verdict(Effect.READ_ONLY, Risk.LOW, Decision.ALLOW, "every step only reads");
    }

    private static Verdict graver(Verdict gravest, PlanStep step, Verdict verdict) {
        return GRAVITY.compare(verdict, gravest) <= 0 ? gravest : new Verdict(verdict.effect(), verdict.risk(), verdict.decision(),
                "step " + CommandText.quote(step.id()) + ": " + verdict.reason());
    }

    /** The gravest verdict on any step; of two that are alike, the first. */
    public Verdict verdict(ExecutionPlan plan) {
        var gravest = nothing();
        for (var step : plan.steps()) {
            gravest = graver(gravest, step, gate.verdict(step.request()));
        }
        return gravest;
    }

    /** What an approval of {@code plan} must be for. */
    public String hash(ExecutionPlan plan) {
        return PlanHash.of(plan, plan.steps().stream().map(step -> gate.hash(step.request())).toList());
    }

    private ExecutionRecord record(ExecutionPlan plan, Verdict verdict, Consent consent) {
        var name = plan.description() == null ? "a plan of " + plan.steps().size() + " steps" : CommandText.redact(plan.description());
        var metadata = new Metadata(common(plan, step -> step.request().metadata().source()), null,
                common(plan, step -> step.request().metadata().conversationId()),
                common(plan, step -> step.request().metadata().accountId()), plan.description(), resources(plan));
        return new ExecutionRecord(plan.id(), "plan", name, ExecutionStatus.RUNNING, null, null, clock.instant(), null, Records.withoutSecrets(metadata),
                common(plan, step -> step.request().contextId()), common(plan, step -> step.request().resourceId()), verdict.risk(),
                consent == null ? null : consent.by(), consent == null ? null : consent.hash(), null, null);
    }

    /** Of all steps; the first of very many, since the steps have their own. */
    private static List<Resource> resources(ExecutionPlan plan) {
        return plan.steps().stream().flatMap(step -> step.request().metadata().resources().stream()).distinct().limit(MOST_RESOURCES).toList();
    }

    /** What is the same for all steps; null when they differ. */
    private static String common(ExecutionPlan plan, Function<PlanStep, String> property) {
        var first = property.apply(plan.steps().getFirst());
        return plan.steps().stream().map(property).allMatch(other -> Objects.equals(first, other)) ? first : null;
    }

    private void add(PlanRun run) throws ExecutionException {
        synchronized (all) {
            requireNew(run.id());
            for (var step : run.stepExecutions()) {
                requireNew(step);
            }
            all.put(run.id(), run);
            reserved.addAll(run.stepExecutions());
        }
    }

    /** @throws ExecutionException {@code INVALID_REQUEST} when a plan has this ID, or keeps it for one of its steps */
    public void requireNew(UUID id) throws ExecutionException {
        if (isInUse(id)) {
            throw new ExecutionException(Problem.INVALID_REQUEST, inUse(id));
        }
    }

    private boolean isInUse(UUID id) {
        synchronized (all) {
            return all.containsKey(id) || reserved.contains(id);
        }
    }

    /** To the history, of a plan of an earlier or another process. Plans have no log that would tell. */
    private boolean isKnown(UUID id) throws ExecutionException {
        try {
            return history.get(id).isPresent();
        } catch (IOException e) {
            throw new ExecutionException(Problem.UNAVAILABLE, "the history cannot be read: " + e.getMessage(), e);
        }
    }

    private static String inUse(UUID id) {
        return "the execution ID " + id + " is in use, or was before; try: a new random ID";
    }

    private void remove(PlanRun run) {
        synchronized (all) {
            all.remove(run.id());
            release(run);
        }
    }

    private Optional<PlanRun> find(UUID id) {
        synchronized (all) {
            return Optional.ofNullable(all.get(id));
        }
    }

    private void release(PlanRun run) {
        synchronized (all) {
            run.stepExecutions().forEach(reserved::remove);
        }
    }

    /** Forgets the oldest that ended when there are too many; the history still knows them. */
    private void prune() {
        synchronized (all) {
            var ended = all.values().stream().filter(run -> run.end().isDone()).toList();
            ended.subList(0, Math.max(0, ended.size() - KEPT)).forEach(run -> all.remove(run.id()));
        }
    }

    /** Where a plan of this process stands. */
    public Optional<ExecutionRecord> status(UUID id) {
        return find(id).map(PlanRun::toRecord);
    }

    /** The end of a plan of this process. Never fails; completing it does nothing to the plan. */
    public CompletableFuture<PlanResult> completion(UUID id) throws ExecutionException {
        return find(id).orElseThrow(() -> new ExecutionException(Problem.NOT_FOUND, "no plan " + id + " in this process")).end().copy();
    }

    /** @return false when no plan of this process has this ID */
    public boolean cancel(UUID id) {
        var run = find(id);
        run.ifPresent(PlanRun::cancel);
        return run.isPresent();
    }

    /** Cancels all, also those to come. @return the ends of those that had not ended */
    public Collection<CompletableFuture<PlanResult>> close() {
        closed = true;
        synchronized (all) {
            var open = all.values().stream().filter(run -> !run.end().isDone()).toList();
            open.forEach(PlanRun::cancel);
            return open.stream().map(PlanRun::end).toList();
        }
    }
}
