package cloudops.aws.internal;

/** Makes text of strangers fit for a message on a terminal. */
final class Printable {

    private Printable() {
    }

    /** On one line, without control and direction characters, at most {@code limit} UTF-16 units and no half character. */
    static String excerpt(String text, int limit) {
        var line = text.replaceAll("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]+", " ").strip();
        if (line.length() <= limit) {
            return line;
        }
        return line.substring(0, Character.isHighSurrogate(line.charAt(limit - 1)) ? limit - 1 : limit) + "…";
    }
}
