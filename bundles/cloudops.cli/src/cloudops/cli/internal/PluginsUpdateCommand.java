package cloudops.cli.internal;

import java.util.Optional;
import java.util.concurrent.Callable;

import cloudops.plugins.Plugins;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code cloudops plugins update}. */
@Command(name = "update", description = "Brings plug-ins to the newest version that their sites offer.")
final class PluginsUpdateCommand implements Callable<Integer> {

    private final Cli cli;

    @Parameters(paramLabel = "ID", arity = "0..1", description = "The only one to update.")
    private String id;

    @Mixin
    private PluginSiteOption from;

    @Mixin
    private PluginTrustOptions options;

    PluginsUpdateCommand(Cli cli) {
        this.cli = cli;
    }

    @Override
    public Integer call() throws Exception {
        var changes = cli.service(Plugins.class).update(Optional.ofNullable(id), from.site(), options.trust(),
                warning -> PluginTrustOptions.warn(cli, warning));
        if (cli.json()) {
            cli.print(changes);
        } else {
            changes.forEach(change -> cli.console().out().println(PluginText.of(change)));
            if (changes.isEmpty()) {
                cli.say("No plug-in is installed.");
            }
        }
        return ExitCode.DONE;
    }
}
