package cloudops.execution.internal.plan;

import static cloudops.execution.internal.plan.PlanFixture.graph;
import static cloudops.execution.internal.plan.PlanFixture.plan;
import static cloudops.execution.internal.plan.PlanFixture.serial;
import static cloudops.execution.internal.plan.PlanFixture.sh;
import static cloudops.execution.internal.plan.PlanFixture.states;
import static cloudops.execution.internal.plan.PlanFixture.step;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import cloudops.execution.Approval;
import cloudops.execution.Command;
import cloudops.execution.ExecutionEvent;
import cloudops.execution.ExecutionException;
import cloudops.execution.ExecutionException.Problem;
import cloudops.execution.ExecutionPlan;
import cloudops.execution.ExecutionPlan.Strategy;
import cloudops.execution.ExecutionRecord;
import cloudops.execution.ExecutionRequest;
import cloudops.execution.ExecutionStatus;
import cloudops.execution.HistoryFilter;
import cloudops.execution.InvalidPlanException;
import cloudops.execution.PlanListener;
import cloudops.execution.PlanResult.StepResult;
import cloudops.execution.PlanStep;
import cloudops.execution.internal.history.History;
import cloudops.execution.spi.EventHandler;

class PlanRunTest {

    private static final String WAIT = "sleep 60";

    @TempDir
    private Path home;
    private PlanFixture plans;

    @BeforeEach
    void open() {
        plans = new PlanFixture(home);
    }

    @AfterEach
    void close() throws Exception {
        plans.close();
    }

    @Test
    void aSerialPlanRunsOneAfterTheOther() throws Exception {
        var file = home.resolve("order");
        var steps = new ArrayList<PlanStep>();
        for (int i = 0; i < 12; i++) {
            steps.add(sh("s" + i, "echo " + i + " >> " + file + "; sleep 0.0" + (12 - i)));
        }
        var result = plans.run(plan(new Strategy.Serial(false), steps));

        assertThat(result.succeeded()).isTrue();
        assertThat(Files.readAllLines(file)).containsExactly("0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11");
        for (int i = 1; i < 12; i++) {
            assertThat(result.steps().get(i).result().startedAt()).isAfterOrEqualTo(result.steps().get(i - 1).result().completedAt());
        }
    }

    @Test
    void aSerialPlanStopsAtTheFirstErrorAndSaysWhy() throws Exception {
        var result = plans.run(serial(sh("a", "true"), sh("b", "exit 7"), sh("c", "true"), sh("d", "true")));

        assertThat(result.status()).isEqualTo(ExecutionStatus.FAILED);
        assertThat(states(result)).isEqualTo("a=completed:0 b=completed:7 c=skipped d=skipped");
        assertThat(step(result, "d").reason()).isEqualTo("the plan stops at its first error: b, which ended with exit code 7");
        assertThat(plans.engine.status(result.id()).error()).isEqualTo("1 of 4 steps failed: b, which ended with exit code 7; skipped: c, d");
    }

    @Test
    void aSerialPlanThatContinuesSkipsOnlyWhatDependsOnTheError() throws Exception {
        var uses = step("d", List.of("echo", "${steps.a.stdout}"));
        var result = plans.run(plan(new Strategy.Serial(true), sh("a", "echo x; exit 1"), sh("b", "true"), sh("c", "true", "a"), uses,
                sh("e", "true", "c")));

        assertThat(states(result)).isEqualTo("a=completed:1 b=completed:0 c=skipped d=skipped e=skipped");
        assertThat(step(result, "d").reason()).isEqualTo("it depends on a, which ended with exit code 1");
        assertThat(step(result, "e").reason()).isEqualTo("it depends on c, which was skipped because of a, which ended with exit code 1");
    }

