package cloudops.model;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Text from outside as a window or a terminal may show it. Names, tags and output come from anybody who can tag a resource: a control character must not break a
 * line, a bidi override must not swap what is read, an ampersand must not become a mnemonic, a huge text must not freeze a widget.
 *
 * <p>What is hidden in the raw text becomes visible: control characters by their names, as {@code ‹LF›} and {@code ‹ESC›}, other invisible
 * ones by their numbers, as {@code ‹U+202E›}. Letters of any script stay as they are; text with right-to-left letters is isolated, so
 * that it cannot reorder what stands beside it.
 */
public final class DisplayText {

    private static final int LONGEST = 2_000;
    private static final char FIRST_STRONG_ISOLATE = '\u2068';
    private static final char POP_ISOLATE = '\u2069';
    private static final String[] CONTROLS = ("NUL SOH STX ETX EOT ENQ ACK BEL BS TAB LF VT FF CR SO SI "
            + "DLE DC1 DC2 DC3 DC4 NAK SYN ETB CAN EM SUB ESC FS GS RS US").split(" ");

    private DisplayText() {
    }

    /** One line of at most 2,000 characters, for table cells, tree items and text widgets; null as the empty text. */
    public static String line(String raw) {
        if (raw == null) {
            return "";
        }
        if (raw.length() <= LONGEST) {
            return isolate(visible(raw, false));
        }
        var end = Character.isHighSurrogate(raw.charAt(LONGEST - 1)) ? LONGEST - 1 : LONGEST;
        return isolate(visible(raw.substring(0, end), false)) + "… (" + (raw.length() - end) + " more characters)";
    }

    /** As {@link #line}, for widgets that take {@code &} for a mnemonic: labels, buttons, groups, menus, tabs. */
    public static String label(String raw) {
        return line(raw).replace("&", "&&");
    }

    /** As {@link #line} of any length and with its line breaks and tabs, for text areas. */
    public static String block(String raw) {
        return raw == null ? "" : raw.replace("\r\n", "\n").lines().map(line -> isolate(visible(line, true)))
                .collect(Collectors.joining("\n"));
    }

    /**
     * Arguments so that each one's beginning and end can be told, in the quotes a POSIX shell would need for them; never cut. This is for
     * the eye: the arguments reach the program without any shell.
     */
    public static String argv(List<String> arguments) {
        return arguments.stream().map(argument -> isolate(quoted(argument))).collect(Collectors.joining(" "));
    }

    private static String quoted(String argument) {
        if (!argument.isEmpty() && argument.chars().allMatch(DisplayText::plainInShell)) {
            return argument;
        }
        if (argument.codePoints().noneMatch(DisplayText::hidden)) {
            return "'" + argument.replace("'", "'\\''") + "'";
        }
        var text = new StringBuilder("$'");
        argument.codePoints().forEach(c -> {
            switch (c) {
                case '\n' -> text.append("\\n");
                case '\r' -> text.append("\\r");
                case '\t' -> text.append("\\t");
                case '\'' -> text.append("\\'");
                case '\\' -> text.append("\\\\");
                default -> {
                    if (hidden(c)) {
                        text.append(c > 0xFFFF ? "\\U%08x".formatted(c) : "\\u%04x".formatted(c));
                    } else {
                        text.appendCodePoint(c);
                    }
                }
            }
        });
        return text.append('\'').toString();
    }

    private static boolean plainInShell(int c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || "_@%+=:,./-".indexOf(c) >= 0;
    }

    private static String visible(String raw, boolean keepTabs) {
        if (raw.codePoints().noneMatch(DisplayText::hidden)) {
            return raw;
        }
        var text = new StringBuilder(raw.length() + 16);
        raw.codePoints().forEach(c -> {
            if (!hidden(c) || c == '\t' && keepTabs) {
                text.appendCodePoint(c);
            } else if (c < 0x20) {
                text.append('‹').append(CONTROLS[c]).append('›');
            } else {
                text.append("‹U+%04X›".formatted(c));
            }
        });
        return text.toString();
    }

    /** Controls, format characters (bidi, zero width, tags), line and paragraph separators, halves of surrogate pairs, private use. */
    private static boolean hidden(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR, Character.SURROGATE,
                    Character.PRIVATE_USE, Character.UNASSIGNED -> true;
            default -> false;
        };
    }

    private static String isolate(String text) {
        return text.codePoints().anyMatch(DisplayText::rightToLeft) ? FIRST_STRONG_ISOLATE + text + POP_ISOLATE : text;
    }

    private static boolean rightToLeft(int c) {
        var direction = Character.getDirectionality(c);
        return direction == Character.DIRECTIONALITY_RIGHT_TO_LEFT || direction == Character.DIRECTIONALITY_RIGHT_TO_LEFT_ARABIC
                || direction == Character.DIRECTIONALITY_ARABIC_NUMBER;
    }
}
