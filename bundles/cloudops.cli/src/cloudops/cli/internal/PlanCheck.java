package cloudops.cli.internal;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;

import com.fasterxml.jackson.annotation.JsonIgnore;

import cloudops.execution.ExecutionEngine;
import cloudops.execution.ExecutionException;
import cloudops.execution.ExecutionPlan;
import cloudops.execution.ExecutionPlan.Strategy;
import cloudops.execution.ExecutionRequest.Metadata;
import cloudops.execution.PlanFile;
import cloudops.execution.PlanFileException;
import cloudops.execution.PlanProblem;
import cloudops.execution.PlanStep;
import cloudops.execution.Verdict;
import cloudops.execution.Verdict.Decision;
import cloudops.execution.Verdict.Effect;
import cloudops.model.DisplayText;

/**
 * What is to be said of a plan file before anything of it runs; as JSON what {@code plan check} prints.
 *
 * @param valid whether it could be run
 * @param errors why not, by line; empty for a valid one
 * @param verdict on the whole; null when it cannot be read as a plan
 * @param approvalHash to be approved; null for one that is not valid
 * @param steps in their order; empty when it cannot be read as a plan
 * @param plan null when it cannot be read as a plan
 */
record PlanCheck(boolean valid, List<Error> errors, Verdict verdict, String approvalHash, List<Step> steps, @JsonIgnore ExecutionPlan plan) {

    /** @param line null when it is about the file as a whole @param path in the plan: {@code steps[2].depends_on[0]}, perhaps empty */
    record Error(Integer line, String path, String message) {
        private static Error of(PlanProblem problem) {
            return new Error(problem.line() > 0 ? problem.line() : null, problem.path(), problem.message());
        }

        private String text() {
            return (line == null ? "" : "line " + line + ": ") + (path.isEmpty() ? "" : path + ": ") + message;
        }
    }

    /** @param command as it will run, for people */
    record Step(String id, String description, String command, List<String> dependsOn, Verdict verdict) {
    }

    static PlanCheck of(Path path, ExecutionEngine engine) throws ExecutionException {
        PlanFile file;
        try {
            file = PlanFile.read(path);
        } catch (PlanFileException e) {
            return new PlanCheck(false, e.problems().stream().map(Error::of).toList(), null, null, List.of(), null);
        }
        var plan = fromHere(file.plan());
        var errors = file.located(engine.problems(plan)).stream().map(Error::of).toList();
        var steps = plan.steps().stream().map(step -> new Step(step.id(), step.description(), ExecutionText.commandLine(step.request()),
                step.dependsOn(), engine.verdict(step.request()))).toList();
        return new PlanCheck(errors.isEmpty(), errors, engine.verdict(plan), errors.isEmpty() ? engine.approvalHash(plan) : null, steps, plan);
    }

    /** With the command line as the source of all steps; that is part of what is approved. */
    private static ExecutionPlan fromHere(ExecutionPlan plan) {
        var steps = plan.steps().stream().map(step -> {
            var about = step.request().metadata();
            return new PlanStep(step.id(), step.request().withMetadata(new Metadata("cli", about.tags(), about.conversationId(),
                    about.accountId(), about.description(), about.resources())), step.dependsOn(), step.description());
        }).toList();
        return new ExecutionPlan(plan.id(), plan.description(), plan.strategy(), steps, plan.approval());
    }

    /** Whether nothing helps: a rule of the user's, or read-only mode. */
    boolean refused(boolean readOnly) {
        return verdict != null && (verdict.decision() == Decision.NEVER || readOnly && verdict.effect() != Effect.READ_ONLY);
    }

    /** All errors, on standard error. */
    void printErrors(Path file, PrintStream err) {
        err.println("cloudops: the plan " + DisplayText.line(file.toString()) + " has "
                + (errors.size() == 1 ? "an error" : errors.size() + " errors"));
        errors.forEach(error -> err.println("  " + DisplayText.line(error.text())));
    }

    /** What would run, and what is thought of it. */
    void print(PrintStream out) {
        out.println((plan.description() == null ? "A plan" : DisplayText.line(plan.description())) + " (" + order(plan) + ")");
        for (var step : steps) {
            out.println("  " + step.id() + (step.dependsOn().isEmpty() ? "" : " after " + String.join(", ", step.dependsOn()))
                    + (step.description() == null ? "" : ": " + DisplayText.line(step.description())));
            out.println("      $ " + step.command());
            out.println("      " + DisplayText.line(ExecutionText.risk(step.verdict())));
        }
        ExecutionText.line(out, "risk", ExecutionText.risk(verdict));
        ExecutionText.line(out, "consent", verdict.approvalRequired() ? "needed" : "not needed");
        ExecutionText.line(out, "hash", approvalHash);
    }

    private static String order(ExecutionPlan plan) {
        int size = plan.steps().size();
        return (size == 1 ? "1 step" : size + " steps") + switch (plan.strategy()) {
            case Strategy.Serial serial -> ", one after the other"
                    + (serial.continueOnError() ? ", going on after a failure" : ", up to the first that fails");
            case Strategy.Parallel parallel -> ", at most " + parallel.maxConcurrency() + " at a time";
            case Strategy.Graph graph -> ", each after those it depends on, at most " + graph.maxConcurrency() + " at a time";
        };
    }
}
