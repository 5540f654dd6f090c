package cloudops.cli.internal;

import java.util.Map;
import java.util.concurrent.Callable;

import cloudops.model.DisplayText;
import cloudops.storage.HomeKeys;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code cloudops keys destroy}. */
@Command(name = "destroy", description = { "Destroys all keys of this home, so that its store, history and logs can never be read again.",
    "Copies of the folder keys/ made before, in backups too, are copies of the keys: destroy them as well." })
final class KeysDestroyCommand implements Callable<Integer> {

    private static final String WORD = "destroy";

    private final Cli cli;

    @Option(names = "--yes", description = "Do not ask.")
    private boolean yes;

    KeysDestroyCommand(Cli cli) {
        this.cli = cli;
    }

    @Override
    public Integer call() throws Exception {
        if (cli.readOnly()) {
            throw new CliException(ExitCode.REFUSED, "not destroyed: read-only", null);
        }
        var keys = cli.service(HomeKeys.class);
        if (!yes) {
            confirm(keys.status().records().values().stream().mapToLong(Long::longValue).sum());
        }
        keys.destroy();
        if (cli.json()) {
            cli.print(Map.of("destroyed", true));
        } else {
            cli.console().out().println("Destroyed. Nothing that this home has encrypted can be read any more.");
            cli.say("End other processes that use this home: they keep what they have read in memory.");
        }
        return ExitCode.DONE;
    }

    private void confirm(long records) throws CliException {
        var home = DisplayText.line(cli.environment().home().toString());
        if (!Consent.canAsk(cli)) {
            throw new CliException(ExitCode.REFUSED, "not destroyed: there is nobody to ask", "cloudops keys destroy --yes");
        }
        var typed = cli.console().ask(records + " records, the history and all logs of " + home
                + " will be unreadable for ever. Type \"" + WORD + "\" to go on: ");
        if (!typed.orElse("").strip().equals(WORD)) {
            throw new CliException(ExitCode.REFUSED, "not destroyed", null);
        }
    }
}
