package cloudops.execution.internal.plan;

import static cloudops.execution.internal.plan.PlanFixture.graph;
import static cloudops.execution.internal.plan.PlanFixture.plan;
import static cloudops.execution.internal.plan.PlanFixture.serial;
import static cloudops.execution.internal.plan.PlanFixture.sh;
import static cloudops.execution.internal.plan.PlanFixture.step;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import cloudops.execution.Command;
import cloudops.execution.Command.AwsCli;
import cloudops.execution.Command.AwsSdk;
import cloudops.execution.ExecutionException;
import cloudops.execution.ExecutionException.Problem;
import cloudops.execution.ExecutionPlan;
import cloudops.execution.ExecutionPlan.Strategy;
import cloudops.execution.ExecutionRequest;
import cloudops.execution.ExecutionStatus;
import cloudops.execution.HistoryFilter;
import cloudops.execution.InvalidPlanException;
import cloudops.execution.PlanProblem;
import cloudops.execution.PlanStep;

class PlanCheckTest {

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

    /** What is reported, by path; and that nothing of the plan ran. */
    private List<String> problems(ExecutionPlan plan) throws ExecutionException {
        var reported = plans.engine.problems(plan).stream().map(PlanProblem::toString).toList();
        if (!reported.isEmpty()) {
            assertThatThrownBy(() -> plans.start(plan)).isInstanceOfSatisfying(InvalidPlanException.class, e -> {
                assertThat(e.problem()).isEqualTo(Problem.INVALID_PLAN);
                assertThat(e.problems()).extracting(PlanProblem::toString).isEqualTo(reported);
                assertThat(e.getMessage()).contains(reported);
            });
            assertThat(plans.engine.history(HistoryFilter.plan(plan.id()))).isEmpty();
        }
        return reported;
    }

    private void onlyProblem(ExecutionPlan plan, String path, String... message) throws ExecutionException {
        assertThat(problems(plan)).singleElement().asString().startsWith(path + ": ").contains(message);
    }

    private static PlanStep aws(String id, List<String> args, String... dependsOn) {
        return new PlanStep(id, ExecutionRequest.of(new AwsCli("rds", "stop-db-instance", args, null, null)), List.of(dependsOn), null);
    }

    private static PlanStep of(String id, Command command, String... dependsOn) {
        return new PlanStep(id, ExecutionRequest.of(command), List.of(dependsOn), null);
    }

    @Test
    void aGoodPlanHasNone() throws Exception {
        assertThat(problems(graph(sh("a", "true"), sh("b_-9", "true", "a", "a")))).isEmpty();
    }

    @Test
    void noSteps() throws Exception {
        onlyProblem(serial(), "steps", "no steps");
    }

    @Test
    void tooManySteps() throws Exception {
        onlyProblem(plan(new Strategy.Serial(false), Collections.nCopies(10_001, 0).stream().map(zero -> sh("s" + System.nanoTime(), "true")).toList()),
                "steps", "10001 steps");
    }

    @Test
    void limitsBelowOne() throws Exception {
        onlyProblem(plan(new Strategy.Graph(0), sh("a", "true")), "strategy.max_concurrency", "1 or more");
        onlyProblem(plan(new Strategy.Parallel(-1), sh("a", "true")), "strategy.max_concurrency", "1 or more");
    }

    @Test
    void duplicateAndBadStepIds() throws Exception {
        onlyProblem(serial(sh("a", "true"), sh("b", "true"), sh("a", "true")), "steps[2].id", "steps[0] has the ID a too");
        for (var id : List.of("", "a b", "a.b", "../a", "$(x)", "a\nb", "ä", "a}", "\u202Ea", "\uD83D\uDE00")) {
            onlyProblem(serial(sh(id, "true")), "steps[0].id", "letters, digits, - and _");
        }
    }

    @Test
    void executionIdsThatAreUsedTwiceOrAlready() throws Exception {
        var twice = sh("a", "true");
        onlyProblem(serial(twice, new PlanStep("b", twice.request(), List.of(), null)), "steps[1].request_id", "steps[0] has the execution ID");
        var done = serial(sh("x", "true"));
        plans.run(done);
        onlyProblem(serial(new PlanStep("b", done.steps().getFirst().request(), List.of(), null)), "steps[0]", "is in use");
        var plan = serial(sh("c", "true"));
        onlyProblem(serial(new PlanStep("b", sh("x", "true").request().withId(done.id()), List.of(), null)), "steps[0]", "is in use");
        onlyProblem(new ExecutionPlan(plan.steps().getFirst().request().id(), null, plan.strategy(), plan.steps(), null), "steps[0].request_id",
                "the plan has the execution ID");
        assertThatThrownBy(() -> plans.start(done)).isInstanceOf(ExecutionException.class).hasMessageContaining("in use");
    }

