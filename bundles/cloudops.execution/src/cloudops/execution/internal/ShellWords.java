package cloudops.execution.internal;

import java.util.function.UnaryOperator;

/** The words of a shell's command line, found without running it: quotes and backslashes are respected, nothing is expanded. */
final class ShellWords {

    private static final String SEPARATORS = " \t\r\n;|&()<>`";

    private final String text;
    private int next;

    private ShellWords(String text) {
        this.text = text;
    }

    /** Puts what {@code replacement} makes of each word into its place. What it leaves as it is stays as it was written, quotes and all. */
    static String replaceEach(String text, UnaryOperator<String> replacement) {
        var words = new ShellWords(text);
        var result = new StringBuilder(text.length());
        while (words.next < text.length()) {
            if (SEPARATORS.indexOf(text.charAt(words.next)) >= 0) {
                result.append(text.charAt(words.next++));
            } else {
                int start = words.next;
                var word = words.word();
                var replaced = replacement.apply(word);
                result.append(replaced.equals(word) ? text.substring(start, words.next) : quoted(replaced));
            }
        }
        return result.toString();
    }

    /** Without its quotes. */
    private String word() {
        var word = new StringBuilder();
        char quote = 0; // 0 outside of quotes
        for (; next < text.length(); next++) {
            char character = text.charAt(next);
            if (quote == 0 && SEPARATORS.indexOf(character) >= 0) {
                break;
            } else if (character == quote) {
                quote = 0;
            } else if (quote == 0 && (character == '"' || character == '\'')) {
                quote = character;
            } else if (character == '\\' && escapes(quote)) {
                next++;
                word.append(text.charAt(next));
            } else {
                word.append(character);
            }
        }
        return word.toString();
    }

    /** Whether the backslash that is next takes the meaning of the character behind it. */
    private boolean escapes(char quote) {
        return next + 1 < text.length() && (quote == 0 || quote == '"' && "\"\\$`".indexOf(text.charAt(next + 1)) >= 0);
    }

    private static String quoted(String word) {
        boolean plain = word.chars().noneMatch(character -> SEPARATORS.indexOf(character) >= 0);
        return plain ? word : '"' + word + '"';
    }
}
