package cloudops.execution.internal.output;

import static cloudops.execution.internal.EngineFixture.shell;
import static cloudops.execution.internal.output.Logs.readAll;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;

import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import cloudops.execution.Approval;
import cloudops.execution.ExecutionEngine.Stream;
import cloudops.execution.ExecutionException;
import cloudops.execution.internal.Engine;
import cloudops.execution.internal.EngineFixture;
import cloudops.execution.spi.LogKeys;
import cloudops.execution.internal.history.MemoryHistory;
import cloudops.model.Environment;

class EncryptedLogTest {

    @TempDir
    private Path home;
    private Environment environment;

    @BeforeEach
    void chooseHome() {
        environment = new Environment(home, home.resolve("config"), home.resolve("credentials"), Optional.empty(), false, false);
    }

    @Test
    void keepsPlainTextOffTheDisk() throws Exception {
        try (var fixture = new EngineFixture(home)) {
            var result = fixture.run(shell("i=0; while [ $i -lt 5000 ]; do echo pg-instance-main1 $i; i=$((i+1)); done; echo secret-name >&2"));

            var log = result.logPath();
            assertThat(log).startsWith(home.resolve("executions")).hasFileName(result.id() + ".log");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(log))).isEqualTo("rw-------");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(log.getParent()))).isEqualTo("rwx------");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home.resolve("executions")))).isEqualTo("rwx------");
            assertThat(Files.size(log)).isGreaterThan(100_000);
            try (var files = Files.walk(home)) {
                for (var file : files.filter(Files::isRegularFile).toList()) {
                    assertThat(Files.readString(file, StandardCharsets.ISO_8859_1)).doesNotContain("pg-instance").doesNotContain("secret-name");
                }
            }
            try (var restarted = new EncryptedLogStore(environment, EngineFixture.KEYS)) {
                assertThat(Logs.read(restarted.open(result.id()).orElseThrow(), Stream.STDERR)).isEqualTo("secret-name\n");
            }
        }
    }

    @Test
    void noticesEveryChangeOfTheFile() throws Exception {
        try (var store = new EncryptedLogStore(environment, EngineFixture.KEYS)) {
            var log = store.create(UUID.randomUUID());
            var line = "0123456789".repeat(40_000).getBytes(StandardCharsets.UTF_8);
            log.append(Stream.STDOUT, line, 0, line.length);
            log.seal();
            var original = Files.readAllBytes(log.path());

            for (int at : new int[] { 0, 3, 4, 5, 8, 9, 21, 1_000, LogFormat.SEGMENT + 40, original.length - 1 }) {
                var changed = original.clone();
                changed[at] ^= 1;
                Files.write(log.path(), changed);
                assertThatThrownBy(() -> readAll(log)).as("byte " + at).isInstanceOf(IOException.class);
            }
            Files.write(log.path(), Arrays.copyOf(original, original.length - 10));
            assertThatThrownBy(() -> readAll(log)).hasMessageContaining("cut off");
            Files.write(log.path(), original);
            assertThat(readAll(log)).isEqualTo(line);
        }
    }

    @Test
    void doesNotTakeTheSegmentOfAnotherExecution() throws Exception {
        try (var store = new EncryptedLogStore(environment, EngineFixture.KEYS)) {
            var first = store.create(UUID.randomUUID());
            var second = store.create(UUID.randomUUID());
            first.seal();
            second.seal();
            Files.copy(second.path(), first.path(), StandardCopyOption.REPLACE_EXISTING);

            assertThatThrownBy(() -> readAll(first)).isInstanceOf(IOException.class).hasMessageContaining("changed");
        }
    }

    @Test
    void cannotBeReadWithAnotherKey() throws Exception {
        UUID id;
        try (var fixture = new EngineFixture(home)) {
            id = fixture.run(shell("echo x")).id();
        }
        var other = new LogKeys() {
            @Override
            public SecretKey logs() {
                return new SecretKeySpec(new byte[32], "AES");
            }

            @Override
            public SecretKey history() {
                return logs();
            }
        };
        try (var store = new EncryptedLogStore(environment, other)) {
            var log = store.open(id).orElseThrow();
            assertThatThrownBy(() -> readAll(log)).hasMessageContaining("another home");
        }
    }

    @Test
    void runsNothingWithoutTheKey() {
        var locked = new LogKeys() {
            @Override
            public SecretKey logs() throws IOException {
                throw new IOException("the home is locked");
            }

            @Override
            public SecretKey history() throws IOException {
                return logs();
            }
        };
        try (var store = new EncryptedLogStore(environment, locked);
                var engine = new Engine(environment, store, new MemoryHistory(), System.getenv(), Clock.systemUTC())) {
            var request = shell("touch " + home.resolve("ran"));
            var approval = new Approval(engine.approvalHash(request), "tester", Instant.now());

            assertThatThrownBy(() -> engine.execute(request.withApproval(approval))).hasMessageContaining("the home is locked")
                    .isInstanceOfSatisfying(ExecutionException.class, e -> assertThat(e.problem())
                            .isEqualTo(ExecutionException.Problem.UNAVAILABLE));
        }
        assertThat(home.resolve("ran")).doesNotExist();
    }

    @Test
    void refusesAnExecutionThatItCannotLog() throws Exception {
        Files.writeString(home.resolve("executions"), "in the way");
        try (var fixture = new EngineFixture(home)) {
            assertThatThrownBy(() -> fixture.start(shell("true"))).hasMessageContaining("log of the execution cannot be written")
                    .isInstanceOfSatisfying(ExecutionException.class, e -> assertThat(e.problem())
                            .isEqualTo(ExecutionException.Problem.UNAVAILABLE));
        }
    }
}
