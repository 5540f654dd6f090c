package cloudops.execution;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.UUID;

import cloudops.execution.internal.CommandText;
import cloudops.model.Risk;

/**
 * One line of the history.
 *
 * @param id the request's or the plan's
 * @param kind what ran: {@code exec}, {@code script}, {@code shell}, {@code aws_cli}, {@code aws_sdk}, {@code plan}
 * @param command the command as a person would type it, secrets redacted; of a plan its description
 * @param status where it stands
 * @param exitCode null while it runs or when there is none
 * @param error why it failed, for people, secrets redacted; null when it did not
 * @param startedAt when it started, or was accepted while it has not
 * @param completedAt null while it runs, and for what was interrupted
 * @param metadata who asked and why, secrets redacted
 * @param contextId of what the request was a part; null for none
 * @param resourceId ARN or name of the resource it acts on; null when it acts on none
 * @param risk of the verdict under which it ran
 * @param approvedBy who consented; null where no consent was needed
 * @param approvalHash what they consented to; null where no consent was needed
 * @param planId the plan of which it is a step; null for none
 * @param stepId its step of that plan; null for none
 */
public record ExecutionRecord(UUID id, String kind, String command, ExecutionStatus status, Integer exitCode, String error,
        Instant startedAt, Instant completedAt, ExecutionRequest.Metadata metadata, String contextId, String resourceId, Risk risk,
        String approvedBy, String approvalHash, UUID planId, String stepId) {

    public ExecutionRecord {
        requireNonNull(id, "id");
        requireNonNull(kind, "kind");
        requireNonNull(command, "command");
        requireNonNull(status, "status");
        requireNonNull(startedAt, "startedAt");
        requireNonNull(metadata, "metadata");
    }

    /** The same at its end. @param why it failed; what is secret in it is redacted here, for all who hear of it. Null when it did not */
    public ExecutionRecord ended(ExecutionStatus last, Integer exit, String why, Instant at) {
        return new ExecutionRecord(id, kind, command, last, exit, why == null ? null : CommandText.redact(why), startedAt, at, metadata, contextId, resourceId, risk, approvedBy,
                approvalHash, planId, stepId);
    }

    /** The same in another status, without an end. */
    public ExecutionRecord withStatus(ExecutionStatus other) {
        return new ExecutionRecord(id, kind, command, other, exitCode, error, startedAt, completedAt, metadata, contextId, resourceId, risk,
                approvedBy, approvalHash, planId, stepId);
    }
}
