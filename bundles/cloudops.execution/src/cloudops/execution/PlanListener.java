package cloudops.execution;

import cloudops.execution.PlanResult.StepResult;

/**
 * Hears how one plan gets on. Called on the plan's own thread: while a method runs, no further step begins and the plan does not end, but
 * cancelling it ends its steps. What it throws is logged, and the plan goes on.
 */
public interface PlanListener {

    /** A step runs from now on, as the execution with the ID of its request. */
    default void stepStarted(PlanStep step) {
    }

    /**
     * A step ended, or will never begin.
     *
     * @param done steps of which this can be said so far
     * @param total steps of the plan
     */
    default void stepEnded(StepResult step, int done, int total) {
    }
}
