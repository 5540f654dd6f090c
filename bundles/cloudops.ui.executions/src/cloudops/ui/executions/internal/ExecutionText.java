package cloudops.ui.executions.internal;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

import cloudops.execution.ExecutionRecord;
import cloudops.execution.ExecutionStatus;
import cloudops.model.DisplayText;
import cloudops.ui.Times;
import cloudops.ui.Tone;

/** An execution in words. */
final class ExecutionText {

    private ExecutionText() {
    }

    /** {@code Completed}, {@code Failed, exit code 2}. */
    static String status(ExecutionRecord execution) {
        var failed = execution.status() == ExecutionStatus.COMPLETED && execution.exitCode() != null && execution.exitCode() != 0;
        if (failed) {
            return "Failed, exit code " + execution.exitCode();
        }
        return switch (execution.status()) {
            case PENDING -> "Pending";
            case AWAITING_APPROVAL -> "Waits for approval";
            case RUNNING -> "Running";
            case COMPLETED -> "Completed";
            case FAILED -> "Failed";
            case CANCELLED -> "Cancelled";
            case TIMED_OUT -> "Timed out";
            case INTERRUPTED -> "Interrupted";
            case SKIPPED -> "Skipped";
        };
    }

    static Tone tone(ExecutionRecord execution) {
        return switch (execution.status()) {
            case PENDING, AWAITING_APPROVAL, RUNNING -> Tone.BUSY;
            case COMPLETED -> execution.exitCode() == null || execution.exitCode() == 0 ? Tone.GOOD : Tone.BAD;
            case FAILED, TIMED_OUT, INTERRUPTED -> Tone.BAD;
            case CANCELLED, SKIPPED -> Tone.OFF;
        };
    }

    /** @param now for those that still run */
    static String duration(ExecutionRecord execution, Instant now) {
        if (execution.startedAt() == null) {
            return "";
        }
        var end = execution.completedAt() == null ? now : execution.completedAt();
        var took = Duration.between(execution.startedAt(), end);
        return Times.took(execution.completedAt() == null ? took.truncatedTo(ChronoUnit.SECONDS) : took);
    }

    static String account(ExecutionRecord execution) {
        return DisplayText.line(execution.metadata().accountId());
    }
}
