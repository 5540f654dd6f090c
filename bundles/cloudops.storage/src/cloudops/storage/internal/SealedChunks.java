package cloudops.storage.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

import javax.crypto.AEADBadTagException;
import javax.crypto.SecretKey;

/**
 * Many bytes, compressed and encrypted in chunks, so that all cores work on them: each start of the program waits for it. A random name, in
 * the clear, and the chunk's place bind each chunk to all others.
 *
 * <p>Layout: name (16 bytes), length of the whole, then for each chunk its length and {@link Aead} over the length of the plain chunk and
 * the compressed chunk.
 */
final class SealedChunks {

    private static final int NAME_BYTES = 16;

    private static final int CHUNK = 1 << 19;

    private SealedChunks() {
    }

    /** @param bound what the chunks are bound to */
    static byte[] seal(byte[] plain, SecretKey key, byte[] bound) {
        var name = Aead.random(NAME_BYTES);
        var chunks = IntStream.range(0, count(plain.length)).parallel()
                .mapToObj(i -> Aead.seal(key, deflated(plain, i * CHUNK, Math.min(plain.length, (i + 1) * CHUNK)), additionalData(bound, name, plain.length, i)))
                .toList();
        var sealed = ByteBuffer.allocate(NAME_BYTES + Integer.BYTES + chunks.stream().mapToInt(chunk -> Integer.BYTES + chunk.length).sum());
        sealed.put(name).putInt(plain.length);
        chunks.forEach(chunk -> sealed.putInt(chunk.length).put(chunk));
        return sealed.array();
    }

    /**
     * The plain bytes of {@code sealed} from its position on.
     *
     * @throws IOException when any bit of it is not what it was, or key or {@code bound} are others
     */
    static byte[] open(ByteBuffer sealed, SecretKey key, byte[] bound) throws IOException {
        if (sealed.remaining() < NAME_BYTES + Integer.BYTES) {
            throw new IOException("it is truncated");
        }
        var name = new byte[NAME_BYTES];
        sealed.get(name);
        int length = sealed.getInt();
        var chunks = new ArrayList<byte[]>();
        while (sealed.remaining() >= Integer.BYTES) {
            int size = sealed.getInt();
            if (size < 0 || size > sealed.remaining()) {
                throw new IOException("it is truncated");
            }
            var chunk = new byte[size];
            sealed.get(chunk);
            chunks.add(chunk);
        }
        if (length < 0 || chunks.size() != count(length) || sealed.hasRemaining()) {
            throw new IOException("it is truncated");
        }
        try {
            var plain = IntStream.range(0, chunks.size()).parallel().mapToObj(i -> open(chunks.get(i), key, additionalData(bound, name, length, i))).toList();
            var all = ByteBuffer.allocate(length);
            plain.forEach(all::put);
            return all.array();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static int count(int length) {
        return (int) ((length + CHUNK - 1L) / CHUNK);
    }

    private static byte[] open(byte[] chunk, SecretKey key, byte[] additionalData) {
        try {
            return inflated(Aead.open(key, chunk, 0, additionalData));
        } catch (AEADBadTagException e) {
            throw new UncheckedIOException(new IOException("it is damaged, or of another home", e));
        } catch (DataFormatException e) {
            throw new UncheckedIOException(new IOException("it does not decompress", e));
        }
    }

    private static byte[] additionalData(byte[] bound, byte[] name, int length, int chunk) {
        return ByteBuffer.allocate(bound.length + name.length + 2 * Integer.BYTES).put(bound).put(name).putInt(length).putInt(chunk).array();
    }

    private static byte[] deflated(byte[] plain, int from, int to) {
        var deflater = new Deflater(Deflater.BEST_SPEED);
        try {
            deflater.setInput(plain, from, to - from);
            deflater.finish();
            // a little more than it was, where it does not compress
            var deflated = new byte[Integer.BYTES + (to - from) + (to - from) / 100 + 64];
            int length = Integer.BYTES;
            while (!deflater.finished()) {
                length += deflater.deflate(deflated, length, deflated.length - length);
            }
            return ByteBuffer.wrap(Arrays.copyOf(deflated, length)).putInt(to - from).array();
        } finally {
            deflater.end();
        }
    }

    private static byte[] inflated(byte[] deflated) throws DataFormatException {
        var inflater = new Inflater();
        try {
            var plain = new byte[ByteBuffer.wrap(deflated).getInt()];
            inflater.setInput(deflated, Integer.BYTES, deflated.length - Integer.BYTES);
            if (inflater.inflate(plain) != plain.length) {
                throw new DataFormatException("too short");
            }
            return plain;
        } finally {
            inflater.end();
        }
    }
}
