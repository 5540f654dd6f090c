package cloudops.cli.internal;

import java.util.concurrent.Callable;

import cloudops.execution.ExecutionEngine;
import cloudops.execution.ExecutionRecord;
import cloudops.execution.ExecutionStatus;
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
        boolean over = before.status().ended() && before.status() != ExecutionStatus.INTERRUPTED; // what died may have left processes
        if (!over) {
            engine.cancel(before.id()); // waits a while for the other process
        }
        var now = engine.status(before.id());
        if (cli.json()) {
            cli.print(now);
        } else {
            cli.say(outcome(before, now) + ExecutionText.status(now.status()) + "  " + DisplayText.line(now.command()));
        }
        return now.status().ended() ? ExitCode.DONE : ExitCode.FAILED;
    }

    private static String outcome(ExecutionRecord before, ExecutionRecord now) {
        if (!now.status().ended()) {
            return "It has been told to end: ";
        }
        if (!before.status().ended()) {
            return "";
        }
        return before.equals(now) ? "It was over already: " : "What it had left running was ended: "; // its error named the processes
    }
}
