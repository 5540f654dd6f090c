package cloudops.execution.internal.process;

import java.util.Optional;

/**
 * An argument of the AWS CLI read as an option.
 *
 * @param name {@code --region}, perhaps abbreviated; any other text for what is no option
 * @param value of {@code --region=value}
 */
public record CliOption(String name, Optional<String> value) {

    /** Two dashes and a letter: {@code --e} can only mean {@code --endpoint-url}. */
    private static final int SHORTEST_ABBREVIATION = 3;

    public static CliOption parse(String argument) {
        int equals = argument.startsWith("--") ? argument.indexOf('=') : -1;
        return equals < 0 ? new CliOption(argument, Optional.empty())
                : new CliOption(argument.substring(0, equals), Optional.of(argument.substring(equals + 1)));
    }

    /** Whether the CLI may take this for {@code option}: it accepts every unambiguous beginning of a name. */
    public boolean means(String option) {
        return name.length() >= SHORTEST_ABBREVIATION && option.startsWith(name);
    }
}
