package cloudops.execution;

/** Where an execution or a plan stands. */
public enum ExecutionStatus {
    /** Accepted, not yet begun. */
    PENDING,
    /** Waits for a person's consent ({@link ExecutionEngine#executeWithApproval}). */
    AWAITING_APPROVAL, RUNNING,
    /** Ended by itself, whatever its exit code; of a plan: every step did, with exit code 0. */
    COMPLETED, FAILED, CANCELLED, TIMED_OUT,
    /** Was running when its process died. Nothing runs it again by itself. */
    INTERRUPTED,
    /** A plan's step that never began, because one that it needs did not succeed or the plan was stopped. */
    SKIPPED;

    /** Whether this status is final. */
    public boolean ended() {
        return this != PENDING && this != AWAITING_APPROVAL && this != RUNNING;
    }
}
