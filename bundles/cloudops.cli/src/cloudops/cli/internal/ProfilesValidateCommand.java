package cloudops.cli.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

import cloudops.aws.AwsException;
import cloudops.aws.AwsProfile;
import cloudops.aws.Profiles;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code cloudops profiles validate}. */
@Command(name = "validate", description = "Asks AWS who each profile is.")
final class ProfilesValidateCommand implements Callable<Integer> {

    private final Cli cli;

    @Parameters(arity = "0..*", paramLabel = "PROFILE", description = "Profiles; all without any.")
    private List<String> names = List.of();

    ProfilesValidateCommand(Cli cli) {
        this.cli = cli;
    }

    /** One line of the result; either account and principal are there, or the error. */
    record Validation(String profile, boolean valid, String accountId, String principal, String error) {
    }

    @Override
    public Integer call() throws Exception {
        var profiles = cli.service(Profiles.class);
        var asked = names.isEmpty() ? profiles.list().stream().map(AwsProfile::name).toList() : names;
        var results = new ArrayList<Validation>();
        for (var name : asked) {
            try {
                var identity = profiles.identity(name);
                results.add(new Validation(name, true, identity.accountId(), identity.principalArn(), null));
            } catch (AwsException e) {
                results.add(new Validation(name, false, null, null, e.getMessage()));
            }
        }
        if (cli.json()) {
            cli.print(results);
        } else {
            var table = new Table("PROFILE", "ACCOUNT", "PRINCIPAL");
            results.forEach(r -> table.row(r.profile(), r.accountId(), r.valid() ? r.principal() : r.error()));
            table.print(cli.console().out());
        }
        long valid = results.stream().filter(Validation::valid).count();
        return valid == results.size() ? ExitCode.DONE : valid == 0 ? ExitCode.FAILED : ExitCode.PARTLY;
    }
}
