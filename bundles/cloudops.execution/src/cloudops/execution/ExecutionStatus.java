package cloudops.execution;

/** Where an execution stands. */
public enum ExecutionStatus {
    PENDING, RUNNING, COMPLETED, FAILED, CANCELLED, TIMED_OUT;

    /** Whether this status is final. */
    public boolean ended() {
        return this != PENDING && this != RUNNING;
    }
}
