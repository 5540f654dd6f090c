package cloudops.execution.internal.process;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

import cloudops.execution.Command;
import cloudops.execution.Command.AwsCli;
import cloudops.execution.ExecutionRequest;
import cloudops.execution.internal.process.Launch.SignIn;
import cloudops.execution.spi.ProfileVariables;
import cloudops.execution.spi.RunFailedException;

/**
 * Lets processes use the AWS profile that they are to use: one that the AWS CLI does not know, in the place of whose name they get the credentials;
 * and one whose credentials come from where this program runs.
 */
public final class Profiles {

    private static final String OPTION = "--profile", VARIABLE = "AWS_PROFILE", FIRST_VARIABLE = "AWS_DEFAULT_PROFILE", DEFAULT = "default";

    private final ProfileVariables source;

    public Profiles(ProfileVariables source) {
        this.source = source;
    }

    /**
     * @param variables of the process
     * @return empty when the command names no such profile
     * @throws IOException when that cannot be told, with a message for people
     */
    Optional<SignIn> signIn(Command command, SortedMap<String, String> variables) throws IOException {
        var profile = profile(command, variables);
        return profile == null ? Optional.empty() : source.find(profile).map(credentials -> new SignIn(profile, credentials));
    }

    /** Adds what the profile of the command takes its credentials from; what the request says itself stays. */
    void addSurroundings(ExecutionRequest request, SortedMap<String, String> variables) {
        var profile = request.command() instanceof Command.AwsSdk ? null : profile(request.command(), variables);
        if (profile != null) {
            source.surroundings(profile).forEach((name, value) -> {
                if (!request.env().containsKey(name)) {
                    variables.put(name, value);
                }
            });
        }
    }

    /** As the AWS CLI decides; null for none. */
    private static String profile(Command command, SortedMap<String, String> variables) {
        return switch (command) {
            case AwsCli cli when AwsCliArguments.has(OPTION, cli.args()) -> fullySpelled(cli.args());
            case AwsCli cli when cli.profile() != null -> cli.profile();
            case AwsCli cli -> ofVariables(variables);
            case Command.AwsSdk sdk -> sdk.profile() == null ? DEFAULT : sdk.profile();
            case Command.Exec exec -> ofVariables(variables);
            case Command.Script script -> ofVariables(variables);
            case Command.Shell shell -> ofVariables(variables);
        };
    }

    /** Keys count more than a profile, and of two variables the older one. */
    private static String ofVariables(SortedMap<String, String> variables) {
        return variables.getOrDefault("AWS_ACCESS_KEY_ID", "").isEmpty() ? variables.getOrDefault(FIRST_VARIABLE, variables.get(VARIABLE)) : null;
    }

    /** The last one counts. An abbreviation may be another option's: that is left to the CLI, which does not find the profile. */
    private static String fullySpelled(List<String> args) {
        String found = null;
        for (int i = 0; i < args.size(); i++) {
            var option = CliOption.parse(args.get(i));
            if (option.name().equals(OPTION)) {
                found = option.value().orElse(i + 1 < args.size() ? args.get(i + 1) : null);
            }
        }
        return found;
    }

    /** The same call without a word about a profile. */
    static AwsCli withoutProfile(AwsCli cli) {
        var args = new ArrayList<String>();
        for (int i = 0; i < cli.args().size(); i++) {
            var option = CliOption.parse(cli.args().get(i));
            if (!option.name().equals(OPTION)) {
                args.add(cli.args().get(i));
            } else if (option.value().isEmpty()) {
                i++;
            }
        }
        return new AwsCli(cli.service(), cli.operation(), args, null, cli.region());
    }

    /** Adds the secrets, for a process that is about to start. @throws RunFailedException when they are not to be had */
    public Launch signedIn(Launch launch) throws RunFailedException {
        var signIn = launch.signIn();
        if (signIn == null || launch.problem() != null) {
            return launch;
        }
        try {
            var all = new TreeMap<>(launch.variables());
            source.variables(signIn.profile(), signIn.credentials()).forEach((name, value) -> {
                if (name.endsWith("_REGION")) {
                    all.putIfAbsent(name, value); // a region that the request or the user names counts more than the profile's
                } else {
                    all.put(name, value);
                }
            });
            return launch.signedIn(all);
        } catch (IOException e) {
            throw new RunFailedException(e.getMessage(), e);
        }
    }
}
