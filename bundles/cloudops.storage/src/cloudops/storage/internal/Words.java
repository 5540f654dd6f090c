package cloudops.storage.internal;

import static java.lang.Character.COMBINING_SPACING_MARK;
import static java.lang.Character.DECIMAL_DIGIT_NUMBER;
import static java.lang.Character.ENCLOSING_MARK;
import static java.lang.Character.LETTER_NUMBER;
import static java.lang.Character.LOWERCASE_LETTER;
import static java.lang.Character.NON_SPACING_MARK;
import static java.lang.Character.OTHER_NUMBER;
import static java.lang.Character.UPPERCASE_LETTER;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The words of a name or a sentence: {@code pgInstance-main1} is {@code pg instance main1}, in lower case, without accents. Character by
 * character, because a search looks at some hundred names and an index at all.
 */
public final class Words {

    private static final Pattern ACCENTS = Pattern.compile("\\p{M}+");

    /** What a character can be in a word. */
    private enum Kind {
        LOWER, UPPER, OTHER_LETTER, NUMBER, MARK, NONE;

        static Kind of(int character) {
            return switch (Character.getType(character)) {
                case LOWERCASE_LETTER -> LOWER;
                case UPPERCASE_LETTER -> UPPER;
                case DECIMAL_DIGIT_NUMBER, LETTER_NUMBER, OTHER_NUMBER -> NUMBER;
                case NON_SPACING_MARK, COMBINING_SPACING_MARK, ENCLOSING_MARK -> MARK;
                default -> Character.isLetter(character) ? OTHER_LETTER : NONE;
            };
        }

        boolean isLetter() {
            return this == LOWER || this == UPPER || this == OTHER_LETTER;
        }
    }

    private Words() {
    }

    /** In order; {@code main1} stays whole. */
    public static List<String> of(String text) {
        var words = new ArrayList<String>();
        int start = 0;
        var before = Kind.NONE;
        for (int at = 0; at < text.length();) {
            int next = at + Character.charCount(text.codePointAt(at));
            var kind = Kind.of(text.codePointAt(at));
            if (kind == Kind.NONE || startsWord(before, kind, text, next)) {
                add(words, text, start, at);
                start = kind == Kind.NONE ? next : at;
            }
            before = kind;
            at = next;
        }
        add(words, text, start, text.length());
        return words;
    }

    /** {@code pgMain} has two words, and so has {@code RDSMain}. */
    private static boolean startsWord(Kind before, Kind kind, String text, int next) {
        return kind == Kind.UPPER && (before == Kind.LOWER || before == Kind.NUMBER
                || before == Kind.UPPER && next < text.length() && Kind.of(text.codePointAt(next)) == Kind.LOWER);
    }

    private static void add(List<String> words, String text, int start, int end) {
        if (start < end) {
            var folded = fold(text.substring(start, end));
            if (!folded.isEmpty()) {
                words.add(folded);
            }
        }
    }

    /** The words of {@code text} and, where letters meet digits, their parts: {@code main1 main 1}. */
    static Set<String> andParts(String text) {
        var all = new LinkedHashSet<String>();
        for (var word : of(text)) {
            all.add(word);
            addParts(all, word);
        }
        return all;
    }

    private static void addParts(Set<String> parts, String word) {
        int start = 0;
        var before = Kind.NONE;
        for (int at = 0; at < word.length(); at += Character.charCount(word.codePointAt(at))) {
            var kind = Kind.of(word.codePointAt(at));
            if (before.isLetter() && kind == Kind.NUMBER || before == Kind.NUMBER && kind.isLetter()) {
                parts.add(word.substring(start, at));
                start = at;
            }
            before = kind;
        }
        parts.add(word.substring(start));
    }

    /** Lower case, compatibility forms made equal, no accents. */
    static String fold(String text) {
        return isAscii(text) ? text.toLowerCase(Locale.ROOT)
                : ACCENTS.matcher(Normalizer.normalize(text, Normalizer.Form.NFKD)).replaceAll("").toLowerCase(Locale.ROOT);
    }

    private static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > 127) {
                return false;
            }
        }
        return true;
    }
}
