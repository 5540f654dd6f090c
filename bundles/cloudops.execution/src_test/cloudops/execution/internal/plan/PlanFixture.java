package cloudops.execution.internal.plan;

import static java.util.concurrent.TimeUnit.SECONDS;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

import cloudops.execution.Approval;
import cloudops.execution.Command;
import cloudops.execution.ExecutionException;
import cloudops.execution.ExecutionPlan;
import cloudops.execution.ExecutionPlan.Strategy;
import cloudops.execution.ExecutionRequest;
import cloudops.execution.PlanResult;
import cloudops.execution.PlanStep;
import cloudops.execution.internal.Engine;
import cloudops.execution.internal.EngineFixture;
import cloudops.execution.internal.history.History;
import cloudops.execution.internal.output.EncryptedLogStore;
import cloudops.model.Environment;

/** An engine, plans for it, and a person who approves everything. */
final class PlanFixture implements AutoCloseable {

    private final List<AutoCloseable> parts;
    final Engine engine;

    PlanFixture(Path home) {
        this(home, System.getenv(), false);
    }

    PlanFixture(Path home, Map<String, String> host, boolean readOnly) {
        var fixture = new EngineFixture(home, host, Optional.empty(), readOnly);
        parts = List.of(fixture);
        engine = fixture.engine;
    }

    PlanFixture(Path home, History history) {
        var environment = new Environment(home, home.resolve("aws-config"), home.resolve("aws-credentials"), Optional.empty(), false, false);
        var logs = new EncryptedLogStore(environment, EngineFixture.KEYS);
        engine = new Engine(environment, logs, history, System.getenv(), Clock.systemUTC());
        parts = List.of(engine, logs);
    }

    /** A step that runs a program. */
    static PlanStep step(String id, List<String> argv, String... dependsOn) {
        return new PlanStep(id, ExecutionRequest.of(new Command.Exec(argv)), List.of(dependsOn), null);
    }

    /** A step that runs a line of shell. */
    static PlanStep sh(String id, String line, String... dependsOn) {
        return step(id, List.of("sh", "-c", line), dependsOn);
    }

    static ExecutionPlan plan(Strategy strategy, PlanStep... steps) {
        return plan(strategy, Arrays.asList(steps));
    }

    static ExecutionPlan plan(Strategy strategy, List<PlanStep> steps) {
        return new ExecutionPlan(UUID.randomUUID(), null, strategy, steps, null);
    }

    static ExecutionPlan serial(PlanStep... steps) {
        return plan(new Strategy.Serial(false), steps);
    }

    static ExecutionPlan graph(PlanStep... steps) {
        return plan(new Strategy.Graph(4), steps);
    }

    ExecutionPlan approved(ExecutionPlan plan) {
        return plan.withApproval(new Approval(engine.approvalHash(plan), "tester", Instant.now()));
    }

    UUID start(ExecutionPlan plan) throws ExecutionException {
        return engine.executePlan(approved(plan));
    }

    PlanResult run(ExecutionPlan plan) throws Exception {
        return end(start(plan));
    }

    PlanResult end(UUID plan) throws Exception {
        return engine.planCompletion(plan).get(120, SECONDS);
    }

    /** {@code a=completed:0 b=skipped}. */
    static String states(PlanResult result) {
        return result.steps().stream().map(step -> step.stepId() + "=" + step.status().name().toLowerCase()
                + (step.result() == null || step.result().exitCode() == null ? "" : ":" + step.result().exitCode())).collect(Collectors.joining(" "));
    }

    static PlanResult.StepResult step(PlanResult result, String id) {
        return result.steps().stream().filter(step -> step.stepId().equals(id)).findFirst().orElseThrow();
    }

    String stdout(PlanStep step) throws Exception {
        return engine.result(step.request().id()).stdout();
    }

    @Override
    public void close() throws Exception {
        for (var part : parts) {
            part.close();
        }
    }
}
