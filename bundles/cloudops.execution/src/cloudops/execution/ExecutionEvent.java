package cloudops.execution;

import java.time.Instant;
import java.util.UUID;

/**
 * Something that happened to an execution: {@link Started}, then lines, at last one of {@link Completed}, {@link Failed},
 * {@link Cancelled}. Secrets are redacted as in the history; lines are as the command printed them.
 */
public sealed interface ExecutionEvent {

    /** The execution or the plan. */
    UUID executionId();

    Instant at();

    /**
     * It began, or waits for consent. What waits for consent is told twice: with the status AWAITING_APPROVAL, and again when it begins.
     *
     * @param entry with the status RUNNING or AWAITING_APPROVAL
     */
    record Started(UUID executionId, Instant at, ExecutionRecord entry) implements ExecutionEvent {
    }

    /**
     * It printed a line, see {@link ExecutionEngine.OutputListener#line}.
     *
     * @param at when the line was read back for this handler: a slow one gets it later than it was printed
     */
    record Stdout(UUID executionId, Instant at, String line) implements ExecutionEvent {
    }

    /** It printed a line to standard error; otherwise like {@link Stdout}. */
    record Stderr(UUID executionId, Instant at, String line) implements ExecutionEvent {
    }

    /** It ended by itself; the exit code may be any. */
    record Completed(UUID executionId, Instant at, ExecutionRecord entry) implements ExecutionEvent {
    }

    /** It could not be run to its end: it failed or ran out of time. */
    record Failed(UUID executionId, Instant at, ExecutionRecord entry) implements ExecutionEvent {
    }

    /** Somebody ended it. */
    record Cancelled(UUID executionId, Instant at, ExecutionRecord entry) implements ExecutionEvent {
    }

    /**
     * A step of a plan ended or was skipped.
     *
     * @param executionId the plan's
     * @param stepId the step
     * @param status how it ended
     * @param done steps that ended or were skipped so far
     * @param total steps of the plan
     */
    record Progress(UUID executionId, Instant at, String stepId, ExecutionStatus status, int done, int total) implements ExecutionEvent {
    }
}
