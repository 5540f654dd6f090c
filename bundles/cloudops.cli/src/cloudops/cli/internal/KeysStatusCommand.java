package cloudops.cli.internal;

import java.util.concurrent.Callable;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;

import cloudops.storage.HomeKeys;
import picocli.CommandLine.Command;

/** {@code cloudops keys status}. */
@Command(name = "status", description = "Says what opens the keys, and how many records are encrypted with which.")
final class KeysStatusCommand implements Callable<Integer> {

    private final Cli cli;

    KeysStatusCommand(Cli cli) {
        this.cli = cli;
    }

    /** The JSON result. */
    record Shown(String home, @JsonUnwrapped HomeKeys.Status status, @JsonProperty boolean rotating) {
    }

    @Override
    public Integer call() throws Exception {
        var status = cli.service(HomeKeys.class).status();
        if (cli.json()) {
            cli.print(new Shown(cli.environment().home().toString(), status, status.rotating()));
            return ExitCode.DONE;
        }
        var out = cli.console().out();
        if (status.method() == null) {
            out.println("This home has no keys: they are made when something is first encrypted.");
        } else {
            out.println("Opened by the " + (status.method().equals("keychain") ? "system's keychain" : "passphrase"));
            out.println("Key version " + status.version() + (status.rotating() ? ", and older ones: a rotation is not done" : ""));
        }
        status.records().forEach((version, count) -> out.println("Records under version " + version + ": " + count));
        if (status.rotating()) {
            cli.console().err().println("  try: cloudops keys rotate, which continues it");
        }
        return ExitCode.DONE;
    }
}
