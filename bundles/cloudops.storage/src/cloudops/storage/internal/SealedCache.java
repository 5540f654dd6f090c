package cloudops.storage.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;

import org.osgi.service.component.ComponentServiceObjects;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import cloudops.storage.HomeCache;
import cloudops.storage.StorageException;
import cloudops.storage.internal.HomeKey.RecordCheck;
import cloudops.vectorstore.VectorStore;

/**
 * A file a name in {@code <home>/cache}, called by a keyed hash of the name. Header: magic, layout, version of the records' key from which the
 * file's is derived. Then the content as {@link SealedChunks}, which are bound to header and hash: a file under another's name is none.
 */
@Component
public final class SealedCache implements HomeCache {

    private static final Logger LOG = LoggerFactory.getLogger(SealedCache.class);

    private static final int MAGIC = 0x434F4341;

    private static final int FORMAT = 1;

    private static final int HEADER_BYTES = 3 * Integer.BYTES;

    private final HomeKey homeKey;

    private final RecordCheck store;

    /** @param stores opened only for a home without a key file */
    @Activate
    public SealedCache(@Reference HomeKey homeKey, @Reference ComponentServiceObjects<VectorStore> stores) {
        this(homeKey, () -> {
            var store = stores.getService();
            try {
                return Records.any(store);
            } finally {
                stores.ungetService(store);
            }
        });
    }

    SealedCache(HomeKey homeKey, RecordCheck store) {
        this.homeKey = homeKey;
        this.store = store;
    }

    @Override
    public Optional<byte[]> read(String name) {
        try {
            var hash = hash(name);
            var bytes = ByteBuffer.wrap(Files.readAllBytes(file(hash).path()));
            if (bytes.remaining() < HEADER_BYTES || bytes.getInt() != MAGIC || bytes.getInt() != FORMAT) {
                throw new IOException("it is none of this version");
            }
            int keyVersion = bytes.getInt();
            var key = homeKey.source().records(keyVersion);
            if (key.isEmpty()) {
                return Optional.empty();
            }
            return Optional.of(SealedChunks.open(bytes, EstateKeys.cache(key.get()), bound(header(keyVersion), hash)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (StorageException e) {
            // whoever reads records is told
            LOG.debug("the cache is not used: {}", e.getMessage());
            return Optional.empty();
        } catch (IOException | RuntimeException e) {
            LOG.warn("a file of the cache cannot be used, which costs time only: {}", e.toString());
            return Optional.empty();
        }
    }

    @Override
    public void write(String name, byte[] content) {
        try {
            var hash = hash(name);
            try (var present = homeKey.writing()) {
                var keys = homeKey.source().now();
                var header = header(keys.version());
                file(hash).replace(header, SealedChunks.seal(content, EstateKeys.cache(keys.records().get(keys.version())), bound(header, hash)));
            }
        } catch (IOException | StorageException e) {
            LOG.warn("a file of the cache is not kept, which costs time only: {}", e.getMessage());
        }
    }

    @Override
    public void remove(String name) {
        try {
            Files.deleteIfExists(file(hash(name)).path());
        } catch (IOException | StorageException e) {
            LOG.warn("a file of the cache stays, which takes room only: {}", e.getMessage());
        }
    }

    private byte[] hash(String name) throws StorageException {
        return EstateKeys.mac(homeKey.keys(store).ids(), "cache", name);
    }

    private OwnerOnlyFile file(byte[] hash) {
        return new OwnerOnlyFile(folder().resolve(HexFormat.of().formatHex(hash) + ".sealed"));
    }

    private Path folder() {
        return homeKey.home().resolve("cache");
    }

    private static byte[] header(int keyVersion) {
        return ByteBuffer.allocate(HEADER_BYTES).putInt(MAGIC).putInt(FORMAT).putInt(keyVersion).array();
    }

    private static byte[] bound(byte[] header, byte[] hash) {
        return ByteBuffer.allocate(header.length + hash.length).put(header).put(hash).array();
    }
}
