package cloudops.cli.internal;

import java.time.Instant;
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

    private static final String VALIDATE = "cloudops profiles validate";

    private final Cli cli;

    @Parameters(arity = "0..*", paramLabel = "PROFILE", description = "Profiles; all without any.")
    private List<String> names = List.of();

    ProfilesValidateCommand(Cli cli) {
        this.cli = cli;
    }

    /**
     * One of the results; either account and principal are there, or the error.
     *
     * @param expires when the credentials end; null when they do not, or do not tell
     * @param problem the typed cause: {@code EXPIRED_TOKEN}
     * @param remedy what mends it; null when we do not know
     */
    record Validation(String profile, boolean valid, String accountId, String principal, Instant expires, AwsException.Problem problem,
            String error, String remedy) {
    }

    @Override
    public Integer call() throws Exception {
        var profiles = cli.service(Profiles.class);
        var asked = names.isEmpty() ? profiles.list().stream().map(AwsProfile::name).toList() : names;
        var results = new ArrayList<Validation>();
        for (var name : asked) {
            results.add(validate(profiles, name));
        }
        if (cli.json()) {
            cli.print(results);
        } else {
            print(results);
        }
        long valid = results.stream().filter(Validation::valid).count();
        return valid == results.size() ? ExitCode.DONE : valid == 0 ? ExitCode.FAILED : ExitCode.PARTLY;
    }

    private static Validation validate(Profiles profiles, String name) throws InterruptedException {
        try {
            var identity = profiles.identity(name);
            return new Validation(name, true, identity.accountId(), identity.principalArn(), identity.expires(), null, null, null);
        } catch (AwsException e) {
            var failure = Failure.of(e);
            var remedy = VALIDATE.equals(failure.remedy()) ? null : failure.remedy(); // that is what the user does
            return new Validation(name, false, null, null, null, e.problem(), failure.message(), remedy);
        }
    }

    /** What is valid as a table; why the others are not, below it. */
    private void print(List<Validation> results) {
        var table = new Table("PROFILE", "ACCOUNT", "EXPIRES", "PRINCIPAL");
        results.stream().filter(Validation::valid)
                .forEach(result -> table.row(result.profile(), result.accountId(),
                        result.expires() == null ? null : ExecutionText.time(result.expires()), result.principal()));
        if (!table.isEmpty()) {
            table.print(cli.console().out());
        }
        results.stream().filter(result -> !result.valid())
                .forEach(result -> new Failure(ExitCode.FAILED, result.profile() + ": " + result.error(), result.remedy()).print(cli.console()));
    }
}
