package cloudops.cli.internal;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import cloudops.execution.ExecutionEngine;
import cloudops.execution.ExecutionEngine.OutputListener;
import cloudops.execution.ExecutionEngine.Stream;
import cloudops.execution.ExecutionRecord;
import cloudops.execution.ExecutionResult;
import cloudops.execution.HistoryFilter;
import cloudops.model.DisplayText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code cloudops executions cancel}. */
@Command(name = "cancel", description = "Ends an execution with all its children, or a plan with all its steps, whichever process runs it.")
final class ExecutionsCancelCommand implements Callable<Integer> {

    private static final long LIMIT_S = 10;

    private final Cli cli;

    @Parameters(paramLabel = "ID", description = "Its ID, or four or more digits of its beginning.")
    private String id;

    ExecutionsCancelCommand(Cli cli) {
        this.cli = cli;
    }

    @Override
    public Integer call() throws Exception {
        var engine = cli.service(ExecutionEngine.class);
        var before = engine.status(ExecutionIds.find(engine, id));
        if (!before.status().ended()) {
            engine.cancel(before.id());
            awaitEnd(engine, before);
        }
        var now = engine.status(before.id());
        if (cli.json()) {
            cli.print(now);
        } else {
            cli.say((before.status().ended() ? "It was over already: " : now.status().ended() ? "It is over: " : "It has been told to end, and is still ")
                    + ExecutionText.status(now.status()) + "  " + DisplayText.line(now.command()));
        }
        return now.status().ended() ? ExitCode.DONE : ExitCode.FAILED;
    }

    /** Returns when it has ended, or after a while. */
    private static void awaitEnd(ExecutionEngine engine, ExecutionRecord entry) throws Exception {
        var running = "plan".equals(entry.kind())
                ? engine.history(HistoryFilter.plan(entry.id())).stream().filter(step -> step.planId() != null && !step.status().ended()).toList()
                : List.of(entry);
        for (var one : running) {
            var end = new End();
            try (var subscription = engine.output(one.id(), end)) {
                end.reached.get(LIMIT_S, TimeUnit.SECONDS);
            } catch (TimeoutException e) {
                return; // its state says so
            }
        }
    }

    /** Waits for the end only. */
    private static final class End implements OutputListener {

        private final CompletableFuture<Void> reached = new CompletableFuture<>();

        @Override
        public void line(Stream stream, String line) {
            // not asked for
        }

        @Override
        public void ended(ExecutionResult result) {
            reached.complete(null);
        }
    }
}
