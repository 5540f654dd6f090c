package cloudops.vectorstore.qdrant.internal;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Java strings as text that a server can keep. A half of a pair of surrogates is no Unicode, and would come back as a question mark; a NUL ends
 * strings in other people's programs. Both, and the backslash that marks them, are written as {@code \\uXXXX}; all other text is as it was.
 */
final class Escaped {

    /** Longer terms are hashed. */
    private static final int LONGEST_PLAIN_TERM = 512;

    private Escaped() {
    }

    static String escape(String text) {
        if (text.chars().noneMatch(unit -> unit == 0 || unit == '\\' || Character.isSurrogate((char) unit))) {
            return text;
        }
        var escaped = new StringBuilder();
        text.codePoints().forEach(point -> {
            if (point == 0 || point == '\\' || point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE) {
                escaped.append("\\u").append(HexFormat.of().toHexDigits((char) point));
            } else {
                escaped.appendCodePoint(point);
            }
        });
        return escaped.toString();
    }

    /** @throws IllegalArgumentException when {@code text} was not made by {@link #escape} */
    static String unescape(String text) {
        if (text.indexOf('\\') < 0) {
            return text;
        }
        var plain = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) != '\\') {
                plain.append(text.charAt(i));
            } else if (text.startsWith("\\u", i) && i + 6 <= text.length()) {
                plain.append((char) HexFormat.fromHexDigits(text, i + 2, i + 6));
                i += 5;
            } else {
                throw new IllegalArgumentException("not escaped by us");
            }
        }
        return plain.toString();
    }

    /** What a point that has {@code value} in {@code field} is found by: {@code field=value}, hashed where that is long. */
    static String term(String field, String value) {
        var term = escape(field).replace("=", "\\=") + "=" + escape(value);
        return term.length() <= LONGEST_PLAIN_TERM ? term : "sha256:" + sha256(term);
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java runtime has no SHA-256", e);
        }
    }
}
