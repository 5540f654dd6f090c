package cloudops.execution.internal.plan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import cloudops.execution.ExecutionException;
import cloudops.execution.ExecutionPlan;
import cloudops.execution.ExecutionPlan.Strategy;
import cloudops.execution.PlanProblem;
import cloudops.execution.PlanStep;
import cloudops.execution.internal.CommandText;
import cloudops.execution.internal.Requests;
import cloudops.execution.internal.plan.References.Use;

/** Finds all that is wrong with a plan in itself: its IDs, order and references. Linear in the size of the plan. */
public final class PlanCheck {

    private static final Pattern STEP_ID = Pattern.compile("[A-Za-z0-9_-]+");
    /** So many names in a message, at most. */
    private static final int NAMED = 8;

    private final ExecutionPlan plan;
    /** Step ID → first step with it. */
    private final Map<String, Integer> places = new HashMap<>();
    private final List<PlanProblem> problems = new ArrayList<>();

    private PlanCheck(ExecutionPlan plan) {
        this.plan = plan;
    }

    /** @return empty when nothing is wrong */
    public static List<PlanProblem> of(ExecutionPlan plan) {
        return new PlanCheck(plan).all();
    }

    /** What is wrong with the requests as such. */
    public static List<PlanProblem> requests(ExecutionPlan plan) {
        var problems = new ArrayList<PlanProblem>();
        for (int i = 0; i < plan.steps().size(); i++) {
            try {
                Requests.validate(plan.steps().get(i).request());
            } catch (ExecutionException e) {
                problems.add(new PlanProblem("/steps/" + i, e.getMessage()));
            }
        }
        return problems;
    }

    private List<PlanProblem> all() {
        var steps = plan.steps();
        int limit = switch (plan.strategy()) {
            case Strategy.Serial serial -> 1;
            case Strategy.Parallel parallel -> parallel.maxConcurrency();
            case Strategy.Graph graph -> graph.maxConcurrency();
        };
        if (limit < 1) {
            add("/strategy/max_concurrency", "at most " + limit + " steps at a time are none; try: 1 or more");
        }
        if (steps.isEmpty()) {
            add("/steps", "the plan has no steps; try: at least one");
        }
        if (steps.size() > ExecutionPlan.MAX_STEPS) {
            add("/steps", "the plan has " + steps.size() + " steps; a plan has at most " + ExecutionPlan.MAX_STEPS);
        }
        ids();
        for (int i = 0; i < steps.size(); i++) {
            dependencies(i, steps.get(i));
            references(i, steps.get(i));
        }
        if (plan.strategy() instanceof Strategy.Graph) {
            cycles();
        }
        return problems;
    }

    private void ids() {
        var requests = new HashMap<UUID, String>();
        requests.put(plan.id(), "the plan");
        for (int i = 0; i < plan.steps().size(); i++) {
            var step = plan.steps().get(i);
            var pointer = "/steps/" + i;
            if (!STEP_ID.matcher(step.id()).matches()) {
                add(pointer + "/id", "not a step's ID: " + CommandText.quote(step.id()) + "; try: letters, digits, - and _");
            }
            var first = places.putIfAbsent(step.id(), i);
            if (first != null) {
                add(pointer + "/id", "steps[" + first + "] has the ID " + CommandText.quote(step.id()) + " too; try: another one");
            }
            var owner = requests.putIfAbsent(step.request().id(), "steps[" + i + "]");
            if (owner != null) {
                add(pointer + "/request_id", owner + " has the execution ID " + step.request().id() + " too; try: a new random one");
            }
        }
    }

    private void dependencies(int place, PlanStep step) {
        var needed = step.dependsOn();
        if (plan.strategy() instanceof Strategy.Parallel && !needed.isEmpty()) {
            add("/steps/" + place + "/depends_on", "steps of a parallel plan do not depend on each other; try: the strategy graph");
            return;
        }
        for (int i = 0; i < needed.size(); i++) {
            var problem = dependency(place, step, needed.get(i));
            if (problem != null) {
                add("/steps/" + place + "/depends_on/" + i, problem);
            }
        }
    }

