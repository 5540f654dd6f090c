package cloudops.cli.internal;

import java.util.Map;
import java.util.concurrent.Callable;

import cloudops.aws.KeyPairs;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code cloudops keys remove-aws}. */
@Command(name = "remove-aws", description = { "Removes an AWS key pair from the keychain.", "In AWS it stays valid until it is deleted there." })
final class KeysRemoveAwsCommand implements Callable<Integer> {

    private final Cli cli;

    @Parameters(paramLabel = "NAME", description = "The profile.")
    private String name;

    KeysRemoveAwsCommand(Cli cli) {
        this.cli = cli;
    }

    @Override
    public Integer call() throws Exception {
        if (cli.readOnly()) {
            throw new CliException(ExitCode.REFUSED, "not removed: read-only", null);
        }
        cli.service(KeyPairs.class).remove(name);
        if (cli.json()) {
            cli.print(Map.of("removed", name));
        } else {
            cli.console().out().println("Removed from the keychain.");
        }
        return ExitCode.DONE;
    }
}
