package cloudops.execution;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * How a plan ended.
 *
 * @param id the plan's
 * @param status COMPLETED when every step succeeded, CANCELLED when somebody cancelled it, else FAILED
 * @param steps one for every step of the plan, in its order
 * @param startedAt when it started
 * @param completedAt when it ended
 */
public record PlanResult(UUID id, ExecutionStatus status, List<StepResult> steps, Instant startedAt, Instant completedAt) {

    public PlanResult {
        steps = List.copyOf(steps);
    }

    public boolean succeeded() {
        return status == ExecutionStatus.COMPLETED;
    }

    /**
     * How a step ended.
     *
     * @param stepId the step's
     * @param status of its execution; when it never began, SKIPPED, or FAILED when it was its turn but it could not be started
     * @param result without the output, for which see {@link ExecutionEngine#readLogs}; null when it never began
     * @param reason why it never began, naming the step at fault; null when it did
     */
    public record StepResult(String stepId, ExecutionStatus status, ExecutionResult result, String reason) {
    }
}
