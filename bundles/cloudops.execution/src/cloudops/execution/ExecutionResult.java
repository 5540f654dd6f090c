package cloudops.execution;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

/**
 * How an execution ended.
 *
 * @param id the request's
 * @param status a final status; COMPLETED says that the process ended by itself, whatever its exit code
 * @param exitCode null when there was no process or it was ended by a signal of ours
 * @param stdout all of it, read back from the log; for very large outputs read the log instead
 * @param stderr all of it
 * @param error why it failed, for people; null when it did not
 * @param startedAt when the process started
 * @param completedAt when it ended
 * @param logPath the log; null when the request asked for none
 */
public record ExecutionResult(UUID id, ExecutionStatus status, Integer exitCode, String stdout, String stderr, String error,
        Instant startedAt, Instant completedAt, Path logPath) {

    public Duration duration() {
        return Duration.between(startedAt, completedAt);
    }

    /** Ended by itself with exit code 0. */
    public boolean succeeded() {
        return status == ExecutionStatus.COMPLETED && exitCode != null && exitCode == 0;
    }
}
