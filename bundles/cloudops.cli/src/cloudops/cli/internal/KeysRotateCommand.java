package cloudops.cli.internal;

import java.util.concurrent.Callable;

import cloudops.storage.HomeKeys;
import picocli.CommandLine.Command;

/** {@code cloudops keys rotate}. */
@Command(name = "rotate", description = { "Encrypts every record anew under a new key, and drops the old one.",
    "Other processes read and write on meanwhile. Cut short, it is continued by the next call." })
final class KeysRotateCommand implements Callable<Integer> {

    private final Cli cli;

    KeysRotateCommand(Cli cli) {
        this.cli = cli;
    }

    @Override
    public Integer call() throws Exception {
        if (cli.readOnly()) {
            throw new CliException(ExitCode.REFUSED, "not rotated: read-only", null);
        }
        boolean bar = cli.progressWanted() && cli.console().errIsTerminal();
        var rotation = cli.service(HomeKeys.class).rotate((done, total) -> {
            if (bar) {
                cli.console().err().print("\r" + done + " of " + total + " records encrypted anew");
            }
        });
        if (bar) {
            cli.console().err().println();
        }
        if (cli.json()) {
            cli.print(rotation);
        } else {
            cli.console().out()
                    .println("Key version " + rotation.version() + ": " + rotation.rewritten() + " records encrypted anew, older keys dropped.");
        }
        if (rotation.damaged() > 0) {
            cli.console().err().println("cloudops: " + rotation.damaged() + " damaged records were left alone: they decrypt with no key");
            cli.console().err().println("  try: scan again, which writes them anew");
            return ExitCode.PARTLY;
        }
        return ExitCode.DONE;
    }
}
