package cloudops.cli.internal;

import java.util.concurrent.Callable;

import cloudops.plugins.Plugins;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code cloudops plugins install}. */
@Command(name = "install", description = "Installs a plug-in, or brings it to the newest version. The next scan uses it.")
final class PluginsInstallCommand implements Callable<Integer> {

    private final Cli cli;

    @Parameters(paramLabel = "ID", description = "Its ID, or the last part of that: dynamodb.")
    private String id;

    @Mixin
    private PluginSiteOption from;

    @Mixin
    private PluginTrustOptions options;

    PluginsInstallCommand(Cli cli) {
        this.cli = cli;
    }

    @Override
    public Integer call() throws Exception {
        var change = cli.service(Plugins.class).install(id, from.site(), options.trust(), warning -> PluginTrustOptions.warn(cli, warning));
        if (cli.json()) {
            cli.print(change);
        } else {
            cli.console().out().println(PluginText.of(change));
        }
        return ExitCode.DONE;
    }
}
