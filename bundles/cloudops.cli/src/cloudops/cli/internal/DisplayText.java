package cloudops.cli.internal;

/**
 * Text from AWS as a terminal may safely show it: control characters, which could move the cursor or recolour the screen, and invisible
 * direction marks, which could make one name look like another, are written as {@code \}u{hex}.
 */
final class DisplayText {

    private DisplayText() {
    }

    /** @param text null is shown as {@code -} */
    static String of(String text) {
        if (text == null) {
            return "-";
        }
        var shown = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            int type = Character.getType(c);
            if (type == Character.CONTROL || type == Character.FORMAT || type == Character.LINE_SEPARATOR
                    || type == Character.PARAGRAPH_SEPARATOR || type == Character.SURROGATE) {
                shown.append(String.format("\\u{%x}", c));
            } else {
                shown.appendCodePoint(c);
            }
        });
        return shown.toString();
    }
}
