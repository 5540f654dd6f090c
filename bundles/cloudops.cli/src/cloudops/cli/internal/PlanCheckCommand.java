package cloudops.cli.internal;

import java.nio.file.Path;
import java.util.concurrent.Callable;

import cloudops.execution.ExecutionEngine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code cloudops plan check}. */
@Command(name = "check", description = "Says everything that is wrong with a plan file, by line, or what it would run. Runs nothing.")
final class PlanCheckCommand implements Callable<Integer> {

    private final Cli cli;

    @Parameters(paramLabel = "FILE", description = "The plan, YAML or JSON.")
    private Path file;

    PlanCheckCommand(Cli cli) {
        this.cli = cli;
    }

    @Override
    public Integer call() throws Exception {
        var check = PlanCheck.of(file, cli.service(ExecutionEngine.class));
        if (cli.json()) {
            cli.print(check);
        } else if (check.valid()) {
            check.print(cli.console().out());
        }
        if (!check.valid()) {
            check.printErrors(file, cli.console().err());
        }
        return check.valid() ? ExitCode.DONE : check.refused(cli.readOnly()) ? ExitCode.REFUSED : ExitCode.FAILED;
    }
}
