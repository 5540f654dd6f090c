package cloudops.cli.internal;

import java.util.concurrent.Callable;

import cloudops.plugins.Plugins;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code cloudops plugins remove}. */
@Command(name = "remove", description = "Takes a plug-in out. What its scans found stays in the estate.")
final class PluginsRemoveCommand implements Callable<Integer> {

    private final Cli cli;

    @Parameters(paramLabel = "ID", description = "Its ID, or the last part of that: dynamodb.")
    private String id;

    PluginsRemoveCommand(Cli cli) {
        this.cli = cli;
    }

    @Override
    public Integer call() throws Exception {
        var change = cli.service(Plugins.class).remove(id);
        if (cli.json()) {
            cli.print(change);
        } else {
            cli.console().out().println(PluginText.of(change));
        }
        return ExitCode.DONE;
    }
}
