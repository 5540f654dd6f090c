package cloudops.cli.internal;

import java.util.concurrent.Callable;

import cloudops.execution.ExecutionEngine;
import cloudops.model.DisplayText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code cloudops executions cancel}. */
@Command(name = "cancel", description = "Ends an execution with all its children, or a plan with all its steps, whichever process runs it.")
final class ExecutionsCancelCommand implements Callable<Integer> {

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
            engine.cancel(before.id()); // waits a while for the other process
        }
        var now = engine.status(before.id());
        if (cli.json()) {
            cli.print(now);
        } else {
            cli.say((before.status().ended() ? "It was over already: " : now.status().ended() ? "" : "It has been told to end: ")
                    + ExecutionText.status(now.status()) + "  " + DisplayText.line(now.command()));
        }
        return now.status().ended() ? ExitCode.DONE : ExitCode.FAILED;
    }
}
