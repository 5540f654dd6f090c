package cloudops.execution.internal.process;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import cloudops.execution.Command.AwsCli;

/** The arguments that an {@link AwsCli} command hands to the program {@code aws}; what the caller gave is not given twice. */
public final class AwsCliArguments {

    private AwsCliArguments() {
    }

    /** Without the program. Works for versions 1 and 2 of the CLI; what only one of them knows is set by environment variables. */
    public static List<String> of(AwsCli command, Optional<URI> endpoint) {
        var arguments = new ArrayList<String>();
        arguments.add(command.service());
        arguments.add(command.operation());
        arguments.addAll(command.args());
        addUnlessGiven(arguments, command.args(), "--profile", command.profile());
        addUnlessGiven(arguments, command.args(), "--region", command.region());
        addUnlessGiven(arguments, command.args(), "--endpoint-url", endpoint.map(URI::toString).orElse(null));
        addUnlessGiven(arguments, command.args(), "--output", "json");
        return arguments;
    }

    public static boolean has(String option, List<String> args) {
        return args.stream().map(CliOption::parse).anyMatch(argument -> argument.means(option));
    }

    /** Adds the option to {@code arguments}, unless it is among {@code given} or there is no value for it. */
    public static void addUnlessGiven(List<String> arguments, List<String> given, String option, String value) {
        if (value != null && !has(option, given)) {
            arguments.add(option);
            arguments.add(value);
        }
    }
}
