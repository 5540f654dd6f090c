package cloudops.integration.tests;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import cloudops.execution.Approval;
import cloudops.execution.Command;
import cloudops.execution.ExecutionEngine;
import cloudops.execution.ExecutionException;
import cloudops.execution.ExecutionException.Problem;
import cloudops.execution.ExecutionRequest;
import cloudops.execution.ExecutionStatus;
import cloudops.execution.HistoryFilter;
import cloudops.model.Environment;

/** What was executed is known to the next start, under the home's key and to nobody else. */
@Timeout(600)
class ExecutionHistoryTest {

    @TempDir
    private Path home;

    @Test
    void outlivesTheProgramEncrypted() throws Exception {
        UUID id;
        try (var services = new Services(environment(), "secret".toCharArray())) {
            id = run(services.get(ExecutionEngine.class), "echo", "a b c");
        }
        try (var services = new Services(environment(), "secret".toCharArray())) {
            var engine = services.get(ExecutionEngine.class);
            var found = engine.history(HistoryFilter.newest(10));
            assertThat(found).hasSize(1).containsExactly(engine.status(id));
            assertThat(found.getFirst().status()).isEqualTo(ExecutionStatus.COMPLETED);
            assertThat(found.getFirst().approvedBy()).isEqualTo("tester");
            assertThat(found.getFirst().command()).isEqualTo("echo 'a b c'");
            try (var log = engine.readLogs(id)) {
                assertThat(new String(log.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("a b c\n");
            }
        }
        assertThat(Files.readString(home.resolve("executions/history.log"), StandardCharsets.ISO_8859_1))
                .startsWith("cloudops-history/1 aes-256-gcm ").doesNotContain("echo", "tester", id.toString());
    }

    @Test
    void asksForTheKeyOnlyWhenSomethingIsExecuted() throws Exception {
        try (var services = new Services(environment(), new char[0])) {
            var engine = services.get(ExecutionEngine.class);
            assertThat(engine.history(HistoryFilter.ALL)).isEmpty();
            assertThatThrownBy(() -> run(engine, "true")).isInstanceOfSatisfying(ExecutionException.class,
                    e -> assertThat(e.problem()).isEqualTo(Problem.UNAVAILABLE)).hasMessageContaining("set CLOUDOPS_PASSPHRASE");
        }
        assertThat(Files.exists(home.resolve("keys/keyring.json"))).isFalse();
    }

    private Environment environment() {
        return new Environment(home, home.resolve("config"), home.resolve("credentials"), Optional.empty(), false, false);
    }

    private static UUID run(ExecutionEngine engine, String... argv) throws Exception {
        var request = ExecutionRequest.of(new Command.Exec(List.of(argv)));
        request = request.withApproval(new Approval(engine.approvalHash(request), "tester", Instant.now()));
        var id = engine.execute(request);
        engine.completion(id).get(30, SECONDS);
        return id;
    }
}
