package cloudops.execution.internal.history;

import static cloudops.execution.internal.EngineFixture.shell;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import cloudops.execution.ExecutionException;
import cloudops.execution.ExecutionException.Problem;
import cloudops.execution.ExecutionRecord;
import cloudops.execution.ExecutionStatus;
import cloudops.execution.HistoryFilter;
import cloudops.execution.internal.EngineFixture;

@DisabledOnOs(OS.WINDOWS)
class OtherProcessesTest {

    @TempDir
    Path home;

    private EngineFixture here;
    private final UUID id = UUID.randomUUID();

    @BeforeEach
    void open() {
        here = new EngineFixture(home);
    }

    @AfterEach
    void close() {
        here.close();
    }

    private String log() throws Exception {
        try (var log = here.engine.readLogs(id)) {
            return new String(log.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void followsAndCancelsWhatAnotherProcessRuns() throws Exception {
        try (var other = HomeProcess.with(home, id, "echo first; echo wrong >&2; exec sleep 60")) {
            other.await("started");
            assertThat(here.engine.status(id)).returns(false, record -> record.status().ended()).returns("tester", ExecutionRecord::approvedBy);
            var lines = here.follow(id);
            lines.first.get(10, SECONDS);

            here.engine.cancel(id);
            assertThat(here.engine.status(id).status()).isEqualTo(ExecutionStatus.CANCELLED);
            assertThat(lines.awaitAll()).containsExactlyInAnyOrder("first", "! wrong");
            assertThat(lines.end.get().status()).isEqualTo(ExecutionStatus.CANCELLED);
            other.await("ended");
            assertThat(log()).contains("first\n").contains("wrong\n").hasSize(12);
            here.engine.cancel(id); // once more: nothing happens
        }
        assertThat(home.resolve("executions/control")).isEmptyDirectory();
    }

    @Test
    void followsToTheNaturalEnd() throws Exception {
        try (var other = HomeProcess.with(home, id, "for i in 1 2 3 4 5; do echo line $i; sleep 0.1; done; exit 7")) {
            other.await("started");
            var lines = here.follow(id);
            assertThat(lines.awaitAll()).containsExactly("line 1", "line 2", "line 3", "line 4", "line 5");
            assertThat(lines.end.get().exitCode()).isEqualTo(7);
            assertThat(lines.end.get().duration().toMillis()).isBetween(400L, 30_000L);
        }
        assertThat(here.follow(id).awaitAll()).as("after the end").hasSize(5);
    }

    @Test
    void tellsWhatACrashLeftAndEndsIt() throws Exception {
        try (var other = HomeProcess.with(home, id, "echo first; exec sleep 300")) {
            other.await("started");
            var lines = here.follow(id);
            lines.first.get(10, SECONDS);
            other.kill();
            assertThat(lines.end.get(10, SECONDS).status()).isEqualTo(ExecutionStatus.INTERRUPTED);
            assertThat(lines.all).containsExactly("first");
        }
        var left = here.engine.status(id);
        assertThat(left.status()).isEqualTo(ExecutionStatus.INTERRUPTED);
        assertThat(left.completedAt()).isNull();
        var survivors = Survivors.find().of(id);
        assertThat(survivors).isNotEmpty();
        assertThat(left.error()).contains("still run").contains(String.valueOf(survivors.getFirst())).contains("cloudops executions cancel " + id);
        assertThatThrownBy(this::log).isInstanceOf(IOException.class).hasMessageContaining("cut off here");
        try (var log = here.engine.readLogs(id)) {
            assertThat(new String(log.readNBytes(6), StandardCharsets.UTF_8)).isEqualTo("first\n");
        }

        here.engine.cancel(id);
        assertThat(Survivors.find().of(id)).isEmpty();
        assertThat(here.engine.status(id).error()).isEqualTo("its process ended while it ran");
        assertThat(here.engine.history(HistoryFilter.ALL)).containsExactly(here.engine.status(id));
    }

    @Test
    void namesAndEndsWhatTheStepsOfACrashedPlanLeft() throws Exception {
        var marks = home.resolve("marks");
        assertThat(new ProcessBuilder("mkfifo", marks.toString()).start().waitFor()).isZero();
        try (var other = HomeProcess.withPlan(home, id, marks, "300"); var marked = Files.newBufferedReader(marks)) {
            assertThat(marked.readLine()).isEqualTo("step-0");
            other.kill();
        }
        var steps = here.engine.history(HistoryFilter.plan(id)).stream().map(ExecutionRecord::id).toList();
        var survivors = Survivors.find().of(steps);
        assertThat(survivors).isNotEmpty();
        assertThat(here.engine.status(id).error()).contains("still run", String.valueOf(survivors.getFirst()), "cloudops executions cancel " + id);
        assertThat(here.engine.history(HistoryFilter.plan(id))).contains(here.engine.status(id));

        here.engine.cancel(id);
        assertThat(Survivors.find().of(steps)).isEmpty();
        assertThat(here.engine.status(id).error()).isEqualTo("its process ended while it ran");
    }

    @Test
    void whoStopsListeningLeavesNothingWaiting() throws Exception {
        try (var other = HomeProcess.with(home, id, "echo first; exec sleep 60")) {
            other.await("started");
            var lines = new EngineFixture.Lines();
            var first = here.engine.output(id, lines);
            var second = here.engine.output(id, new EngineFixture.Lines());
            lines.first.get(10, SECONDS);
            var waiting = waiting();
            assertThat(waiting).as("one for both").hasSize(1);
            first.close();
            second.close();
            waiting.getFirst().join(10_000);
            assertThat(waiting()).isEmpty();
        }
    }

    private static List<Thread> waiting() {
        return Thread.getAllStackTraces().keySet().stream().filter(thread -> thread.getName().equals("execution-run-end")).toList();
    }

    @Test
    void saysThatTheOtherDoesNotAnswer() throws Exception {
        try (var mute = new Journal(here.environment, EngineFixture.KEYS)) { // no engine listens
            var record = Samples.running("sleep", Samples.START);
            mute.append(record);
            assertThatThrownBy(() -> here.engine.cancel(record.id())).isInstanceOfSatisfying(ExecutionException.class,
                    e -> assertThat(e.problem()).isEqualTo(Problem.UNAVAILABLE)).hasMessageContaining("does not answer");
        }
        assertThat(home.resolve("executions/control")).isEmptyDirectory();
    }

    @Test
    void leavesForeignRequestsAlone() throws Exception {
        here.run(shell("true"));
        var control = home.resolve("executions/control");
        var foreign = Files.createFile(control.resolve(UUID.randomUUID() + ".cancel"));
        Files.createFile(control.resolve("$(touch x) \u202e.cancel"));
        var mine = here.start(shell("sleep 60"));
        Files.createFile(control.resolve(mine + ".cancel"));
        assertThat(here.end(mine).status()).isEqualTo(ExecutionStatus.CANCELLED);
        assertThat(foreign).exists();
    }

    @Test
    void knowsNothingOfWhatNeverWas() {
        for (var call : List.<ThrowingCallable>of(() -> here.engine.status(id),
                () -> here.engine.cancel(id), () -> here.engine.readLogs(id), () -> here.follow(id))) {
            assertThatThrownBy(call).isInstanceOfSatisfying(ExecutionException.class,
                    e -> assertThat(e.problem()).isEqualTo(Problem.NOT_FOUND));
        }
    }

    @Test
    void saysThatALogWasCleanedAway() throws Exception {
        var run = here.run(shell("echo hello"));
        here.logs.delete(run.id());
        assertThatThrownBy(() -> here.engine.readLogs(run.id())).isInstanceOfSatisfying(ExecutionException.class,
                e -> assertThat(e.problem()).isEqualTo(Problem.NOT_FOUND)).hasMessageContaining("not kept any more");
    }

    @Test
    void readsItsOwnLogsWhileTheyAreWritten() throws Exception {
        var mine = here.start(shell("echo first; sleep 60"));
        here.follow(mine).first.get(10, SECONDS);
        try (var log = here.engine.readLogs(mine)) {
            assertThat(new String(log.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("first\n");
        }
        here.engine.cancel(mine);
        here.end(mine);
    }

    @Test
    void twoProcessesAppendAtOnce() throws Exception {
        try (var one = HomeProcess.appending(home.resolve("shared"), 500); var two = HomeProcess.appending(home.resolve("shared"), 500);
                var reader = Samples.encrypted(home.resolve("shared"))) {
            int seen = 0;
            while (seen < 100) {
                int now = reader.find(HistoryFilter.ALL).size();
                assertThat(now).isGreaterThanOrEqualTo(seen);
                seen = now;
            }
            assertThat(one.end()).isZero();
            assertThat(two.end()).isZero();
            assertThat(reader.find(HistoryFilter.ALL)).hasSize(1_000).allMatch(record -> record.status() == ExecutionStatus.COMPLETED);
            assertThat(reader.damaged()).isZero();
        }
        assertThat(home.resolve("shared/executions/runs")).isEmptyDirectory();
    }

    /** A limit on files fails a write in its middle, as a full disk does. */
    @Test
    void aFullDiskLeavesNoHalfRecord() throws Exception {
        var full = home.resolve("full");
        int kept;
        try (var other = HomeProcess.filling(full)) {
            var said = other.says().split(" ", 2);
            kept = Integer.parseInt(said[0]);
            assertThat(said[1]).contains("history.log").contains("File too large");
        }
        var bytes = Files.readAllBytes(full.resolve("executions/history.log"));
        assertThat(bytes[bytes.length - 1]).isEqualTo((byte) '\n');
        try (var journal = Samples.encrypted(full)) {
            assertThat(journal.find(HistoryFilter.ALL)).hasSize(kept).hasSizeGreaterThan(100);
            journal.append(Samples.completed(Samples.running("echo", Samples.START)));
            assertThat(journal.find(HistoryFilter.ALL)).hasSize(kept + 1);
            assertThat(journal.damaged()).isZero();
        }
    }

    @Test
    void theNextProcessTidiesUp() throws Exception {
        try (var other = HomeProcess.with(home, id, "sleep 60")) {
            other.await("started");
            other.kill();
        }
        assertThat(home.resolve("executions/runs")).isDirectoryContaining("glob:**.lock");
        here.run(shell("true"));
        try (var locks = Files.list(home.resolve("executions/runs"))) {
            assertThat(locks).as("its own only").hasSize(1);
        }
        assertThat(here.engine.status(id).status()).isEqualTo(ExecutionStatus.INTERRUPTED);
        here.engine.cancel(id);
    }
}
