package cloudops.execution;

import java.util.Optional;

/** Asks a person. */
@FunctionalInterface
public interface Approver {

    /**
     * Shows what is about to run and why it needs consent. Called on a thread of the execution, which waits for as long as it
     * takes: its time limit begins with the answer. Interrupted when the execution is cancelled.
     *
     * @param request as it would run
     * @param verdict why it needs consent
     * @return who consented; empty for a refusal
     * @throws InterruptedException when interrupted
     */
    Optional<String> approve(ExecutionRequest request, Verdict verdict) throws InterruptedException;
}
