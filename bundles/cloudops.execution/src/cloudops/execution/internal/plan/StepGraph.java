package cloudops.execution.internal.plan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;

import cloudops.execution.ExecutionPlan;
import cloudops.execution.internal.plan.References.Use;

/** Which steps of a plan, by their places, wait for which. */
final class StepGraph {

    private final List<List<Integer>> needed = new ArrayList<>();
    private final List<List<Integer>> dependants = new ArrayList<>();

    private StepGraph(int size) {
        for (int i = 0; i < size; i++) {
            needed.add(new ArrayList<>(2));
            dependants.add(new ArrayList<>(2));
        }
    }

    /** Leaves out what is wrong: dependencies on unknown steps and on themselves. */
    static StepGraph of(ExecutionPlan plan) {
        var steps = plan.steps();
        var places = new HashMap<String, Integer>();
        for (int i = 0; i < steps.size(); i++) {
            places.putIfAbsent(steps.get(i).id(), i);
        }
        var graph = new StepGraph(steps.size());
        for (int i = 0; i < steps.size(); i++) {
            var ids = new LinkedHashSet<>(steps.get(i).dependsOn());
            // in a serial plan, whose output is used need not be said again
            References.in(steps.get(i).request(), new ArrayList<>()).stream().map(Use::reference).forEach(used -> ids.add(used.stepId()));
            for (var id : ids) {
                var there = places.get(id);
                if (there != null && there != i) {
                    graph.needed.get(i).add(there);
                    graph.dependants.get(there).add(i);
                }
            }
        }
        return graph;
    }

    /** The steps that depend on the one at {@code place}, directly. */
    List<Integer> dependants(int place) {
        return dependants.get(place);
    }

    /** The steps on which the one at {@code place} depends, directly. */
    List<Integer> needed(int place) {
        return needed.get(place);
    }

    /** For each step, on how many it depends; the caller's own. */
    int[] waiting() {
        return needed.stream().mapToInt(List::size).toArray();
    }
}