    @Test
    void executionIdsOfStepsThatWaitAreKeptForThem() throws Exception {
        var first = sh("first", "sleep 60");
        var waits = sh("waits", "true");
        var running = plans.start(serial(first, waits));

        onlyProblem(serial(new PlanStep("b", waits.request(), List.of(), null)), "steps[0]", "is in use");
        assertThatThrownBy(() -> plans.engine.execute(waits.request())).isInstanceOfSatisfying(ExecutionException.class,
                e -> assertThat(e.getMessage()).contains("is in use"));
        plans.engine.cancel(running);
        plans.end(running);
        assertThat(plans.engine.status(waits.request().id()).status()).isEqualTo(ExecutionStatus.SKIPPED);
    }

    @Test
    void dependenciesThatAreMissingOnThemselvesOrLater() throws Exception {
        onlyProblem(graph(sh("a", "true"), sh("b", "true", "a", "none")), "steps[1].depends_on[1]", "no step has the ID none; try: a, b");
        onlyProblem(graph(sh("a", "true", "a")), "steps[0].depends_on[0]", "depends on itself");
        onlyProblem(serial(sh("a", "true", "b"), sh("b", "true")), "steps[0].depends_on[0]", "b comes later");
        onlyProblem(plan(new Strategy.Parallel(2), sh("a", "true"), sh("b", "true", "a")), "steps[1].depends_on", "the strategy graph");
    }

    @Test
    void cyclesAreNamed() throws Exception {
        onlyProblem(graph(sh("a", "true", "b"), sh("b", "true", "a")), "steps[0].depends_on", "a → b → a");
        onlyProblem(graph(sh("start", "true"), sh("a", "true", "start", "c"), sh("b", "true", "a"), sh("c", "true", "b"), sh("end", "true", "c")),
                "steps[1].depends_on", "a → c → b → a");
        assertThat(problems(graph(sh("z", "true", "b"), sh("a", "true", "b"), sh("b", "true", "a"), sh("c", "true", "d"), sh("d", "true", "c"))))
                .satisfiesExactlyInAnyOrder(one -> assertThat(one).contains("b → a → b"), two -> assertThat(two).contains("c → d → c"));
    }

    @Test
    void aCycleOfThousandsIsFoundAndNamedInShort() throws Exception {
        var steps = new ArrayList<PlanStep>();
        for (int i = 0; i < 10_000; i++) {
            steps.add(sh("s" + i, "true", "s" + (i + 1) % 10_000));
        }
        assertThat(problems(plan(new Strategy.Graph(1), steps))).singleElement().asString().contains("s0 → s1 →", "(10000 steps) → s0").hasSizeLessThan(300);
    }

    @Test
    void invalidRequests() throws Exception {
        onlyProblem(serial(step("a", List.of())), "steps[0]", "the command is empty");
        onlyProblem(serial(step("a", List.of("echo", "\0"))), "steps[0]", "NUL");
        onlyProblem(serial(of("a", new AwsCli("--x", "y", List.of(), null, null))), "steps[0]", "AWS service");
        onlyProblem(serial(new PlanStep("a", sh("x", "true").request().withTimeout(Duration.ZERO), List.of(), null)), "steps[0]", "timeout");
        onlyProblem(serial(new PlanStep("a", sh("x", "true").request().withEnv(Map.of("CLOUDOPS_X", "1")), List.of(), null)), "steps[0]",
                "CLOUDOPS_X");
        onlyProblem(serial(of("a", new AwsSdk("rds", "stop-db-instance", "{}", null, null))), "steps[0]", "nothing here runs");
    }

    @Test
    void whatReadOnlyModeRefuses() throws Exception {
        try (var readOnly = new PlanFixture(home, System.getenv(), true)) {
            var read = of("read", new AwsCli("rds", "describe-db-instances", List.of(), null, null));
            assertThat(readOnly.engine.problems(serial(read, aws("stop", List.of())))).singleElement().asString()
                    .startsWith("steps[1]: read-only mode");
        }
    }

    @Test
    void everythingAtOnce() throws Exception {
        var all = problems(plan(new Strategy.Graph(0), sh("a", "true", "b"), sh("b", "true", "a"), sh("a", "true", "none"), step("c", List.of()),
                step("d", List.of("echo", "${steps.zzz.stdout}"))));

        assertThat(all).hasSize(6);
        assertThat(String.join("\n", all)).contains("max_concurrency", "steps[2].id", "no step has the ID none", "a → b → a", "command is empty",
                "no step has the ID zzz");
    }

    @Test
    void referencesToWhatIsNotThere() throws Exception {
        onlyProblem(graph(step("a", List.of("echo", "${steps.b.stdout}")), sh("b", "true")), "steps[0].command.argv[1]",
                "add it to depends_on");
        onlyProblem(graph(step("a", List.of("echo", "${steps.x.stdout}"))), "steps[0].command.argv[1]", "no step has the ID x");
        onlyProblem(graph(step("a", List.of("echo", "${steps.a.stdout}"))), "steps[0].command.argv[1]", "the step's own output");
        onlyProblem(serial(step("a", List.of("echo", "${steps.b.stdout}")), sh("b", "true")), "steps[0].command.argv[1]", "comes later");
        onlyProblem(plan(new Strategy.Parallel(1), sh("b", "true"), step("a", List.of("echo", "${steps.b.stdout}"))), "steps[1].command.argv[1]",
                "parallel");
    }

