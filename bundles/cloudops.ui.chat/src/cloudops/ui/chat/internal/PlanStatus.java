package cloudops.ui.chat.internal;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

import cloudops.execution.ExecutionStatus;
import cloudops.ui.Tone;
import cloudops.ui.chat.internal.Exchange.Progress;
import cloudops.ui.chat.internal.Exchange.Ran;
import cloudops.ui.chat.internal.Exchange.StateChange;

/** Where a plan stands, in words and colour. Text is raw: not yet safe to show. */
final class PlanStatus {

    private PlanStatus() {
    }

    static String line(PlanCard plan, Progress progress) {
        return switch (progress) {
            case Progress.Proposed proposed -> plan.approvalRequired() ? "Waits for your approval" : "Only reads; ready to run";
            case Progress.Rejected rejected -> "Rejected; nothing was run";
            case Progress.Running running -> running.step() == 0 ? "Starting…"
                    : "Running step " + running.step() + " of " + plan.steps().size() + "…";
            case Progress.Refreshing refreshing -> "Reading the new state…";
            case Progress.Ended ended -> ended.trouble() == null ? "Done" : ended.trouble().what();
            case Progress.Cancelled cancelled -> "Cancelled";
        };
    }

    static Tone tone(Progress progress) {
        return switch (progress) {
            case Progress.Proposed proposed -> Tone.BUSY;
            case Progress.Running running -> Tone.BUSY;
            case Progress.Refreshing refreshing -> Tone.BUSY;
            case Progress.Ended ended -> ended.trouble() == null ? Tone.GOOD : Tone.BAD;
            case Progress.Rejected rejected -> Tone.OFF;
            case Progress.Cancelled cancelled -> Tone.OFF;
        };
    }

    /** What the resources of the plan look like now; empty before it ran. */
    static String outcome(Progress progress) {
        return switch (progress) {
            case Progress.Ended ended -> states(ended.changes());
            case Progress.Cancelled cancelled -> states(cancelled.changes());
            default -> "";
        };
    }

    /** Of an earlier session, in a line. */
    static String ran(Ran ran) {
        var record = ran.record();
        return record == null ? "● Execution " + ran.execution() + " is no longer in the history"
                : "● " + record.status().name().toLowerCase(Locale.ROOT).replace('_', ' ')
                        + (record.exitCode() == null ? "" : ", exit code " + record.exitCode()) + ":  " + record.command();
    }

    static Tone tone(Ran ran) {
        var record = ran.record();
        if (record == null || record.status() == ExecutionStatus.CANCELLED || record.status() == ExecutionStatus.SKIPPED) {
            return Tone.OFF;
        }
        if (!record.status().ended()) {
            return Tone.BUSY;
        }
        return record.status() == ExecutionStatus.COMPLETED && (record.exitCode() == null || record.exitCode() == 0) ? Tone.GOOD : Tone.BAD;
    }

    private static String states(List<StateChange> changes) {
        return changes.stream().map(PlanStatus::state).collect(Collectors.joining("     "));
    }

    private static String state(StateChange change) {
        if (change.gone()) {
            return change.name() + ": gone";
        }
        var after = change.after() == null ? "no state" : change.after();
        var before = change.before() == null ? "no state" : change.before();
        return change.name() + ": " + (before.equals(after) ? "still " + after : before + " → " + after);
    }
}
