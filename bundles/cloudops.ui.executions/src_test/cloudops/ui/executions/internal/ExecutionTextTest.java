package cloudops.ui.executions.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.UUID;

import org.junit.jupiter.api.Test;

import cloudops.execution.ExecutionRecord;
import cloudops.execution.ExecutionRequest.Metadata;
import cloudops.execution.ExecutionStatus;
import cloudops.model.Risk;
import cloudops.ui.Tone;

class ExecutionTextTest {

    private static final Instant START = Instant.parse("2026-01-05T10:00:00Z");

    private static ExecutionRecord execution(ExecutionStatus status, Integer exitCode, Instant end) {
        return new ExecutionRecord(UUID.randomUUID(), "aws_cli", "aws", status, exitCode, null, START, end, Metadata.NONE, null, null, Risk.LOW, null,
                null, null, null);
    }

    @Test
    void anExitCodeOtherThanZeroIsAFailure() {
        var failed = execution(ExecutionStatus.COMPLETED, 2, START);
        assertThat(ExecutionText.status(failed)).isEqualTo("Failed, exit code 2");
        assertThat(ExecutionText.tone(failed)).isEqualTo(Tone.BAD);
        var done = execution(ExecutionStatus.COMPLETED, 0, START);
        assertThat(ExecutionText.status(done)).isEqualTo("Completed");
        assertThat(ExecutionText.tone(done)).isEqualTo(Tone.GOOD);
    }

    @Test
    void aCancelIsNoFailure() {
        assertThat(ExecutionText.tone(execution(ExecutionStatus.CANCELLED, null, START))).isEqualTo(Tone.OFF);
    }

    @Test
    void whatRunsCountsWholeSeconds() {
        var running = execution(ExecutionStatus.RUNNING, null, null);
        assertThat(ExecutionText.duration(running, START.plusMillis(2_900))).isEqualTo("2.0 s");
        assertThat(ExecutionText.duration(execution(ExecutionStatus.COMPLETED, 0, START.plusMillis(340)), START)).isEqualTo("340 ms");
    }

    @Test
    void anAccountThatIsNotKnownIsEmpty() {
        assertThat(ExecutionText.account(execution(ExecutionStatus.RUNNING, null, null))).isEmpty();
    }
}
