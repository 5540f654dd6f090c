package cloudops.cli.internal;

import java.util.concurrent.Callable;

import cloudops.aws.AccessKey;
import cloudops.aws.AwsProfile;
import cloudops.aws.KeyPairs;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cloudops keys add-aws}. */
@Command(name = "add-aws", description = { "Puts an AWS access key pair into the system's keychain, as a profile for all commands.",
    "You are asked for it; elsewhere than on a terminal it is read from standard input: the ID and the secret, a line each (a session",
    "token on a third), or the JSON of 'aws iam create-access-key' or 'aws sts get-session-token'." },
        footer = { "", "Processes get the pair in their environment, and only those that run with this profile.", "", "Examples:",
            "  cloudops keys add-aws audit --region eu-west-1",
            "  aws iam create-access-key --user-name audit | cloudops keys add-aws audit" })
final class KeysAddAwsCommand implements Callable<Integer> {

    private final Cli cli;

    @Parameters(paramLabel = "NAME", description = "The profile; none that is in the AWS files.")
    private String name;

    @Option(names = "--region", paramLabel = "REGION", description = "Its default region.")
    private String region;

    @Option(names = "--session-token", description = "Ask for a session token, too.")
    private boolean sessionToken;

    @Option(names = "--fd", paramLabel = "N", description = "Read it from this file descriptor instead of standard input.")
    private Integer descriptor;

    @Option(names = "--replace", description = "Take the place of an earlier one of this name.")
    private boolean replace;

    KeysAddAwsCommand(Cli cli) {
        this.cli = cli;
    }

    @Override
    public Integer call() throws Exception {
        if (cli.readOnly()) {
            throw new CliException(ExitCode.REFUSED, "not added: read-only", null);
        }
        try (var key = input()) {
            cli.service(KeyPairs.class).add(name, region, key, replace);
        }
        if (cli.json()) {
            cli.print(new AwsProfile(name, region, "keychain"));
        } else {
            cli.console().out().println("The key pair is in the system's keychain.");
            cli.say("Ask AWS whether it is valid: cloudops profiles validate " + name);
        }
        return ExitCode.DONE;
    }

    private AccessKey input() throws CliException {
        var input = new AccessKeyInput(cli.console());
        if (descriptor != null) {
            return input.ofDescriptor(descriptor);
        }
        return cli.console().terminal() ? input.typed(sessionToken) : input.ofStandardInput();
    }
}
