package cloudops.execution.internal.plan;

import static cloudops.execution.internal.plan.PlanFixture.graph;
import static cloudops.execution.internal.plan.PlanFixture.plan;
import static cloudops.execution.internal.plan.PlanFixture.serial;
import static cloudops.execution.internal.plan.PlanFixture.sh;
import static cloudops.execution.internal.plan.PlanFixture.states;
import static cloudops.execution.internal.plan.PlanFixture.step;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import cloudops.execution.Approval;
import cloudops.execution.Command;
import cloudops.execution.Command.AwsCli;
import cloudops.execution.ExecutionException;
import cloudops.execution.ExecutionException.Problem;
import cloudops.execution.ExecutionPlan;
import cloudops.execution.ExecutionPlan.Strategy;
import cloudops.execution.ExecutionRequest;
import cloudops.execution.HistoryFilter;
import cloudops.execution.InvalidPlanException;
import cloudops.execution.PlanStep;
import cloudops.execution.Verdict.Decision;
import cloudops.execution.Verdict.Effect;

class PlanApprovalTest {

    @TempDir
    private Path home;
    private PlanFixture plans;

    @BeforeEach
    void open() {
        plans = new PlanFixture(home, Map.of("PATH", "/usr/bin:/bin"), false);
    }

    @AfterEach
    void close() throws Exception {
        plans.close();
    }

    private static PlanStep aws(String id, String operation) {
        return new PlanStep(id, ExecutionRequest.of(new AwsCli("rds", operation, List.of(), null, null)), List.of(), null);
    }

    private void refused(ExecutionPlan plan, String message) throws ExecutionException {
        assertThatThrownBy(() -> plans.engine.executePlan(plan)).isInstanceOfSatisfying(ExecutionException.class, e -> {
            assertThat(e.problem()).isEqualTo(Problem.APPROVAL_REQUIRED);
            assertThat(e.getMessage()).contains(message);
        });
        assertThat(plans.engine.history(HistoryFilter.plan(plan.id()))).isEmpty();
    }

    @Test
    void theVerdictIsTheGravestStepsAndNamesIt() {
        var verdict = plans.engine.verdict(serial(aws("look", "describe-db-instances"), aws("halt", "stop-db-instance"), aws("gone", "delete-db-instance")));

        assertThat(verdict.decision()).isEqualTo(Decision.ASK);
        assertThat(verdict.effect()).isEqualTo(Effect.DESTRUCTIVE);
        assertThat(verdict.reason()).startsWith("step gone: rds delete-db-instance");
        assertThat(plans.engine.verdict(serial(aws("look", "describe-db-instances"))).decision()).isEqualTo(Decision.ALLOW);
    }

    @Test
    void aPlanOfReadsNeedsNoApproval() throws Exception {
        var read = aws("look", "describe-db-instances");
        var result = plans.end(plans.engine.executePlan(serial(read)));

        assertThat(result.steps().getFirst().result()).isNotNull();
        assertThat(plans.engine.status(result.id()).approvedBy()).isNull();
        assertThat(plans.engine.status(read.request().id()).approvedBy()).isNull();
    }

    @Test
    void anyOtherNeedsOneWhichIsUsedOnce() throws Exception {
        refused(serial(sh("a", "true")), "it needs an approval");
        var first = serial(sh("a", "true"));
        var approved = plans.approved(first);
        plans.end(plans.engine.executePlan(approved));
        refused(serial(sh("a", "true")).withApproval(approved.approval()), "used already");
    }

    @Test
    void approvalsOfStepsAreNoApprovalOfThePlan() throws Exception {
        var step = sh("a", "true");
        var request = step.request();
        var own = request.withApproval(new Approval(plans.engine.approvalHash(request), "tester", Instant.now()));
        refused(serial(new PlanStep("a", own, List.of(), null)), "it needs an approval");
        refused(serial(step).withApproval(own.approval()), "something else");
    }

    @Test
    void onlyStepsThatNeededConsentSayWhoGaveIt() throws Exception {
        var read = aws("look", "describe-db-instances");
        var other = sh("other", "true");
        plans.run(plan(new Strategy.Parallel(2), read, other));

        assertThat(plans.engine.status(read.request().id()).approvedBy()).isNull();
        assertThat(plans.engine.status(other.request().id()).approvedBy()).isEqualTo("tester");
    }