    @Test
    void anOutputIsNoArgumentOfAProgramThatGoesByAnotherName() throws Exception {
        var bin = Files.createDirectory(home.resolve("bin"));
        Files.createSymbolicLink(bin.resolve("innocent"), Path.of("/usr/bin/env"));
        try (var withBin = new PlanFixture(home.resolve("other"), Map.of("PATH", bin + ":/usr/bin:/bin"), false)) {
            var ran = home.resolve("ran");
            var result = withBin.run(serial(step("a", List.of("echo", "x")), step("b", List.of("innocent", "touch", ran + "", "${steps.a.stdout}"))));

            assertThat(states(result)).isEqualTo("a=completed:0 b=failed");
            assertThat(step(result, "b").reason()).contains("runs what its arguments say");
            assertThat(ran).doesNotExist();
        }
    }

    @Test
    void aFailedStepStopsNoOtherOfAParallelPlan() throws Exception {
        var result = plans.run(plan(new Strategy.Parallel(2), sh("a", "exit 1"), step("b", List.of("/no/such/program")), sh("c", "true"),
                sh("d", "kill -9 $$")));

        assertThat(result.status()).isEqualTo(ExecutionStatus.FAILED);
        assertThat(states(result)).startsWith("a=completed:1 b=failed c=completed:0 d=");
        assertThat(step(result, "b").result().error()).contains("/no/such/program");
    }

    @Test
    void neverMoreAtOnceThanTheLimit() throws Exception {
        var counters = Files.createDirectory(home.resolve("counters"));
        var steps = new ArrayList<PlanStep>();
        for (int i = 0; i < 500; i++) {
            // each leaves a file while it runs, and prints how many there are
            steps.add(sh("s" + i, "cd " + counters + " && : > " + i + " && ls | wc -l; sleep 0.01; rm " + i));
        }
        var result = plans.run(plan(new Strategy.Parallel(16), steps));

        assertThat(result.succeeded()).isTrue();
        int most = 0;
        for (var step : steps) {
            most = Math.max(most, Integer.parseInt(plans.stdout(step).strip()));
        }
        assertThat(most).isBetween(2, 16);
    }

    @Test
    void aDiamondJoinsOnceBothSidesHaveSucceeded() throws Exception {
        var file = home.resolve("order");
        var result = plans.run(graph(sh("join", "echo join >> " + file, "left", "right"), sh("left", "sleep 0.2; echo side >> " + file, "top"),
                sh("right", "echo side >> " + file, "top"), sh("top", "echo top >> " + file)));

        assertThat(result.succeeded()).isTrue();
        assertThat(result.steps()).extracting(step -> step.stepId()).containsExactly("join", "left", "right", "top");
        assertThat(Files.readAllLines(file)).containsExactly("top", "side", "side", "join");
    }

    @Test
    void anErrorInAGraphSkipsWhatDependsOnItHoweverIndirectlyAndNothingElse() throws Exception {
        var result = plans.run(graph(sh("bad", "exit 3"), sh("good", "true"), sh("d1", "true", "bad", "good"), sh("d2", "true", "d1"),
                sh("d3", "true", "d2", "bad"), sh("other", "true", "good")));

        assertThat(states(result)).isEqualTo("bad=completed:3 good=completed:0 d1=skipped d2=skipped d3=skipped other=completed:0");
        assertThat(result.steps()).filteredOn(step -> step.status() == ExecutionStatus.SKIPPED)
                .allSatisfy(step -> assertThat(step.reason()).contains("bad, which ended with exit code 3"));
    }

    @Test
    void aStepThatRunsOutOfTimeHasNotSucceeded() throws Exception {
        var slow = new PlanStep("slow", ExecutionRequest.of(new Command.Exec(List.of("sleep", "60"))).withTimeout(Duration.ofMillis(100)),
                List.of(), null);
        var result = plans.run(graph(slow, sh("next", "true", "slow")));

        assertThat(states(result)).isEqualTo("slow=timed_out next=skipped");
        assertThat(step(result, "next").reason()).contains("slow, which was ended after its time limit");
    }

