package cloudops.execution;

import java.time.Instant;
import java.util.UUID;

/**
 * One line of the list of executions.
 *
 * @param id the request's
 * @param command the command as a person would type it, secrets redacted
 * @param status where it stands
 * @param exitCode null while it runs or when there is none
 * @param startedAt when it started
 * @param completedAt null while it runs
 * @param metadata who asked and why
 * @param approvedBy who consented; null where no consent was needed
 */
public record ExecutionRecord(UUID id, String command, ExecutionStatus status, Integer exitCode, Instant startedAt, Instant completedAt,
        ExecutionRequest.Metadata metadata, String approvedBy) {
}
