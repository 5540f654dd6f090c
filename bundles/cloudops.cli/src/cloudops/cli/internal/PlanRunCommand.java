package cloudops.cli.internal;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.concurrent.Callable;

import cloudops.execution.ExecutionEngine;
import cloudops.execution.ExecutionException;
import cloudops.execution.ExecutionPlan;
import cloudops.execution.ExecutionStatus;
import cloudops.execution.PlanListener;
import cloudops.execution.PlanResult;
import cloudops.execution.PlanResult.StepResult;
import cloudops.model.DisplayText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cloudops plan run}. */
@Command(name = "run", description = "Shows a plan, runs it once you approve it, and shows the output of its steps as it comes.")
final class PlanRunCommand implements Callable<Integer> {

    private final Cli cli;

    @Parameters(paramLabel = "FILE", description = "The plan, YAML or JSON.")
    private Path file;

    @Option(names = "--approve", paramLabel = "HASH", description = "Consent to exactly the plan with this hash, as plan check shows it.")
    private String approvedHash;

    PlanRunCommand(Cli cli) {
        this.cli = cli;
    }

    @Override
    public Integer call() throws Exception {
        var engine = cli.service(ExecutionEngine.class);
        var check = PlanCheck.of(file, engine);
        if (!check.valid()) {
            if (cli.json()) {
                cli.print(check);
            }
            check.printErrors(file, cli.console().err());
            return check.refused(cli.readOnly()) ? ExitCode.REFUSED : ExitCode.FAILED;
        }
        if (!cli.json() && cli.progressWanted()) {
            check.print(cli.console().err());
        }
        var approval = check.verdict().approvalRequired()
                ? Consent.obtain(cli, "plan", check.verdict(), check.approvalHash(), approvedHash) : null;
        return run(engine, check.plan().withApproval(approval));
    }

    private int run(ExecutionEngine engine, ExecutionPlan plan) throws Exception {
        try (var signals = new CancelOnSignal(cli.console(), engine, plan.id())) {
            engine.executePlan(plan, cli.json() ? new PlanListener() {
            } : new LivePlan(cli, engine, plan, signals::cancelQuietly));
            signals.begun();
            var result = engine.planResult(plan.id());
            if (cli.json()) {
                cli.print(withOutput(engine, result));
            }
            return reportEnd(result);
        }
    }

    private static PlanResult withOutput(ExecutionEngine engine, PlanResult bare) throws ExecutionException, InterruptedException {
        var steps = new ArrayList<StepResult>();
        for (var step : bare.steps()) {
            steps.add(step.result() == null ? step
                    : new StepResult(step.stepId(), step.status(), engine.result(step.result().id()), step.reason()));
        }
        return new PlanResult(bare.id(), bare.status(), steps, bare.startedAt(), bare.completedAt());
    }

    /** Says on standard error what did not succeed. @return the exit code */
    private int reportEnd(PlanResult result) {
        if (!result.succeeded()) {
            var others = result.steps().stream().filter(step -> !succeeded(step)).map(StepResult::stepId).toList();
            var ending = result.status() == ExecutionStatus.CANCELLED ? "was cancelled" : "failed";
            cli.console().err().println("cloudops: the plan " + ending + ": " + others.size() + " of " + result.steps().size()
                    + " steps did not succeed: " + DisplayText.line(String.join(", ", others)));
        }
        return exitCode(result);
    }

    private static int exitCode(PlanResult result) {
        if (result.succeeded()) {
            return ExitCode.DONE;
        }
        if (result.status() == ExecutionStatus.CANCELLED) {
            return ExitCode.INTERRUPTED;
        }
        return result.steps().stream().anyMatch(PlanRunCommand::succeeded) ? ExitCode.PARTLY : ExitCode.FAILED;
    }

    private static boolean succeeded(StepResult step) {
        return step.result() != null && step.result().succeeded();
    }
}
