package cloudops.execution.internal;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;

/**
 * SHA-256 over values, one after the other. Texts and bytes go in with their length in front, and lists with their size, so that no two
 * sequences of values have the same encoding. For one thread.
 */
public final class Fingerprint {

    private final MessageDigest digest = sha256();

    /** @param purpose and version of the encoding: what has another one never has the same fingerprint */
    public Fingerprint(String purpose) {
        text(purpose);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    public void map(SortedMap<String, String> map) {
        number(map.size());
        map.forEach((name, value) -> {
            text(name);
            text(value);
        });
    }

    public void texts(List<String> texts) {
        number(texts.size());
        texts.forEach(this::text);
    }

    /** Character by character: an encoder would write the same for every half of a pair. @param text null is not the same as empty */
    public void text(String text) {
        if (text == null) {
            bytes(null);
            return;
        }
        var characters = ByteBuffer.allocate(text.length() * Character.BYTES);
        characters.asCharBuffer().put(text);
        bytes(characters.array());
    }

    /** @param bytes null is not the same as none */
    public void bytes(byte[] bytes) {
        if (bytes == null) {
            number(-1);
            return;
        }
        number(bytes.length);
        digest.update(bytes);
    }

    public void number(int number) {
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(number).array());
    }

    /** Of all so far: {@code sha256:} and 64 hexadecimal digits. Nothing may follow. */
    public String end() {
        return "sha256:" + HexFormat.of().formatHex(digest.digest());
    }
}
