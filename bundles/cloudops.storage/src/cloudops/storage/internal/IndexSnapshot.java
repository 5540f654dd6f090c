package cloudops.storage.internal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.IOContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import cloudops.storage.StorageException;

/**
 * The index of words on disk, for a fast start: encrypted, and nothing but a cache. What is missing, damaged, of another home or of another
 * version is as if it were not there. Thread-safe.
 *
 * <p>Header: magic, layout, version of the records' key from which the snapshot's is derived (so that whatever ends the life of that key, a
 * rotation or its destruction, ends the snapshot's), generation of the records. Then the files of the index as {@link SealedChunks}, which
 * are bound to the header.
 */
final class IndexSnapshot {

    private static final Logger LOG = LoggerFactory.getLogger(IndexSnapshot.class);

    private static final int MAGIC = 0x434F5749;

    private static final int FORMAT = 1;

    private static final int LONGEST_GENERATION = 64;

    private final HomeKey homeKey;

    private final OwnerOnlyFile file;

    /** @param folder made when it is needed */
    IndexSnapshot(HomeKey homeKey, Path folder) {
        this.homeKey = homeKey;
        file = new OwnerOnlyFile(folder.resolve("words.sealed"));
    }

    /**
     * An index and what it was made from.
     *
     * @param generation of the records
     */
    record Kept(String generation, LexicalIndex index) {
    }

    /** Empty when there is none that can be used. */
    Optional<Kept> read() {
        try {
            var bytes = ByteBuffer.wrap(Files.readAllBytes(file.path()));
            var header = Header.read(bytes);
            var key = homeKey.source().records(header.keyVersion());
            if (key.isEmpty()) {
                LOG.debug("the search index is made anew: the one on disk is under key version {}, which is no more", header.keyVersion());
                return Optional.empty();
            }
            var files = SealedChunks.open(bytes, EstateKeys.searchIndex(key.get()), header.bytes());
            return Optional.of(new Kept(header.generation(), new LexicalIndex(directory(files))));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException | RuntimeException e) {
            // Lucene's own exceptions among them: what authenticates may be of another version of it
            LOG.warn("the search index is made anew: the one on disk cannot be used: {}", e.toString());
            return Optional.empty();
        }
    }

    /** @param files of an index that nobody changes meanwhile */
    static byte[] copy(Directory files) throws IOException {
        var copy = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(copy)) {
            for (var name : files.listAll()) {
                try (var in = files.openInput(name, IOContext.READONCE)) {
                    var content = new byte[Math.toIntExact(in.length())];
                    in.readBytes(content, 0, content.length);
                    out.writeUTF(name);
                    out.writeInt(content.length);
                    out.write(content);
                }
            }
        }
        return copy.toByteArray();
    }

    private static Directory directory(byte[] copy) throws IOException {
        var directory = new ByteBuffersDirectory();
        try (var in = new DataInputStream(new ByteArrayInputStream(copy))) {
            while (in.available() > 0) {
                var name = in.readUTF();
                var content = new byte[in.readInt()];
                in.readFully(content);
                try (var out = directory.createOutput(name, IOContext.READONCE)) {
                    out.writeBytes(content, content.length);
                }
            }
        }
        return directory;
    }

    /**
     * Replaces the one on disk. When that is impossible there is a line in the log, and the next start is slower.
     *
     * @param files of the index: {@link #copy}
     */
    void write(String generation, byte[] files) {
        try (var present = homeKey.writing()) {
            var keys = homeKey.source().now();
            var header = new Header(keys.version(), generation);
            file.replace(header.bytes(), SealedChunks.seal(files, EstateKeys.searchIndex(keys.records().get(keys.version())), header.bytes()));
            LOG.debug("search index kept on disk bytes={}", files.length);
        } catch (StorageException | IOException e) {
            LOG.warn("the search index is not kept on disk, the next start is slower: {}", e.getMessage());
        }
    }

    /** In the clear, but bound to what is encrypted. */
    private record Header(int keyVersion, String generation) {

        byte[] bytes() {
            var text = generation.getBytes(UTF_8);
            return ByteBuffer.allocate(5 * Integer.BYTES + text.length).putInt(MAGIC).putInt(FORMAT).putInt(LexicalDocument.VERSION).putInt(keyVersion)
                    .putInt(text.length).put(text).array();
        }

        static Header read(ByteBuffer bytes) throws IOException {
            if (bytes.remaining() < 5 * Integer.BYTES || bytes.getInt() != MAGIC) {
                throw new IOException("it is no search index");
            }
            int format = bytes.getInt();
            int layout = bytes.getInt();
            if (format != FORMAT || layout != LexicalDocument.VERSION) {
                throw new IOException("format " + format + "." + layout + ", this version knows " + FORMAT + "." + LexicalDocument.VERSION);
            }
            int keyVersion = bytes.getInt();
            int length = bytes.getInt();
            if (length < 0 || length > LONGEST_GENERATION || length > bytes.remaining()) {
                throw new IOException("it is damaged");
            }
            var text = new byte[length];
            bytes.get(text);
            return new Header(keyVersion, new String(text, UTF_8));
        }
    }
}
