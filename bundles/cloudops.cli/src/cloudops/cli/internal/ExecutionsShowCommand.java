package cloudops.cli.internal;

import java.util.List;
import java.util.concurrent.Callable;

import com.fasterxml.jackson.annotation.JsonUnwrapped;

import cloudops.execution.ExecutionEngine;
import cloudops.execution.ExecutionRecord;
import cloudops.execution.HistoryFilter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code cloudops executions show}. */
@Command(name = "show", description = "Shows one execution, or a plan with its steps.")
final class ExecutionsShowCommand implements Callable<Integer> {

    private final Cli cli;

    @Parameters(paramLabel = "ID", description = "Its ID, or four or more digits of its beginning.")
    private String id;

    ExecutionsShowCommand(Cli cli) {
        this.cli = cli;
    }

    /** The JSON result. */
    record Shown(@JsonUnwrapped ExecutionRecord entry, List<ExecutionRecord> steps) {
    }

    @Override
    public Integer call() throws Exception {
        var engine = cli.service(ExecutionEngine.class);
        var entry = engine.status(ExecutionIds.find(engine, id));
        var steps = "plan".equals(entry.kind()) ? steps(engine, entry) : null;
        if (cli.json()) {
            cli.print(new Shown(entry, steps));
            return ExitCode.DONE;
        }
        ExecutionText.print(entry, cli.console().out());
        if (steps != null) {
            cli.console().out().println();
            ExecutionsListCommand.table(steps).print(cli.console().out());
        }
        return ExitCode.DONE;
    }

    /** Oldest first. */
    private static List<ExecutionRecord> steps(ExecutionEngine engine, ExecutionRecord plan) throws cloudops.execution.ExecutionException {
        return engine.history(HistoryFilter.plan(plan.id())).reversed().stream().filter(step -> step.planId() != null).toList();
    }
}
