package cloudops.cli.internal;

import java.lang.Character.UnicodeScript;

/** How many columns of a terminal a text takes: ideographs and emoji take two, marks and invisible characters none (Unicode annex 11). */
final class TextWidth {

    private static final int ZERO_WIDTH_JOINER = 0x200D;

    private TextWidth() {
    }

    static int of(String text) {
        int width = 0;
        boolean joined = false;
        for (int codePoint : text.codePoints().toArray()) {
            width += joined ? 0 : of(codePoint);
            joined = codePoint == ZERO_WIDTH_JOINER;
        }
        return width;
    }

    /** As much of the beginning of {@code text} as takes at most {@code width} columns. */
    static String beginning(String text, int width) {
        int end = text.length();
        while (of(text.substring(0, end)) > width) {
            end = text.offsetByCodePoints(end, -1);
        }
        return text.substring(0, end);
    }

    private static int of(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK, Character.FORMAT -> 0;
            default -> isWide(codePoint) ? 2 : 1;
        };
    }

    private static boolean isWide(int codePoint) {
        if (codePoint >= 0xFF61 && codePoint <= 0xFFDC) {
            return false; // half-width forms
        }
        return Character.isEmojiPresentation(codePoint) || Character.isIdeographic(codePoint) || switch (UnicodeScript.of(codePoint)) {
            case HIRAGANA, KATAKANA, HANGUL, BOPOMOFO -> true;
            default -> codePoint >= 0x3001 && codePoint <= 0x303E || codePoint >= 0xFF01 && codePoint <= 0xFF60 || codePoint == 0x30FC;
        };
    }
}
