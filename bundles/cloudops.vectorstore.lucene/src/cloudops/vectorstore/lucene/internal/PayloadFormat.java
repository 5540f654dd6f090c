package cloudops.vectorstore.lucene.internal;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.apache.lucene.util.BytesRef;

/**
 * A payload as bytes, and its entries as search terms. Strings are kept as UTF-16, so that any Java string comes back as it was, half
 * characters too: the payload is part of what a record's encryption authenticates.
 */
final class PayloadFormat {

    /** Lucene takes terms of up to 32,766 bytes; longer ones than this are hashed. */
    private static final int LONGEST_PLAIN_TERM = 512;
    /** Begins a hashed term. A plain one begins with the first byte of a length, which is never this large. */
    private static final byte HASHED = (byte) 0xFF;

    private PayloadFormat() {
    }

    static byte[] encode(Map<String, List<String>> payload) {
        int size = Integer.BYTES;
        for (var entry : payload.entrySet()) {
            size += sizeOf(entry.getKey()) + Integer.BYTES + entry.getValue().stream().mapToInt(PayloadFormat::sizeOf).sum();
        }
        var bytes = ByteBuffer.allocate(size).putInt(payload.size());
        payload.forEach((field, values) -> {
            put(bytes, field);
            bytes.putInt(values.size());
            values.forEach(value -> put(bytes, value));
        });
        return bytes.array();
    }

    /** @throws IllegalArgumentException when {@code bytes} are not what {@link #encode} made */
    static Map<String, List<String>> decode(ByteBuffer bytes) {
        try {
            var payload = new TreeMap<String, List<String>>();
            for (int fields = count(bytes); fields > 0; fields--) {
                var field = get(bytes);
                var values = new ArrayList<String>();
                for (int left = count(bytes); left > 0; left--) {
                    values.add(get(bytes));
                }
                payload.put(field, List.copyOf(values));
            }
            if (bytes.hasRemaining()) {
                throw new IllegalArgumentException(bytes.remaining() + " bytes too many");
            }
            return payload;
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException("ends too soon", e);
        }
    }

    /** What stands for "{@code field} has {@code value}" in the index; different for every other pair. */
    static BytesRef term(String field, String value) {
        var bytes = ByteBuffer.allocate(sizeOf(field) + sizeOf(value));
        put(bytes, field);
        put(bytes, value);
        if (bytes.capacity() <= LONGEST_PLAIN_TERM) {
            return new BytesRef(bytes.array());
        }
        try {
            var hash = MessageDigest.getInstance("SHA-256").digest(bytes.array());
            return new BytesRef(ByteBuffer.allocate(1 + hash.length).put(HASHED).put(hash).array());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256.", e);
        }
    }

    private static int sizeOf(String text) {
        return Integer.BYTES + Character.BYTES * text.length();
    }

    private static void put(ByteBuffer bytes, String text) {
        bytes.putInt(text.length()).asCharBuffer().put(text);
        bytes.position(bytes.position() + Character.BYTES * text.length());
    }

    private static String get(ByteBuffer bytes) {
        int length = count(bytes);
        var text = bytes.asCharBuffer().limit(length).toString();
        bytes.position(bytes.position() + Character.BYTES * length);
        return text;
    }

    /** A number of things still to come, each of which takes at least two bytes. */
    private static int count(ByteBuffer bytes) {
        int count = bytes.getInt();
        if (count < 0 || count > bytes.remaining() / Character.BYTES) {
            throw new IllegalArgumentException("a count of " + count + " with " + bytes.remaining() + " bytes left");
        }
        return count;
    }
}