    @Test
    void largePlansRunToTheirEnd() throws Exception {
        int count = Boolean.getBoolean("cloudops.test.long") ? 10_000 : 500;
        var steps = new ArrayList<PlanStep>();
        for (int i = 0; i < count; i++) {
            steps.add(i < 16 ? step("s" + i, List.of("true")) : step("s" + i, List.of("true"), "s" + (i - 16)));
        }
        var result = plans.run(plan(new Strategy.Graph(16), steps));

        assertThat(result.succeeded()).isTrue();
        assertThat(plans.engine.history(HistoryFilter.plan(result.id()))).hasSize(count + 1)
                .allMatch(entry -> entry.status() == ExecutionStatus.COMPLETED);
    }

    @Test
    void aChainOfThousandsNeitherOverflowsTheStackNorTakesLong() throws Exception {
        var steps = new ArrayList<PlanStep>();
        steps.add(sh("s0", "exit 1"));
        for (int i = 1; i < 10_000; i++) {
            steps.add(sh("s" + i, "true", "s" + (i - 1)));
        }
        var result = plans.run(plan(new Strategy.Graph(8), steps));

        assertThat(result.steps()).filteredOn(step -> step.status() == ExecutionStatus.SKIPPED).hasSize(9_999);
        assertThat(result.steps().getLast().reason()).contains("s9998, which was skipped because of s0");
    }

    @Test
    void aWideGraphJoinsInOneStep() throws Exception {
        var steps = new ArrayList<PlanStep>();
        var names = new ArrayList<String>();
        for (int i = 0; i < 300; i++) {
            steps.add(step("w" + i, List.of("true"), "first"));
            names.add("w" + i);
        }
        steps.add(step("first", List.of("true")));
        steps.add(step("last", List.of("echo", "done"), names.toArray(String[]::new)));
        var result = plans.run(plan(new Strategy.Graph(32), steps));

        assertThat(result.succeeded()).isTrue();
        assertThat(plans.stdout(steps.getLast())).isEqualTo("done\n");
        assertThat(step(result, "last").result().startedAt()).isAfterOrEqualTo(
                result.steps().stream().filter(step -> step.stepId().startsWith("w")).map(step -> step.result().completedAt()).max(Instant::compareTo).get());
    }

    @Test
    void cancelEndsWhatRunsWithItsTreeAndSkipsTheRest() throws Exception {
        var pid = home.resolve("pid");
        var id = plans.start(graph(sh("runs", "sleep 300 & echo $! > " + pid + ".part; mv " + pid + ".part " + pid + "; echo up; wait"),
                sh("waits", "true", "runs")));
        assertThat(plans.engine.status(id)).extracting(ExecutionRecord::kind, ExecutionRecord::status)
                .containsExactly("plan", ExecutionStatus.RUNNING);
        awaitFile(pid);

        plans.engine.cancel(id);
        plans.engine.cancel(id);
        var result = plans.end(id);

        assertThat(result.status()).isEqualTo(ExecutionStatus.CANCELLED);
        assertThat(states(result)).isEqualTo("runs=cancelled waits=skipped");
        assertThat(step(result, "waits").reason()).isEqualTo("the plan was cancelled");
        assertThat(plans.engine.status(id).status()).isEqualTo(ExecutionStatus.CANCELLED);
        var child = ProcessHandle.of(Long.parseLong(Files.readString(pid).strip()));
        if (child.isPresent()) {
            child.get().onExit().get(5, SECONDS);
        }
    }

    @Test
    void cancelEndsWhatRunsThoughTheListenerIsBusy() throws Exception {
        var busy = new CountDownLatch(1);
        var free = new CountDownLatch(1);
        var waits = sh("waits", WAIT);
        var plan = plans.approved(plan(new Strategy.Parallel(2), sh("ends", "true"), waits, sh("never", "true")));
        var id = plans.engine.executePlan(plan, new PlanListener() {
            @Override
            public void stepEnded(StepResult step, int done, int total) {
                if (step.stepId().equals("ends")) {
                    busy.countDown();
                    await(free);
                }
            }
        });
        assertThat(busy.await(30, SECONDS)).isTrue();
        plans.engine.cancel(id);

        assertThat(plans.engine.completion(waits.request().id()).get(5, SECONDS).status()).isEqualTo(ExecutionStatus.CANCELLED);
        free.countDown();
        var result = plans.end(id);
        assertThat(result.status()).isEqualTo(ExecutionStatus.CANCELLED);
        assertThat(states(result)).isEqualTo("ends=completed:0 waits=cancelled never=skipped");
    }

