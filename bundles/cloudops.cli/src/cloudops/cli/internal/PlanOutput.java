package cloudops.cli.internal;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import cloudops.agent.ServerResponse.Step;
import cloudops.execution.ExecutionEngine.Stream;
import cloudops.model.DisplayText;
import cloudops.request.RequestBuilder.PlanListener;

/** Shows a running plan: each step as it starts and its output as it comes. */
final class PlanOutput implements PlanListener {

    private final PrintStream out;
    private final List<UUID> executions = new ArrayList<>();

    PlanOutput(PrintStream out) {
        this.out = out;
    }

    @Override
    public synchronized void stepStarted(Step step, UUID executionId) {
        executions.add(executionId);
        out.println("$ " + PlanText.commandLine(step));
    }

    /** Those that were started, in their order. */
    synchronized List<UUID> executions() {
        return List.copyOf(executions);
    }

    @Override
    public synchronized void line(Stream stream, String line) {
        out.println("  " + DisplayText.line(line));
    }
}
