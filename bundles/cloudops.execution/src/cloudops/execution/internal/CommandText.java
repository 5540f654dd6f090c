package cloudops.execution.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import cloudops.execution.Command;
import cloudops.execution.internal.process.AwsCliArguments;

/** Commands as a person would type them, for lists and messages: secrets redacted, control and direction characters made visible. */
public final class CommandText {

    private static final Pattern PLAIN = Pattern.compile("[\\w@%+=:,./*-]+");

    private CommandText() {
    }

    public static String of(Command command) {
        return switch (command) {
            case Command.Exec exec -> join(exec.argv());
            case Command.Script script -> {
                var words = new ArrayList<>(List.of(script.interpreter().program(), script.file().toString()));
                words.addAll(script.args());
                yield join(words);
            }
            case Command.Shell shell -> join(List.of("sh", "-c", shell.script()));
            case Command.AwsCli cli -> {
                var words = new ArrayList<>(List.of("aws", cli.service(), cli.operation()));
                words.addAll(cli.args());
                yield join(addScope(words, cli.profile(), cli.region()));
            }
            case Command.AwsSdk sdk -> {
                var words = new ArrayList<>(List.of("aws", sdk.service(), sdk.operation()));
                if (!"{}".equals(sdk.params())) {
                    words.addAll(List.of("--cli-input-json", sdk.params()));
                }
                yield join(addScope(words, sdk.profile(), sdk.region()));
            }
        };
    }

    private static List<String> addScope(List<String> words, String profile, String region) {
        AwsCliArguments.addUnlessGiven(words, words, "--profile", profile);
        AwsCliArguments.addUnlessGiven(words, words, "--region", region);
        return words;
    }

    private static String join(List<String> words) {
        return Secrets.inCommand(words).stream().map(CommandText::quote).collect(Collectors.joining(" "));
    }

    /** A message or a description without secrets. */
    public static String redact(String text) {
        return Secrets.inText(text);
    }

    /** What stands under a name: {@code ***} when that names a secret. */
    static String redactNamed(String name, String value) {
        return Secrets.isNamed(name) ? Secrets.REDACTED : redact(value);
    }

    /** In single quotes where a shell would need it. */
    public static String quote(String word) {
        if (PLAIN.matcher(word).matches()) {
            return word;
        }
        var visible = new StringBuilder("'");
        word.codePoints().forEach(character -> {
            switch (Character.getType(character)) {
                case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR, Character.SURROGATE ->
                    visible.append(String.format("\\u%04x", character));
                default -> visible.append(character == '\'' ? "'\\''" : Character.toString(character));
            }
        });
        return visible.append('\'').toString();
    }
}
