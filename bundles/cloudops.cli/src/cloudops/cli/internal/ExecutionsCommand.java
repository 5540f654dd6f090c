package cloudops.cli.internal;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code cloudops executions}. */
@Command(name = "executions", description = "What was run from this home, by whichever process: its state, its output, its end.")
final class ExecutionsCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing: list, show, logs or cancel");
    }
}
