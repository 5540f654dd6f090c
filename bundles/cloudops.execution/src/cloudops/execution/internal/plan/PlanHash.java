package cloudops.execution.internal.plan;

import java.util.List;

import cloudops.execution.ExecutionPlan;
import cloudops.execution.ExecutionPlan.Strategy;
import cloudops.execution.internal.Fingerprint;

/**
 * SHA-256 over all that a person who consents to a plan was shown: its description and strategy, and of every step its ID, description, what it
 * depends on and the hash of its request, references as they are written. IDs of the plan and its executions are left out: they name a run and
 * not what runs.
 */
final class PlanHash {

    private PlanHash() {
    }

    /** @param stepHashes of the steps' requests, in their order */
    static String of(ExecutionPlan plan, List<String> stepHashes) {
        var hash = new Fingerprint("cloudops-plan-approval-2");
        hash.text(plan.description());
        switch (plan.strategy()) {
            case Strategy.Serial serial -> {
                hash.text("serial");
                hash.number(serial.continueOnError() ? 1 : 0);
            }
            case Strategy.Parallel parallel -> {
                hash.text("parallel");
                hash.number(parallel.maxConcurrency());
            }
            case Strategy.Graph graph -> {
                hash.text("graph");
                hash.number(graph.maxConcurrency());
            }
        }
        hash.number(plan.steps().size());
        for (int i = 0; i < plan.steps().size(); i++) {
            var step = plan.steps().get(i);
            hash.text(step.id());
            hash.text(step.description());
            hash.texts(step.dependsOn());
            hash.text(stepHashes.get(i));
        }
        return hash.end();
    }
}
