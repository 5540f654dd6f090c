package cloudops.execution;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * A step of a plan.
 *
 * @param id unique in the plan: letters, digits, {@code -} and {@code _}
 * @param request what it runs; its ID is the execution's
 * @param dependsOn IDs of steps that must have succeeded before
 * @param description what it does, for people; null for none
 */
public record PlanStep(String id, ExecutionRequest request, List<String> dependsOn, String description) {

    public PlanStep {
        requireNonNull(id, "id");
        requireNonNull(request, "request");
        dependsOn = dependsOn == null ? List.of() : List.copyOf(dependsOn);
    }
}