    @Test
    void referencesThatAreNone() throws Exception {
        for (var text : List.of("${steps.", "${steps.}", "${steps.b}", "${steps.b.stderr}", "${steps.b.stdout", "${steps.b.stdout:}",
                "${steps.b.stdout:x}", "${steps. b.stdout}", "${steps.b.stdout:/a~2}", "${steps.b.stdout}${steps.", "${steps.a b.stdout}")) {
            onlyProblem(serial(sh("b", "true"), aws("a", List.of("--x", text))), "steps[1].command.args[1]", "try: ");
        }
    }

    @Test
    void referencesWhereAnOutputWouldDecideTooMuch() throws Exception {
        var ref = "${steps.b.stdout}";
        var first = sh("b", "true");
        onlyProblem(serial(first, step("a", List.of(ref, "x"))), "steps[1].command.argv[0]", "may not stand here");
        onlyProblem(serial(first, step("a", List.of("echo", "x" + ref))), "steps[1].command.argv[1]", "whole argument");
        onlyProblem(serial(first, of("a", new Command.Shell("echo " + ref))), "steps[1].command.script", "may not stand here");
        onlyProblem(serial(first, of("a", new Command.Script(Command.Interpreter.SH, Path.of(ref), List.of()))), "steps[1].command.file",
                "may not stand here");
        onlyProblem(serial(first, of("a", new AwsCli("rds", "stop-db-instance", List.of(), ref, null))), "steps[1].command.profile",
                "may not stand here");
        onlyProblem(serial(first, new PlanStep("a", sh("x", "true").request().withWorkingDir(Path.of("/tmp", ref)), List.of(), null)),
                "steps[1].working_dir", "may not stand here");
        onlyProblem(serial(first, new PlanStep("a", sh("x", "true").request().withEnv(Map.of("AWS_PROFILE", ref)), List.of(), null)),
                "steps[1].env.AWS_PROFILE", "may not stand here");
        onlyProblem(serial(first, new PlanStep("a", sh("x", "true").request().withEnv(Map.of(ref, "x")), List.of(), null)),
                "steps[1].env.${steps.b.stdout}", "may not stand here");
        for (var args : List.of(List.of("--profile", ref), List.of("--prof", ref), List.of("--region", ref), List.of("--endpoint-url", ref))) {
            onlyProblem(serial(first, aws("a", args)), "steps[1].command.args[1]", "may not stand here");
        }
        onlyProblem(serial(first, aws("a", List.of("--region=" + ref))), "steps[1].command.args[0]", "may not stand here");
        assertThat(problems(serial(first, of("a", new AwsSdk("rds", "stop-db-instance", "{\"" + ref + "\":1}", null, null)))))
                .anySatisfy(problem -> assertThat(problem).startsWith("steps[1].command.params.${steps.b.stdout}: ").contains("may not stand here"));
        assertThat(problems(serial(first, of("a", new AwsSdk("rds", "stop-db-instance", "{\"a\":\"" + ref, null, null)))))
                .anySatisfy(problem -> assertThat(problem).startsWith("steps[1].command.params: ").contains("no JSON"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"PATH", "HOME", "LD_PRELOAD", "BASH_ENV", "ENV", "IFS", "PS4", "HTTPS_PROXY", "http_proxy", "AWS_PROFILE", "AWS_CA_BUNDLE",
        "REQUESTS_CA_BUNDLE", "PYTHONPATH", "JAVA_TOOL_OPTIONS", "GIT_SSH_COMMAND", "LESSOPEN", "LC_ALL", "NAME", "step_x", "STEP_", "XSTEP_A", "STEP_A\n"})
    void referencesInVariablesThatAreNotOnlyForThem(String name) throws Exception {
        for (var text : List.of("${steps.b.stdout}", "${steps.b.stdout}:/usr/bin")) {
            var step = new PlanStep("a", sh("x", "true").request().withEnv(Map.of(name, text)), List.of(), null);
            assertThat(problems(serial(sh("b", "true"), step))).singleElement().asString().startsWith("steps[1].env.").contains("may not stand here", "STEP_");
        }
    }

    @Test
    void referencesInVariablesThatAre() throws Exception {
        var step = new PlanStep("a", sh("x", "true").request().withEnv(Map.of("STEP_Name_1", "x-${steps.b.stdout}")), List.of(), null);
        assertThat(problems(serial(sh("b", "true"), step))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"env", "/usr/bin/env", "aws", "/usr/local/bin/aws", "AWS.EXE", "sh", "bash", "python3.12", "xargs", "sudo", "sort", "tmux", "npx"})
    void referencesAmongTheArgumentsOfProgramsThatRunThem(String program) throws Exception {
        onlyProblem(serial(sh("b", "true"), step("a", List.of(program, "x", "${steps.b.stdout}"))), "steps[1].command.argv[2]", "may not stand here");
    }

    @Test
    void otherDollarsAreTheTextsOwn() throws Exception {
        assertThat(problems(serial(sh("a", "echo ${HOME} ${steps} $$ $${x} $${steps.b.stdout}")))).isEmpty();
    }
}
