package cloudops.cli.internal;

import java.util.concurrent.Callable;

import cloudops.aws.KeyPairs;
import picocli.CommandLine.Command;

/** {@code cloudops keys list-aws}. */
@Command(name = "list-aws", description = "Lists the AWS key pairs that were put into the keychain from this home.")
final class KeysListAwsCommand implements Callable<Integer> {

    private final Cli cli;

    KeysListAwsCommand(Cli cli) {
        this.cli = cli;
    }

    @Override
    public Integer call() throws Exception {
        var pairs = cli.service(KeyPairs.class).list();
        if (cli.json()) {
            cli.print(pairs);
        } else if (pairs.isEmpty()) {
            cli.say("No AWS key pairs in the keychain. Add one with: cloudops keys add-aws NAME");
        } else {
            var table = new Table("PROFILE", "REGION");
            pairs.forEach(pair -> table.row(pair.name(), pair.region()));
            table.print(cli.console().out());
        }
        return ExitCode.DONE;
    }
}
