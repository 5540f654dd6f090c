package cloudops.vectorstore;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** SHA-256 over all of a point but its ID. */
final class PointDigest {

    private PointDigest() {
    }

    /** Differs where anything of two points does. */
    static ByteBuffer of(Point point) {
        try {
            var hash = MessageDigest.getInstance("SHA-256");
            var vector = point.vector();
            if (vector != null) {
                var bytes = ByteBuffer.allocate(vector.length * Float.BYTES);
                bytes.asFloatBuffer().put(vector);
                hash.update(bytes.array());
            }
            update(hash, vector == null ? -1 : vector.length);
            point.payload().forEach((field, values) -> {
                update(hash, field);
                update(hash, values.size());
                values.forEach(value -> update(hash, value));
            });
            update(hash, point.payload().size());
            return ByteBuffer.wrap(hash.digest(point.blob()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java runtime has no SHA-256", e);
        }
    }

    private static void update(MessageDigest hash, String text) {
        update(hash, text.length());
        hash.update(text.getBytes(StandardCharsets.UTF_16BE));
    }

    private static void update(MessageDigest hash, int number) {
        hash.update(ByteBuffer.allocate(Integer.BYTES).putInt(number).flip());
    }
}