    @Test
    void everyFieldOfAPlanChangesTheHash() {
        var id = UUID.randomUUID();
        var a = step("a", List.of("true"));
        var b = step("b", List.of("true"));
        var plain = new ExecutionPlan(id, "d", new Strategy.Graph(2), List.of(a, b), null);
        var others = new ArrayList<ExecutionPlan>();
        others.add(new ExecutionPlan(id, "e", new Strategy.Graph(2), List.of(a, b), null));
        others.add(new ExecutionPlan(id, null, new Strategy.Graph(2), List.of(a, b), null));
        others.add(new ExecutionPlan(id, "d", new Strategy.Graph(3), List.of(a, b), null));
        others.add(new ExecutionPlan(id, "d", new Strategy.Parallel(2), List.of(a, b), null));
        others.add(new ExecutionPlan(id, "d", new Strategy.Serial(true), List.of(a, b), null));
        others.add(new ExecutionPlan(id, "d", new Strategy.Serial(false), List.of(a, b), null));
        others.add(new ExecutionPlan(id, "d", new Strategy.Graph(2), List.of(b, a), null));
        others.add(new ExecutionPlan(id, "d", new Strategy.Graph(2), List.of(a), null));
        others.add(new ExecutionPlan(id, "d", new Strategy.Graph(2), List.of(a, step("c", List.of("true"))), null));
        others.add(new ExecutionPlan(id, "d", new Strategy.Graph(2), List.of(a, step("b", List.of("false"))), null));
        others.add(new ExecutionPlan(id, "d", new Strategy.Graph(2), List.of(a, step("b", List.of("true"), "a")), null));
        others.add(new ExecutionPlan(id, "d", new Strategy.Graph(2), List.of(a, new PlanStep("b", b.request(), List.of(), "x")), null));
        others.add(new ExecutionPlan(id, "d", new Strategy.Graph(2), List.of(a, new PlanStep("b", b.request().withResourceId("r"), List.of(), null)), null));
        for (var half : List.of("\ud800", "\ud801", "\udc00", "?")) {
            others.add(new ExecutionPlan(id, half, new Strategy.Graph(2), List.of(a, b), null));
        }
        others.add(plain);

        assertThat(others.stream().map(plans.engine::approvalHash)).doesNotHaveDuplicates().allMatch(hash -> hash.matches("sha256:[0-9a-f]{64}"));
        var again = new ExecutionPlan(UUID.randomUUID(), "d", new Strategy.Graph(2), List.of(step("a", List.of("true")), step("b", List.of("true"))), null);
        assertThat(plans.engine.approvalHash(again)).as("whatever the IDs").isEqualTo(plans.engine.approvalHash(plain));
    }

    @Test
    void aStepThatHasChangedSinceIsNotRun() throws Exception {
        var script = Files.writeString(home.resolve("s.sh"), "echo approved\n");
        var ran = home.resolve("ran");
        var change = sh("change", "echo ': > " + ran + "' > " + script);
        var use = new PlanStep("use", ExecutionRequest.of(new Command.Script(Command.Interpreter.SH, script, List.of())), List.of("change"), null);
        var result = plans.run(graph(change, use, sh("after", "true", "use")));

        assertThat(states(result)).isEqualTo("change=completed:0 use=failed after=skipped");
        assertThat(result.steps().get(1).reason()).contains("has changed since it was approved");
        assertThat(result.steps().get(2).reason()).isEqualTo("it depends on use, which failed");
        assertThat(ran).doesNotExist();
        assertThat(plans.engine.status(use.request().id()).error()).contains("has changed since it was approved");
    }

    @Test
    void aProgramThatAppearsEarlierOnThePathIsNotRun() throws Exception {
        var bin = Files.createDirectory(home.resolve("bin"));
        try (var withBin = new PlanFixture(home, Map.of("PATH", bin + ":/usr/bin:/bin"), false)) {
            var plant = sh("plant", "printf '#!/bin/sh\\n: > " + home.resolve("ran") + "\\n' > " + bin + "/id; chmod +x " + bin + "/id");
            var result = withBin.run(serial(plant, step("use", List.of("id"))));

            assertThat(states(result)).isEqualTo("plant=completed:0 use=failed");
            assertThat(result.steps().getLast().reason()).contains("has changed since it was approved");
            assertThat(home.resolve("ran")).doesNotExist();
        }
    }

    private void rules(String rules) throws IOException {
        Files.writeString(home.resolve("rules.yaml"), rules);
        Files.setPosixFilePermissions(home.resolve("rules.yaml"), PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void whatARuleForbidsIsAnErrorOfThePlan() throws Exception {
        rules("never:\n  - {aws: 'rds stop-*', reason: not on my watch}\n");
        var plan = serial(aws("look", "describe-db-instances"), aws("halt", "stop-db-instance"));

        assertThatThrownBy(() -> plans.start(plan)).isInstanceOfSatisfying(InvalidPlanException.class,
                e -> assertThat(e.problems()).singleElement().asString().startsWith("steps[1]: ").contains("not on my watch"));
        assertThat(plans.engine.verdict(plan).decision()).isEqualTo(Decision.NEVER);
    }

    @Test
    void aRuleThatComesWhileThePlanRunsHolds() throws Exception {
        var ran = home.resolve("ran");
        var rules = home.resolve("rules.yaml");
        var forbid = sh("forbid", "umask 077; echo 'never: [{program: touch}]' > " + rules);
        var result = plans.run(serial(forbid, step("touch", List.of("touch", ran.toString()))));

        assertThat(states(result)).isEqualTo("forbid=completed:0 touch=failed");
        assertThat(ran).doesNotExist();
    }

    @Test
    void aStepThatNeedsConsentByNowIsNotRunWithoutIt() throws Exception {
        var bin = Files.createDirectory(home.resolve("bin"));
        var aws = Files.writeString(bin.resolve("aws"), "#!/bin/sh\numask 077; echo 'ask: [{aws: rds describe-db-clusters}]' > " + home.resolve("rules.yaml"));
        Files.setPosixFilePermissions(aws, PosixFilePermissions.fromString("rwx------"));
        try (var withAws = new PlanFixture(home, Map.of("PATH", bin + ":/usr/bin:/bin"), false)) {
            var id = withAws.engine.executePlan(serial(aws("one", "describe-db-instances"), aws("two", "describe-db-clusters")));
            var result = withAws.end(id);

            assertThat(states(result)).isEqualTo("one=completed:0 two=failed");
            assertThat(result.steps().getLast().reason()).contains("it needs an approval now");
        }
    }
}
