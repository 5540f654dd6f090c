package cloudops.execution.internal.plan;

import java.util.concurrent.CompletableFuture;

import cloudops.execution.ExecutionException;
import cloudops.execution.ExecutionResult;
import cloudops.execution.internal.Consent;
import cloudops.execution.internal.Gate.Admitted;
import cloudops.execution.internal.Records.StepOf;
import cloudops.execution.internal.output.LoggedOutput;

/** What plans need of the engine: it runs their steps. */
public interface StepRunner {

    /** @throws ExecutionException when it could not be started here: its ID is in use, nothing runs its kind, the engine is closed */
    void requireRunnable(Admitted step) throws ExecutionException;

    /**
     * Starts a step; does not wait for it.
     *
     * @param consent null when it needs none
     * @throws ExecutionException when it could not be started; nothing is known of it then
     */
    Running start(Admitted step, Consent consent, StepOf place) throws ExecutionException;

    /**
     * A step that was started.
     *
     * @param end without the output; never fails
     * @param cancel ends it with its process tree; does nothing when it has ended
     * @param output what it printed
     */
    record Running(CompletableFuture<ExecutionResult> end, Runnable cancel, LoggedOutput output) {
    }
}
