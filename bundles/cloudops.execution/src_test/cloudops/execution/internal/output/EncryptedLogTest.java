package cloudops.execution.internal.output;

import static cloudops.execution.internal.EngineFixture.shell;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import cloudops.execution.Approval;
import cloudops.execution.ExecutionEngine.Stream;
import cloudops.execution.ExecutionException;
import cloudops.execution.ExecutionStatus;
import cloudops.execution.internal.Engine;
import cloudops.execution.internal.EngineFixture;
import cloudops.execution.spi.OutputLog;
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
        }
        assertThat(home.resolve("executions")).isEmptyDirectory();
    }

    @Test
    void givesBackEveryByteInOrderWhileItIsWritten() throws Exception {
        var random = new Random(7);
        try (var store = new EncryptedLogStore(environment)) {
            var log = store.create(UUID.randomUUID());
            var written = new ByteArrayOutputStream();
            var read = new ByteArrayOutputStream();
            try (var cursor = log.read()) {
                for (int i = 0; i < 200; i++) {
                    var bytes = new byte[random.nextInt(1, i % 20 == 0 ? 200_000 : 3_000)];
                    random.nextBytes(bytes);
                    log.append(Stream.STDOUT, bytes, 0, bytes.length);
                    written.writeBytes(bytes);
                    if (random.nextInt(3) == 0) {
                        copy(cursor, read);
                        assertThat(read.size()).isEqualTo(written.size());
                    }
                }
                log.seal();
                copy(cursor, read);
            }
            assertThat(read.toByteArray()).isEqualTo(written.toByteArray());
            var again = new ByteArrayOutputStream();
            try (var cursor = log.read()) {
                copy(cursor, again);
            }
            assertThat(again.toByteArray()).isEqualTo(written.toByteArray());
        }
    }

    @Test
    void noticesEveryChangeOfTheFile() throws Exception {
        try (var store = new EncryptedLogStore(environment)) {
            var log = store.create(UUID.randomUUID());
            var line = "0123456789".repeat(10_000).getBytes(StandardCharsets.UTF_8);
            log.append(Stream.STDOUT, line, 0, line.length);
            log.seal();
            var original = Files.readAllBytes(log.path());

            for (int at : new int[] { 0, 1, 4, 5, 17, 1_000, EncryptedLog.SEGMENT + 40, original.length - 1 }) {
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
        try (var store = new EncryptedLogStore(environment)) {
            var first = store.create(UUID.randomUUID());
            var second = store.create(UUID.randomUUID());
            first.seal();
            second.seal();
            Files.copy(second.path(), first.path(), StandardCopyOption.REPLACE_EXISTING);

            assertThatThrownBy(() -> readAll(first)).isInstanceOf(IOException.class).hasMessageContaining("changed");
        }
    }

    @Test
    void deletesWhatACrashLeftAndSparesTheLiving() throws Exception {
        var crashed = Files.createDirectories(home.resolve("executions/" + UUID.randomUUID()));
        Files.writeString(crashed.resolve("x.log"), "old", StandardOpenOption.CREATE_NEW);
        Files.createFile(crashed.resolveSibling(crashed.getFileName() + ".lock"));
        try (var living = new EncryptedLogStore(environment)) {
            var log = living.create(UUID.randomUUID());
            assertThat(crashed).doesNotExist();
            try (var other = new EncryptedLogStore(environment)) {
                assertThat(other.create(UUID.randomUUID()).path()).exists();
                assertThat(log.path()).exists();
            }
            assertThat(log.path()).exists();
        }
        assertThat(home.resolve("executions")).isEmptyDirectory();
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

    @Test
    void endsACommandWhoseOutputCannotBeKept() throws Exception {
        var full = new OutputLog() {
            @Override
            public Path path() {
                return null;
            }

            @Override
            public void append(Stream stream, byte[] bytes, int offset, int length) throws IOException {
                throw new IOException("No space left on device");
            }

            @Override
            public void seal() {
                // nothing to keep
            }

            @Override
            public Cursor read() throws IOException {
                throw new IOException("nothing was kept");
            }

            @Override
            public void delete() {
                // nothing to delete
            }
        };
        try (var engine = new Engine(environment, execution -> full, new MemoryHistory(), System.getenv(), Clock.systemUTC())) {
            var request = shell("echo x; sleep 60");
            var approval = new Approval(engine.approvalHash(request), "tester", Instant.now());
            var result = engine.completion(engine.execute(request.withApproval(approval))).get(10, TimeUnit.SECONDS);

            assertThat(result.status()).isEqualTo(ExecutionStatus.FAILED);
            assertThat(result.error()).contains("No space left on device");
        }
    }

    private static byte[] readAll(OutputLog log) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var cursor = log.read()) {
            copy(cursor, bytes);
        }
        return bytes.toByteArray();
    }

    private static void copy(OutputLog.Cursor cursor, ByteArrayOutputStream to) throws IOException {
        for (var chunk = cursor.next(); chunk != null; chunk = cursor.next()) {
            to.writeBytes(chunk.bytes());
        }
    }
}
