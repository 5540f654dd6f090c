package cloudops.execution.internal.history;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

import cloudops.execution.ExecutionRecord;
import cloudops.execution.ExecutionRequest.Metadata;
import cloudops.execution.ExecutionStatus;
import cloudops.execution.spi.LogKeys;
import cloudops.model.Environment;
import cloudops.model.Risk;

/** Things that tests of the history need. */
final class Samples {

    static final Instant START = Instant.parse("2026-03-01T10:00:00Z");

    private Samples() {
    }

    static ExecutionRecord running(String command, Instant at) {
        return new ExecutionRecord(UUID.randomUUID(), "exec", command, ExecutionStatus.PENDING, null, null, at, null,
                new Metadata("test", Map.of("ticket", "OPS-1"), "conversation-1", "111122223333", "what it is for"), null,
                "arn:aws:rds:us-west-2:111122223333:db:pg-instance-main1", Risk.MEDIUM, null, null, null, null);
    }

    static ExecutionRecord completed(ExecutionRecord running) {
        return running.ended(ExecutionStatus.COMPLETED, 0, null, running.startedAt().plusSeconds(1));
    }

    static Environment environment(Path home) {
        return new Environment(home, home.resolve("config"), home.resolve("credentials"), Optional.empty(), false, false);
    }

    static Journal encrypted(Path home) {
        return new Journal(environment(home), keys(7));
    }

    static LogKeys keys(int seed) {
        var bytes = new byte[32];
        Arrays.fill(bytes, (byte) seed);
        return new LogKeys() {
            @Override
            public SecretKey logs() {
                return new SecretKeySpec(bytes, "AES");
            }

            @Override
            public SecretKey history() throws IOException {
                return new SecretKeySpec(bytes, "AES");
            }
        };
    }
}
