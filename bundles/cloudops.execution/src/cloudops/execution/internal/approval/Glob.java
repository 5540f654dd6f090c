package cloudops.execution.internal.approval;

import java.util.List;
import java.util.regex.Pattern;

/**
 * A pattern for one name or one argument: {@code *} stands for any characters, also none; everything else stands for itself. It is
 * compared with the whole text, in time linear in it.
 */
final class Glob {

    private static final String ANY = "*";
    private static final Pattern WAY_UP = Pattern.compile("(?:^|[/\\\\=:])\\.\\.(?:$|[/\\\\])");

    private final String pattern;
    private final List<String> pieces;

    Glob(String pattern) {
        this.pattern = pattern;
        pieces = List.of(pattern.split("\\*", -1));
    }

    boolean hasWildcard() {
        return pieces.size() > 1;
    }

    boolean matches(String text) {
        if (!hasWildcard()) {
            return text.equals(pattern);
        }
        var first = pieces.getFirst();
        var last = pieces.getLast();
        int end = text.length() - last.length();
        if (!text.startsWith(first) || !text.endsWith(last) || first.length() > end) {
            return false;
        }
        int from = first.length();
        for (var piece : pieces.subList(1, pieces.size() - 1)) {
            int found = text.indexOf(piece, from);
            if (found < 0 || found + piece.length() > end) {
                return false;
            }
            from = found + piece.length();
        }
        return true;
    }

    /**
     * Whether the wildcard stands for plain text: for no control or direction characters, for no way up out of a folder ({@code ..}), and,
     * where it begins the argument, for nothing that programs read as an option or as the name of a file ({@code -x}, {@code @file}).
     */
    boolean matchesPlainly(String text) {
        return matches(text) && (!hasWildcard() || isPlain(text) && !(pattern.startsWith(ANY) && (text.startsWith("-") || text.startsWith("@"))));
    }

    private static boolean isPlain(String text) {
        return !WAY_UP.matcher(text).find() && text.codePoints().noneMatch(character -> switch (Character.getType(character)) {
            case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR, Character.SURROGATE -> true;
            default -> false;
        });
    }

    @Override
    public String toString() {
        return pattern;
    }
}
