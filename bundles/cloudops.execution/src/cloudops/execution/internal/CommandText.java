package cloudops.execution.internal;

import java.util.regex.Pattern;
import java.util.stream.Collectors;

import cloudops.execution.Command;

/** Commands as a person would type them, for lists and messages: secrets redacted, control and direction characters made visible. */
public final class CommandText {

    private static final Pattern PLAIN = Pattern.compile("[\\w@%+=:,./*-]+");

    private CommandText() {
    }

    public static String of(Command command) {
        return Secrets.inCommand(command.words()).stream().map(CommandText::quote).collect(Collectors.joining(" "));
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
