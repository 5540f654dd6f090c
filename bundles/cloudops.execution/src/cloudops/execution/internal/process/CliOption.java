package cloudops.execution.internal.process;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

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

    /** Everything that {@code args} give for an option, in any spelling; an option at the very end has no value. */
    public static List<String> values(String option, List<String> args) {
        var values = new ArrayList<String>();
        for (int i = 0; i < args.size(); i++) {
            var argument = parse(args.get(i));
            if (argument.means(option)) {
                argument.value().or(next(args, i)).ifPresent(values::add);
            }
        }
        return values;
    }

    private static Supplier<Optional<String>> next(List<String> args, int index) {
        return () -> index + 1 < args.size() ? Optional.of(args.get(index + 1)) : Optional.empty();
    }

    /** Whether the CLI may take this for {@code option}: it accepts every unambiguous beginning of a name. */
    public boolean means(String option) {
        return name.length() >= SHORTEST_ABBREVIATION && option.startsWith(name);
    }
}
