package cloudops.cli.internal;

import java.util.concurrent.Callable;

import cloudops.model.DisplayText;
import cloudops.plugins.Plugins;
import picocli.CommandLine.Command;

/** {@code cloudops plugins sites}. */
@Command(name = "sites", description = "Lists the sites that plug-ins come from: those in settings.json ({\"plugins\": {\"sites\": [\"URL\"]}}) "
        + "and the folder plug-in-site of the product.")
final class PluginsSitesCommand implements Callable<Integer> {

    private final Cli cli;

    PluginsSitesCommand(Cli cli) {
        this.cli = cli;
    }

    @Override
    public Integer call() throws Exception {
        var sites = cli.service(Plugins.class).sites();
        if (cli.json()) {
            cli.print(sites);
        } else {
            sites.forEach(site -> cli.console().out().println(DisplayText.line(site.toString())));
        }
        return ExitCode.DONE;
    }
}