    private String dependency(int place, PlanStep step, String needed) {
        var there = places.get(needed);
        if (there == null) {
            return unknown(needed);
        }
        if (needed.equals(step.id())) {
            return "the step depends on itself; try: without this";
        }
        return plan.strategy() instanceof Strategy.Serial && there > place
                ? CommandText.quote(needed) + " comes later in this serial plan; try: move it up, or the strategy graph" : null;
    }

    private String unknown(String id) {
        return "no step has the ID " + CommandText.quote(id) + "; try: "
                + plan.steps().stream().limit(NAMED).map(step -> CommandText.quote(step.id())).distinct().collect(Collectors.joining(", "))
                + (plan.steps().size() > NAMED ? ", …" : "");
    }

    private void references(int place, PlanStep step) {
        var wrong = new ArrayList<PlanProblem>();
        var needed = new HashSet<>(step.dependsOn());
        for (var use : References.in(step.request(), wrong)) {
            var problem = reference(place, step, use, needed.contains(use.reference().stepId()));
            if (problem != null) {
                wrong.add(new PlanProblem(use.pointer(), problem));
            }
        }
        wrong.forEach(problem -> add("/steps/" + place + problem.pointer(), problem.message()));
    }

    private String reference(int place, PlanStep step, Use use, boolean dependsOnIt) {
        var id = use.reference().stepId();
        var there = places.get(id);
        if (there == null) {
            return unknown(id);
        }
        if (id.equals(step.id())) {
            return use.reference() + " is the step's own output; try: the ID of another step";
        }
        return switch (plan.strategy()) {
            case Strategy.Serial serial when there > place -> CommandText.quote(id) + " comes later in this serial plan; try: move it up";
            case Strategy.Serial serial -> null;
            case Strategy.Parallel parallel -> use.reference() + ": steps of a parallel plan cannot use each other's output; try: the strategy graph";
            case Strategy.Graph graph -> dependsOnIt ? null
                    : "the step uses the output of " + CommandText.quote(id) + " without depending on it; try: add it to depends_on";
        };
    }

    /** Takes away what depends on nothing that is left, again and again; what stays leads into a cycle. */
    private void cycles() {
        var graph = StepGraph.of(plan);
        int size = plan.steps().size();
        var waiting = graph.waiting();
        var free = new ArrayList<Integer>();
        for (int i = 0; i < size; i++) {
            if (waiting[i] == 0) {
                free.add(i);
            }
        }
        for (int next = 0; next < free.size(); next++) {
            for (int dependant : graph.dependants(free.get(next))) {
                if (--waiting[dependant] == 0) {
                    free.add(dependant);
                }
            }
        }
        var seenOnWalk = new int[size]; // number of the walk that came by
        for (int start = 0; start < size; start++) {
            if (waiting[start] > 0 && seenOnWalk[start] == 0) {
                walk(start, graph, seenOnWalk, waiting);
            }
        }
    }

    /** Goes from what waits to one that it waits for, until it meets a step again. */
    private void walk(int start, StepGraph graph, int[] seenOnWalk, int[] waiting) {
        int walk = start + 1;
        var way = new ArrayList<Integer>();
        int at = start;
        while (seenOnWalk[at] == 0) {
            seenOnWalk[at] = walk;
            way.add(at);
            at = graph.needed(at).stream().filter(there -> waiting[there] > 0).findFirst().orElseThrow();
        }
        if (seenOnWalk[at] == walk) { // else it led into a cycle that is known
            var cycle = way.subList(way.indexOf(at), way.size());
            var names = cycle.stream().limit(NAMED).map(place -> plan.steps().get(place).id()).collect(Collectors.joining(" → "))
                    + (cycle.size() > NAMED ? " → … (" + cycle.size() + " steps)" : "") + " → " + plan.steps().get(at).id();
            add("/steps/" + at + "/depends_on", "a cycle, in which each step waits for the next: " + names + "; try: leave one of these out");
        }
    }

    private void add(String pointer, String message) {
        problems.add(new PlanProblem(pointer, message));
    }
}
