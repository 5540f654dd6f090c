package cloudops.execution.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

import cloudops.execution.Command;
import cloudops.execution.internal.process.AwsCliArguments;

/** Commands as a person would type them, for lists and messages: secrets redacted, control and direction characters made visible. */
public final class CommandText {

    private static final String REDACTED = "***";
    /** Names have a bounded length, so that the time stays linear whatever the text: an argument may have megabytes. */
    private static final String SECRET_WORD = "(?:password|passwd|passphrase|secret|token|api[-_]?key|private[-_]?key"
            + "|access[-_]?key(?![-_]?id)|credential)[\\w.-]{0,100}";
    private static final String SECRET_NAME = "[\\w.-]{0,100}" + SECRET_WORD;
    private static final Pattern SECRET_OPTION = Pattern.compile("(?i)--?" + SECRET_NAME);
    private static final Pattern ASSIGNMENT = Pattern.compile("(?i)(" + SECRET_WORD + "\\s*=\\s*)[^\\s,;&}]+");
    private static final Pattern JSON_MEMBER = Pattern.compile("(?i)(\"" + SECRET_NAME + "\"\\s*:\\s*)\"(?:\\\\.|[^\"\\\\])*+\"");
    private static final Pattern ACCESS_KEY_ID = Pattern.compile("\\b(?:AKIA|ASIA)[A-Z0-9]{12,}\\b");
    private static final Pattern URL_PASSWORD = Pattern.compile("(://[^/\\s:@]*:)[^/\\s@]+@");
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
        var text = new StringBuilder();
        boolean secretFollows = false;
        for (var word : words) {
            text.append(text.isEmpty() ? "" : " ").append(secretFollows && !word.startsWith("--") ? REDACTED : quote(redact(word)));
            secretFollows = SECRET_OPTION.matcher(word).matches();
        }
        return text.toString();
    }

    public static String redact(String text) {
        var result = JSON_MEMBER.matcher(text).replaceAll("$1\"" + REDACTED + "\"");
        result = ASSIGNMENT.matcher(result).replaceAll("$1" + REDACTED);
        result = ACCESS_KEY_ID.matcher(result).replaceAll(REDACTED);
        return URL_PASSWORD.matcher(result).replaceAll("$1" + REDACTED + "@");
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
