package cloudops.execution.internal;

import static cloudops.execution.internal.EngineFixture.millisSince;
import static cloudops.execution.internal.EngineFixture.shell;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import cloudops.execution.ExecutionException;
import cloudops.execution.ExecutionException.Problem;
import cloudops.execution.ExecutionStatus;
import cloudops.execution.internal.process.ChildEnvironment;

class EndingTest {

    @TempDir
    private Path home;
    private EngineFixture fixture;

    /** Milliseconds; the commands sleep for a minute. It takes less than 2 s, but on a machine that does something else too. */
    private static final long LONG_BEFORE_THEY_END = 20_000;

    @BeforeEach
    void open() {
        fixture = new EngineFixture(home);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void endsAfterTheTimeLimit() throws Exception {
        var start = Instant.now();
        var result = fixture.run(shell("echo begun; sleep 60").withTimeout(Duration.ofMillis(300)));

        assertThat(result.status()).isEqualTo(ExecutionStatus.TIMED_OUT);
        assertThat(result.exitCode()).isNull();
        assertThat(result.stdout()).isEqualTo("begun\n");
        assertThat(result.error()).contains("time limit");
        assertThat(millisSince(start)).isLessThan(LONG_BEFORE_THEY_END);
    }

    @Test
    void cancelsTwiceAndAfterTheEnd() throws Exception {
        var id = fixture.start(shell("sleep 60"));
        fixture.engine.cancel(id);
        fixture.engine.cancel(id);
        var result = fixture.end(id);
        fixture.engine.cancel(id);

        assertThat(result.status()).isEqualTo(ExecutionStatus.CANCELLED);
        assertThat(result.exitCode()).isNull();
        assertThat(result.error()).isNull();
        assertThat(fixture.engine.status(id).status()).isEqualTo(ExecutionStatus.CANCELLED);
    }

    @Test
    void doesNotTouchWhatHasEnded() throws Exception {
        var id = fixture.start(shell("exit 0"));
        fixture.end(id);
        fixture.engine.cancel(id);

        assertThat(fixture.engine.status(id).status()).isEqualTo(ExecutionStatus.COMPLETED);
    }

    @RepeatedTest(20)
    void cancelsRightAtTheStart() throws Exception {
        var id = fixture.start(shell("sleep 60"));
        fixture.engine.cancel(id);

        assertThat(fixture.end(id).status()).isEqualTo(ExecutionStatus.CANCELLED);
        assertThat(marked(id)).isEmpty();
    }

    /** What an approver does with the interrupt of its thread is its own affair. */
    @ParameterizedTest
    @ValueSource(booleans = { true, false })
    void doesNotRunWhatWasCancelledBeforeTheConsent(boolean swallows) throws Exception {
        var proof = home.resolve("proof");
        var asked = new CountDownLatch(1);
        var answer = new CountDownLatch(1);
        var id = fixture.engine.executeWithApproval(shell("touch '" + proof + "'"), (request, verdict) -> {
            asked.countDown();
            boolean interrupted = awaitIgnoringInterrupts(answer);
            if (interrupted && !swallows) {
                Thread.currentThread().interrupt();
            }
            return Optional.of("tester");
        });
        assertThat(asked.await(10, SECONDS)).isTrue();
        fixture.engine.cancel(id);
        answer.countDown();
        var result = fixture.end(id);

        assertThat(result.status()).isEqualTo(ExecutionStatus.CANCELLED);
        assertThat(proof).doesNotExist();
        assertThat(fixture.engine.status(id).approvedBy()).isNull();
    }

    private static boolean awaitIgnoringInterrupts(CountDownLatch latch) {
        boolean interrupted = false;
        while (true) {
            try {
                latch.await();
                return interrupted;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "sleep 60 & sleep 60 & echo ready; wait",
        "trap '' TERM; sleep 60 & sleep 60 & echo ready; wait; sleep 60",
        "setsid sh -c 'sleep 60 & sleep 60' & echo ready; wait",
        "(setsid sh -c 'trap \"\" TERM; sleep 60 & (sleep 60 &) ; sleep 60' >/dev/null 2>&1 &); echo ready; sleep 60",
        "trap '' TERM; (env -i sh -c 'trap \"\" TERM; sleep 60; sleep 60' &) ; echo ready; sleep 60",
        "trap 'sleep 60 & sleep 60' TERM; echo ready; sleep 60 & wait; sleep 60",
        "trap '' TERM HUP INT; echo ready; exec >&- 2>&-; sleep 60; sleep 60",
        "echo ready; exec sleep 60",
        // each child starts the next one and ends, in the session or out of it
        "export NEXT='trap \"\" TERM; sh -c \"$NEXT\" & exit 0'; sh -c \"$NEXT\" & echo ready; wait; sleep 60",
        "export NEXT='trap \"\" TERM; setsid sh -c \"$NEXT\" & exit 0'; sh -c \"$NEXT\" & echo ready; wait; sleep 60",
        "export NEXT='sh -c \"$NEXT\" & exit 0'; for i in 1 2 3 4 5; do sh -c \"$NEXT\" & done; echo ready; wait; sleep 60" })
    void endsTheWholeTree(String script) throws Exception {
        var id = fixture.start(shell(script));
        fixture.follow(id).first.get(10, SECONDS);
        var session = sessionOf(id);

        var start = Instant.now();
        fixture.engine.cancel(id);
        var result = fixture.end(id);

        assertThat(result.status()).isEqualTo(ExecutionStatus.CANCELLED);
        assertThat(millisSince(start)).isLessThan(LONG_BEFORE_THEY_END);
        assertThat(marked(id)).isEmpty();
        assertThat(inSession(session)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "trap \"\" TERM; sleep 60 & sleep 60 & echo ready; wait",
        "trap \"\" TERM; (setsid sh -c 'sleep 60 & sleep 60' >/dev/null 2>&1 &); sleep 60 & sleep 60 & echo ready; wait" })
    void endsTheWholeTreeEveryTime(String script) throws Exception {
        int rounds = Boolean.getBoolean("cloudops.test.long") ? 20 : 4;
        for (int round = 0; round < rounds; round++) {
            var ids = new ArrayList<UUID>();
            for (int i = 0; i < 10; i++) {
                ids.add(fixture.start(shell(script)));
            }
            for (var id : ids) {
                fixture.follow(id).first.get(10, SECONDS);
            }
            var sessions = ids.stream().map(EndingTest::sessionOf).toList();
            var start = Instant.now();
            for (var id : ids) {
                fixture.engine.cancel(id);
            }
            for (var id : ids) {
                assertThat(fixture.end(id).status()).isEqualTo(ExecutionStatus.CANCELLED);
            }
            assertThat(millisSince(start)).isLessThan(LONG_BEFORE_THEY_END);
            assertThat(ids).allSatisfy(id -> assertThat(marked(id)).isEmpty());
            assertThat(sessions).allSatisfy(session -> assertThat(inSession(session)).isEmpty());
        }
    }

    @Test
    void leavesABackgroundProcessOfACommandThatEndedAlone() throws Exception {
        var id = fixture.start(shell("sleep 5 >/dev/null 2>&1 & exit 0"));
        fixture.end(id);
        var left = marked(id);
        left.forEach(ProcessHandle::destroyForcibly);

        assertThat(left).hasSize(1);
    }

    @Test
    void closingEndsEverything() throws Exception {
        var ids = List.of(fixture.start(shell("sleep 60")), fixture.start(shell("trap '' TERM; sleep 60; sleep 60")));
        var log = fixture.engine.completion(ids.getFirst());
        fixture.close();

        assertThat(log.get(1, SECONDS).status()).isEqualTo(ExecutionStatus.CANCELLED);
        assertThat(ids).allSatisfy(id -> assertThat(marked(id)).isEmpty());
        assertThatThrownBy(() -> fixture.start(shell("true"))).isInstanceOf(ExecutionException.class).hasMessageContaining("closed");
    }

    @Test
    void doesNotKnowForeignIds() {
        var stranger = UUID.randomUUID();
        assertThatThrownBy(() -> fixture.engine.cancel(stranger)).isInstanceOfSatisfying(ExecutionException.class,
                e -> assertThat(e.problem()).isEqualTo(Problem.NOT_FOUND));
        assertThatThrownBy(() -> fixture.engine.result(stranger)).hasMessageContaining(stranger.toString());
    }

    @Test
    void runsManyAtOnce() throws Exception {
        var ids = new ArrayList<UUID>();
        for (int i = 0; i < 300; i++) {
            ids.add(fixture.start(shell("echo " + i + "; sleep 2")));
        }
        for (int i = 0; i < ids.size(); i++) {
            assertThat(fixture.end(ids.get(i)).stdout()).isEqualTo(i + "\n");
        }
    }

    private static List<ProcessHandle> marked(UUID id) {
        var marker = ChildEnvironment.MARKER + "=" + id;
        return processes(process -> new String(Files.readAllBytes(process.resolve("environ"))).contains(marker));
    }

    /** Session of the root: on Linux with setsid, its process ID. */
    private static long sessionOf(UUID id) {
        return marked(id).stream().mapToLong(ProcessHandle::pid).min().orElseThrow();
    }

    private static List<ProcessHandle> inSession(long session) {
        return processes(process -> {
            var stat = Files.readString(process.resolve("stat"), StandardCharsets.ISO_8859_1);
            var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            return !fields[0].equals("Z") && Long.parseLong(fields[3]) == session;
        });
    }

    private static List<ProcessHandle> processes(ProcTest test) {
        try (var entries = Files.list(Path.of("/proc"))) {
            return entries.filter(entry -> entry.getFileName().toString().matches("\\d+")).filter(entry -> {
                try {
                    return test.matches(entry);
                } catch (IOException e) {
                    return false;
                }
            }).flatMap(entry -> ProcessHandle.of(Long.parseLong(entry.getFileName().toString())).stream()).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private interface ProcTest {
        boolean matches(Path process) throws IOException;
    }
}
