package cloudops.playbooks;

import java.util.List;
import java.util.regex.Pattern;

/** What the AWS CLI makes of an argument beyond passing it on; nothing that comes from a playbook or a server may use it. */
public final class CliArguments {

    /**
     * Options of the CLI itself: they decide whose credentials go where and what is read from files. {@code --region} is not among them: a
     * plan names it. From the "Global options" of the AWS CLI's command reference and the options that every operation has.
     */
    private static final List<String> OF_THE_USER = List.of("--debug", "--endpoint-url", "--no-verify-ssl", "--no-paginate", "--output",
            "--query", "--profile", "--version", "--color", "--no-sign-request", "--ca-bundle", "--cli-read-timeout",
            "--cli-connect-timeout", "--cli-binary-format", "--no-cli-pager", "--cli-auto-prompt", "--no-cli-auto-prompt",
            "--cli-input-json", "--cli-input-yaml", "--cli-error-format", "--generate-cli-skeleton");

    /** The CLI replaces such a value by what it reads there (its "parameter files"; version 1 also fetches URLs). */
    private static final Pattern READ_FROM_ELSEWHERE = Pattern.compile("(?is)(file|fileb|https?)://.*");

    private CliArguments() {
    }

    /** Whether {@code argument} is, or may be taken for an abbreviation of, an option that only the user may set. */
    public static boolean belongsToUser(String argument) {
        var equals = argument.indexOf('=');
        var option = equals < 0 ? argument : argument.substring(0, equals);
        return option.startsWith("-") && OF_THE_USER.stream().anyMatch(each -> each.startsWith(option));
    }

    /** Whether the CLI would read {@code value} from a file or the network instead of passing it. */
    public static boolean readsElsewhere(String value) {
        return READ_FROM_ELSEWHERE.matcher(value).matches();
    }
}
