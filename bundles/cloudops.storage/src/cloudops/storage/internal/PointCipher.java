package cloudops.storage.internal;

import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

import javax.crypto.AEADBadTagException;

import cloudops.vectorstore.Point;

/**
 * Encrypts what a point of a collection keeps to itself.
 *
 * <p>Blob: format (1 byte), version of the key (4 bytes), then {@link Aead} over the secret. The additional data binds the blob to
 * everything else of the point, so that nothing of it can be changed, moved or swapped unnoticed. Thread-safe.
 */
final class PointCipher {

    private static final byte FORMAT = 1;

    private static final int HEADER = 1 + Integer.BYTES;

    /** So many bytes of a blob, the nonce among them, no other sealing begins with. */
    static final int START = HEADER + Aead.NONCE_BYTES;

    private final KeySource keys;

    private final String collection;

    PointCipher(KeySource keys, String collection) {
        this.keys = keys;
        this.collection = collection;
    }

    EstateKeys keys() {
        return keys.now();
    }

    /** Under the present key. */
    Point seal(UUID id, Map<String, List<String>> payload, float[] vector, byte[] secret) {
        var present = keys.now();
        var sealed = Aead.seal(present.records().get(present.version()), secret, bound(id, payload, vector, present.version()));
        var blob = ByteBuffer.allocate(HEADER + sealed.length).put(FORMAT).putInt(present.version()).put(sealed).array();
        return new Point(id, vector, payload, blob);
    }

    byte[] open(Point point) throws DamagedException {
        int version = version(point);
        var key = keys.records(version)
                .orElseThrow(() -> new DamagedException("encrypted with key version " + version + ", which this home does not have", null));
        try {
            return Aead.open(key, point.blob(), HEADER, bound(point.id(), point.payload(), point.vector(), version));
        } catch (AEADBadTagException e) {
            throw new DamagedException("does not decrypt: changed, or written with another key", e);
        } catch (UncheckedIOException e) {
            throw new DamagedException("its plain fields are no text: changed", e);
        }
    }

    /** The version of the key that the point says it is encrypted with. */
    static int version(Point point) throws DamagedException {
        var blob = point.blob();
        if (blob.length < HEADER) {
            throw new DamagedException("truncated", null);
        }
        if (blob[0] != FORMAT) {
            throw new UnknownFormatException(blob[0]);
        }
        return ByteBuffer.wrap(blob).getInt(1);
    }

    /** The additional data of a record, as JSON. */
    private record Bound(String collection, int format, UUID id, int keyVersion, Map<String, List<String>> payload, String vector) {
    }

    private byte[] bound(UUID id, Map<String, List<String>> payload, float[] vector, int version) {
        var plain = new TreeMap<String, List<String>>();
        // a store may return the values of a field in an order of its own
        payload.forEach((field, values) -> plain.put(field, values.size() < 2 ? values : values.stream().sorted().toList()));
        return CanonicalJson.bytes(new Bound(collection, FORMAT, id, version, plain, vector == null ? "" : text(sha256(vector))));
    }

    private static byte[] sha256(float[] vector) {
        var bytes = ByteBuffer.allocate(vector.length * Float.BYTES);
        bytes.asFloatBuffer().put(vector);
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes.array());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java runtime has no SHA-256", e);
        }
    }

    static String text(byte[] mac) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(mac);
    }

    /** RFC 9562, version 8: 122 bits of ours. */
    static UUID uuid(byte[] mac) {
        var bits = ByteBuffer.wrap(mac);
        return new UUID(bits.getLong() & ~0xF000L | 0x8000L, bits.getLong() & 0x3FFF_FFFF_FFFF_FFFFL | 0x8000_0000_0000_0000L);
    }

    /** A record that cannot be had back; the message says why, without anything of its content. */
    static class DamagedException extends Exception {

        private static final long serialVersionUID = 1L;

        DamagedException(String reason, Throwable cause) {
            super(reason, cause);
        }
    }

    /** A record of another version of this program, or one whose first byte was changed. */
    static final class UnknownFormatException extends DamagedException {

        private static final long serialVersionUID = 1L;

        UnknownFormatException(byte format) {
            super("unknown format " + format, null);
        }
    }
}