    @Test
    void cancelEndsAStepThatTheListenerJustHearsOf() throws Exception {
        var first = sh("first", WAIT);
        var plan = plans.approved(serial(first, sh("next", "true")));
        var cancelled = new CompletableFuture<ExecutionStatus>();
        var id = plans.engine.executePlan(plan, new PlanListener() {
            @Override
            public void stepStarted(PlanStep step) {
                try {
                    plans.engine.cancel(plan.id()); // on the plan's own thread
                    cancelled.complete(plans.engine.completion(first.request().id()).get(5, SECONDS).status());
                } catch (Exception e) {
                    cancelled.completeExceptionally(e);
                }
            }
        });

        assertThat(cancelled.get(30, SECONDS)).isEqualTo(ExecutionStatus.CANCELLED);
        assertThat(states(plans.end(id))).isEqualTo("first=cancelled next=skipped");
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await(30, SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aPlanWhoseIdsWereUsedBeforeIsRefusedAsAWhole() throws Exception {
        var ran = home.resolve("ran");
        var used = sh("used", "echo first");
        var earlier = serial(used);
        plans.run(earlier);
        plans.close();
        plans = new PlanFixture(home); // another process

        var again = serial(sh("other", "touch " + ran), used);
        assertThatThrownBy(() -> plans.start(again)).isInstanceOfSatisfying(InvalidPlanException.class,
                e -> assertThat(e.problems()).singleElement().asString().startsWith("steps[1]: ").contains(used.request().id().toString(), "used before"));
        assertThat(plans.engine.problems(again)).hasSize(1);
        var sameId = new ExecutionPlan(earlier.id(), null, earlier.strategy(), List.of(sh("other", "touch " + ran)), null);
        assertThatThrownBy(() -> plans.start(sameId)).isInstanceOfSatisfying(InvalidPlanException.class,
                e -> assertThat(e.problems()).singleElement().asString().startsWith("id: ").contains(earlier.id().toString()));
        assertThatThrownBy(() -> plans.engine.execute(used.request().withApproval(new Approval(plans.engine.approvalHash(used.request()), "t", Instant.now()))))
                .isInstanceOfSatisfying(ExecutionException.class, e -> assertThat(e.problem()).isEqualTo(Problem.INVALID_REQUEST))
                .hasMessageContaining("used before");
        assertThatThrownBy(() -> plans.engine.executeWithApproval(used.request(), (request, verdict) -> Optional.of("t")))
                .isInstanceOf(ExecutionException.class).hasMessageContaining("used before");

        assertThat(ran).doesNotExist();
        assertThat(plans.engine.status(used.request().id())).satisfies(old -> {
            assertThat(old.status()).isEqualTo(ExecutionStatus.COMPLETED);
            assertThat(old.planId()).isEqualTo(earlier.id());
        });
        assertThat(new String(plans.engine.readLogs(used.request().id()).readAllBytes())).contains("first");
        assertThat(plans.engine.history(HistoryFilter.ALL)).hasSize(2);
    }

    @Test
    void aStepWhoseIdAnotherProcessTakesHidesNothing() throws Exception {
        var second = sh("second", "echo ours");
        var plan = plans.approved(serial(sh("first", "true"), second));
        try (var other = new PlanFixture(home)) {
            plans.end(plans.engine.executePlan(plan, new PlanListener() {
                @Override
                public void stepEnded(StepResult step, int done, int total) {
                    try {
                        if (done == 1) {
                            other.run(serial(new PlanStep("theirs", sh("x", "echo theirs").request().withId(second.request().id()), List.of(), null)));
                        }
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                }
            }));
            assertThat(states(plans.engine.planResult(plan.id()))).isEqualTo("first=completed:0 second=failed");
            assertThat(other.engine.history(HistoryFilter.ALL)).filteredOn(entry -> entry.id().equals(second.request().id())).singleElement()
                    .satisfies(entry -> assertThat(entry.stepId()).isEqualTo("theirs"));
        }
    }

    /** Waits without looking again and again. */
    private static void awaitFile(Path file) throws Exception {
        try (var watch = file.getFileSystem().newWatchService()) {
            file.getParent().register(watch, StandardWatchEventKinds.ENTRY_CREATE);
            while (!Files.exists(file)) {
                var key = watch.poll(30, SECONDS);
                assertThat(key).as("%s is written", file).isNotNull();
                key.pollEvents();
                key.reset();
            }
        }
    }

    @Test
    void cancelRightAfterTheStartSkipsOrCancelsEverything() throws Exception {
        for (int trial = 0; trial < 20; trial++) {
            var id = plans.start(plan(new Strategy.Parallel(3), sh("a", WAIT), sh("b", WAIT), sh("c", WAIT), sh("d", WAIT)));
            plans.engine.cancel(id);
            var result = plans.end(id);

            assertThat(result.status()).isEqualTo(ExecutionStatus.CANCELLED);
            assertThat(result.steps()).allSatisfy(
                    step -> assertThat(step.status()).isIn(ExecutionStatus.CANCELLED, ExecutionStatus.SKIPPED));
        }
    }

    @Test
    void cancelAfterTheEndDoesNothing() throws Exception {
        var result = plans.run(serial(sh("a", "true")));
        plans.engine.cancel(result.id());

        assertThat(plans.engine.status(result.id()).status()).isEqualTo(ExecutionStatus.COMPLETED);
        assertThat(plans.end(result.id())).isEqualTo(result);
    }

    @Test
    void aCancelledStepIsAnErrorOfThePlan() throws Exception {
        var up = home.resolve("up");
        var first = sh("a", ": > " + up + "; " + WAIT);
        var id = plans.start(graph(first, sh("b", "true", "a"), sh("c", "true")));
        awaitFile(up);
        plans.engine.cancel(first.request().id());
        var result = plans.end(id);

        assertThat(result.status()).isEqualTo(ExecutionStatus.FAILED);
        assertThat(states(result)).isEqualTo("a=cancelled b=skipped c=completed:0");
    }

    @Test
    void closingTheEngineCancelsPlans() throws Exception {
        var id = plans.start(serial(sh("a", WAIT), sh("b", "true")));
        var end = plans.engine.planCompletion(id);
        plans.engine.close();

        var result = end.get(5, SECONDS); // the engine has waited for it, and is about to say so
        assertThat(result.status()).isEqualTo(ExecutionStatus.CANCELLED);
        assertThat(result.steps().getLast().status()).isEqualTo(ExecutionStatus.SKIPPED);
        assertThatThrownBy(() -> plans.start(serial(sh("a", "true")))).isInstanceOfSatisfying(ExecutionException.class,
                e -> assertThat(e.problem()).isEqualTo(Problem.UNAVAILABLE));
    }

    @Test
    void theHistoryTellsOfThePlanAndItsSteps() throws Exception {
        var bad = sh("bad", "exit 1");
        var skipped = sh("skipped", "echo AKIAABCDEFGHIJKLMNOP", "bad");
        var result = plans.run(graph(sh("good", "true"), bad, skipped));

        var all = plans.engine.history(HistoryFilter.plan(result.id()));
        assertThat(all).hasSize(4);
        var plan = plans.engine.status(result.id());
        assertThat(plan.kind()).isEqualTo("plan");
        assertThat(plan.command()).isEqualTo("a plan of 3 steps");
        assertThat(plan.approvedBy()).isEqualTo("tester");
        assertThat(plan.completedAt()).isEqualTo(result.completedAt());
        assertThat(all).filteredOn(entry -> entry.planId() != null).extracting(ExecutionRecord::stepId)
                .containsExactlyInAnyOrder("good", "bad", "skipped");
        assertThat(plans.engine.status(bad.request().id())).satisfies(entry -> {
            assertThat(entry.planId()).isEqualTo(result.id());
            assertThat(entry.approvedBy()).isEqualTo("tester");
            assertThat(entry.approvalHash()).isEqualTo(plan.approvalHash());
        });
        assertThat(plans.engine.status(skipped.request().id())).satisfies(entry -> {
            assertThat(entry.status()).isEqualTo(ExecutionStatus.SKIPPED);
            assertThat(entry.error()).isEqualTo("it depends on bad, which ended with exit code 1");
            assertThat(entry.command()).doesNotContain("AKIA");
            assertThat(entry.approvedBy()).isNull();
        });
    }

    @Test
    void unknownPlansAreNotFound() {
        var id = UUID.randomUUID();
        assertThatThrownBy(() -> plans.engine.planResult(id)).isInstanceOfSatisfying(ExecutionException.class,
                e -> assertThat(e.problem()).isEqualTo(Problem.NOT_FOUND));
        assertThatThrownBy(() -> plans.engine.cancel(id)).isInstanceOfSatisfying(ExecutionException.class,
                e -> assertThat(e.problem()).isEqualTo(Problem.NOT_FOUND));
    }

    @Test
    void handlersHearOfEveryStep() throws Exception {
        var heard = new LinkedBlockingQueue<ExecutionEvent>();
        plans.engine.addHandler(new EventHandler() {
            @Override
            public void handle(ExecutionEvent event) {
                heard.add(event);
            }
        });
        var plan = graph(sh("a", "exit 1"), sh("b", "true", "a"), sh("c", "true"));
        var id = plans.start(plan);
        plans.end(id);

        var ofThePlan = new ArrayList<String>();
        for (boolean over = false; !over;) {
            var event = heard.poll(30, SECONDS);
            assertThat(event).isNotNull();
            if (event.executionId().equals(id)) {
                ofThePlan.add(event instanceof ExecutionEvent.Progress step ? step.stepId() + " " + step.status() + " " + step.done() + "/" + step.total()
                        : event.getClass().getSimpleName());
                over = event instanceof ExecutionEvent.Failed;
            }
        }
        assertThat(ofThePlan).startsWith("Started").endsWith("Failed").hasSize(5).anyMatch(text -> text.endsWith("3/3"))
                .anyMatch(text -> text.startsWith("a COMPLETED")).anyMatch(text -> text.startsWith("b SKIPPED")).anyMatch(text -> text.startsWith("c COMPLETED"));
    }

    @Test
    void nothingRunsWhenTheHistoryCannotBeWritten() throws Exception {
        var ran = home.resolve("ran");
        try (var broken = new PlanFixture(home.resolve("other"), new BrokenHistory(0))) {
            assertThatThrownBy(() -> broken.start(serial(sh("a", ": > " + ran)))).isInstanceOfSatisfying(ExecutionException.class, e -> {
                assertThat(e.problem()).isEqualTo(Problem.UNAVAILABLE);
                assertThat(e.getMessage()).contains("history");
            });
            assertThat(ran).doesNotExist();
        }
    }

    @Test
    void aStepIsNotRunWhenTheHistoryBreaksOnTheWay() throws Exception {
        var ran = home.resolve("ran");
        // the plan, then start and end of the first step, then no more
        try (var broken = new PlanFixture(home.resolve("other"), new BrokenHistory(3))) {
            var result = broken.run(serial(sh("a", "true"), sh("b", ": > " + ran), sh("c", "true")));

            assertThat(states(result)).isEqualTo("a=completed:0 b=failed c=skipped");
            assertThat(step(result, "b").reason()).contains("the history cannot be written");
            assertThat(ran).doesNotExist();
        }
    }

    /** Takes so many states and no more. */
    private static final class BrokenHistory implements History {
        private final AtomicInteger left;

        BrokenHistory(int states) {
            left = new AtomicInteger(states);
        }

        @Override
        public void append(ExecutionRecord state) throws IOException {
            if (left.getAndDecrement() <= 0) {
                throw new IOException("no space left on device");
            }
        }

        @Override
        public List<ExecutionRecord> find(HistoryFilter filter) {
            return List.of();
        }

        @Override
        public Optional<ExecutionRecord> get(UUID id) {
            return Optional.empty();
        }
    }
}
