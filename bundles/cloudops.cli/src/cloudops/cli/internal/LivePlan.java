package cloudops.cli.internal;

import java.io.PrintStream;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

import cloudops.execution.ExecutionEngine;
import cloudops.execution.ExecutionEngine.OutputListener;
import cloudops.execution.ExecutionEngine.Stream;
import cloudops.execution.ExecutionException;
import cloudops.execution.ExecutionPlan;
import cloudops.execution.ExecutionPlan.Strategy;
import cloudops.execution.ExecutionResult;
import cloudops.execution.ExecutionStatus;
import cloudops.execution.PlanListener;
import cloudops.execution.PlanResult.StepResult;
import cloudops.execution.PlanStep;
import cloudops.model.DisplayText;

/**
 * Shows a running plan: on standard error each step as it starts and as it ends, on its own stream what it prints. Where several steps may run
 * at once, each line says whose it is.
 */
final class LivePlan implements PlanListener {

    /** For what is still to be written of a step that has ended; less than a plan has after Ctrl-C. */
    private static final long OUTPUT_LIMIT_S = 2;

    private final Cli cli;
    private final ExecutionEngine engine;
    private final boolean severalAtOnce;
    private final Runnable readerGone;
    private final Map<String, CompletableFuture<ExecutionResult>> ends = new ConcurrentHashMap<>();

    /** @param readerGone as in {@link LiveOutput} */
    LivePlan(Cli cli, ExecutionEngine engine, ExecutionPlan plan, Runnable readerGone) {
        this.cli = cli;
        this.engine = engine;
        this.readerGone = readerGone;
        severalAtOnce = plan.steps().size() > 1 && switch (plan.strategy()) {
            case Strategy.Serial serial -> false;
            case Strategy.Parallel parallel -> parallel.maxConcurrency() > 1;
            case Strategy.Graph graph -> graph.maxConcurrency() > 1;
        };
    }

    @Override
    public void stepStarted(PlanStep step) {
        cli.say("[" + step.id() + "] $ " + ExecutionText.commandLine(step.request()));
        var live = new LiveOutput(cli.console(), readerGone);
        try {
            engine.output(step.request().id(), severalAtOnce ? new Named(step.id(), live) : live);
            ends.put(step.id(), live.end());
        } catch (ExecutionException e) {
            cli.console().err().println("cloudops: the output of " + step.id() + " cannot be shown: " + DisplayText.line(e.getMessage()));
        }
    }

    /** Comes after the step's output, and so does the next step's start, unless the reader is slow. */
    @Override
    public void stepEnded(StepResult step, int done, int total) {
        var end = ends.remove(step.stepId());
        if (end != null) {
            // the plan waits meanwhile: a reader that has stopped reading must not hold it up for ever
            end.copy().completeOnTimeout(null, OUTPUT_LIMIT_S, TimeUnit.SECONDS).join();
        }
        cli.say("[" + step.stepId() + "] " + DisplayText.line(ending(step)) + " (" + done + "/" + total + ")");
    }

    private static String ending(StepResult step) {
        var result = step.result();
        if (result == null) {
            return ExecutionText.status(step.status()) + (step.reason() == null ? "" : ": " + step.reason());
        }
        if (result.status() == ExecutionStatus.COMPLETED) {
            return result.exitCode() == 0 ? "done" : "failed with exit code " + result.exitCode();
        }
        return ExecutionText.status(result.status()) + (result.error() == null ? "" : ": " + result.error());
    }

    /** Lines with the step's ID in front. */
    private final class Named implements OutputListener {

        private final String step;
        private final LiveOutput live;

        private Named(String step, LiveOutput live) {
            this.step = step;
            this.live = live;
        }

        @Override
        public void line(Stream stream, String line) {
            var console = cli.console();
            PrintStream out = stream == Stream.STDOUT ? console.out() : console.err();
            out.println("[" + step + "] " + (console.isTerminal(stream) ? DisplayText.block(line) : line));
            if (stream == Stream.STDOUT && out.checkError()) {
                readerGone.run();
            }
        }

        @Override
        public void ended(ExecutionResult result) {
            live.ended(result);
        }
    }
}
