package cloudops.execution.internal.history;

import static cloudops.execution.internal.EngineFixture.shell;
import static java.util.function.Function.identity;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import cloudops.execution.ExecutionRecord;
import cloudops.execution.ExecutionStatus;
import cloudops.execution.HistoryFilter;
import cloudops.execution.internal.EngineFixture;

/** Kills processes in the middle of a plan, at any moment, and looks what the next one makes of what they left. */
@DisabledOnOs(OS.WINDOWS)
class CrashTest {

    private static final int TRIALS = Boolean.getBoolean("cloudops.test.long") ? 100 : 15;
    private static final int LONGEST_MS = 700;
    private static final String STEP_SECONDS = "0.03"; // so that 20 steps take about as long

    @TempDir
    Path folder;

    private int interrupted;

    @Test
    void killedInAPlanItsHistoryIsTrueAndNothingRunsAgain() throws Exception {
        long seed = Long.getLong("cloudops.test.seed", System.nanoTime());
        System.out.println("CrashTest seed=" + seed + " trials=" + TRIALS);
        var random = new Random(seed);
        for (int trial = 0; trial < TRIALS; trial++) {
            crash(folder.resolve("home-" + trial), trial % 5 == 0 ? "ready" : "started", random.nextInt(LONGEST_MS * 1_000));
        }
        assertThat(interrupted).as("trials in which the plan was not over").isGreaterThan(TRIALS / 2);
    }

    private void crash(Path home, String word, long microsLater) throws Exception {
        var marks = Files.createFile(folder.resolve("marks-" + home.getFileName()));
        var plan = UUID.randomUUID();
        try (var other = HomeProcess.withPlan(home, plan, marks, STEP_SECONDS)) {
            other.await(word);
            LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(microsLater));
            other.kill();
        }
        awaitNoneLeft(home, plan);
        var marked = Files.readAllLines(marks);
        List<ExecutionRecord> first;
        try (var fixture = new EngineFixture(home)) {
            first = fixture.engine.history(HistoryFilter.plan(plan));
            check(first, marked, plan);
            for (var step : first) {
                if (step.status() == ExecutionStatus.COMPLETED && step.stepId() != null) {
                    assertThat(text(fixture, step.id())).isEqualTo("out " + step.stepId().substring("step-".length()) + "\n");
                }
            }
            assertThat(fixture.run(shell("echo still works")).stdout()).isEqualTo("still works\n");
        }
        try (var fixture = new EngineFixture(home)) {
            assertThat(fixture.engine.history(HistoryFilter.plan(plan))).isEqualTo(first);
            assertThat(fixture.engine.history(HistoryFilter.ALL)).hasSize(first.size() + 1);
            assertThat(fixture.history.damaged()).isZero();
        }
        assertThat(Files.readAllLines(marks)).as("marks after two starts").isEqualTo(marked);
    }

    private void check(List<ExecutionRecord> records, List<String> marked, UUID plan) {
        assertThat(marked).doesNotHaveDuplicates();
        var steps = records.stream().filter(record -> plan.equals(record.planId())).collect(toMap(ExecutionRecord::stepId, identity()));
        assertThat(steps.keySet()).as("steps in the history").containsAll(marked);
        steps.forEach((id, step) -> {
            assertThat(step.status()).as(id).isIn(ExecutionStatus.COMPLETED, ExecutionStatus.INTERRUPTED);
            if (step.status() == ExecutionStatus.COMPLETED) {
                assertThat(marked).contains(id);
                assertThat(step.exitCode()).isZero();
            }
        });
        var whole = records.stream().filter(record -> record.id().equals(plan)).findFirst();
        assertThat(count(steps)).as("interrupted steps of a serial plan").isLessThanOrEqualTo(1);
        if (whole.isEmpty()) {
            assertThat(steps).as("steps of a plan that never began").isEmpty();
        } else if (whole.get().status() == ExecutionStatus.COMPLETED) {
            assertThat(steps).hasSize(HomeProcess.STEPS);
            assertThat(count(steps)).isZero();
        } else {
            assertThat(whole.get().status()).isEqualTo(ExecutionStatus.INTERRUPTED);
            assertThat(whole.get().completedAt()).isNull();
            interrupted++;
        }
    }

    private static long count(Map<String, ExecutionRecord> steps) {
        return steps.values().stream().filter(step -> step.status() == ExecutionStatus.INTERRUPTED).count();
    }

    private static String text(EngineFixture fixture, UUID id) throws Exception {
        try (var log = fixture.engine.readLogs(id)) {
            return new String(log.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** The step that was running goes on without its engine; it is not what is tested here. */
    private static void awaitNoneLeft(Path home, UUID plan) throws IOException {
        var ids = new ArrayList<UUID>();
        try (var journal = new Journal(Samples.environment(home), EngineFixture.KEYS)) {
            journal.find(HistoryFilter.plan(plan)).forEach(record -> ids.add(record.id()));
        }
        var survivors = Survivors.find();
        ids.stream().flatMap(id -> survivors.of(id).stream()).flatMap(pid -> ProcessHandle.of(pid).stream())
                .forEach(process -> process.onExit().join());
    }
}
