package cloudops.cli.internal;

import java.util.concurrent.Callable;

import cloudops.aws.Profiles;
import picocli.CommandLine.Command;

/** {@code cloudops profiles list}. */
@Command(name = "list", description = "Lists the AWS profiles of this machine.")
final class ProfilesListCommand implements Callable<Integer> {

    private final Cli cli;

    ProfilesListCommand(Cli cli) {
        this.cli = cli;
    }

    @Override
    public Integer call() throws Exception {
        var profiles = cli.service(Profiles.class).list();
        if (cli.json()) {
            cli.print(profiles);
        } else if (profiles.isEmpty()) {
            cli.say("No AWS profiles in " + cli.environment().awsConfigFile() + ". Make one with: aws configure --profile NAME");
        } else {
            var table = new Table("PROFILE", "REGION", "CREDENTIALS");
            profiles.forEach(profile -> table.row(profile.name(), profile.region(), profile.kind()));
            table.print(cli.console().out());
        }
        return ExitCode.DONE;
    }
}
