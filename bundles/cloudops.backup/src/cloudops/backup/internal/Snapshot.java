package cloudops.backup.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import cloudops.storage.StorageException;
import cloudops.storage.backup.BackupKey;
import cloudops.storage.backup.BackupKeys;
import cloudops.vectorstore.Point;
import cloudops.vectorstore.VectorStore;
import cloudops.vectorstore.VectorStoreException;
import cloudops.vectorstore.VectorStoreException.Problem;

/** Writes the store, as it is at one moment, into a folder. Once. */
final class Snapshot {

    private static final Logger LOG = LoggerFactory.getLogger(Snapshot.class);

    private final VectorStore store;
    private final BackupKeys keys;
    private final Path home;
    private final Path folder;
    private final String id;
    private final int fileBytes;
    private final List<Manifest.Collection> collections = new ArrayList<>();
    private final List<Manifest.Entry> files = new ArrayList<>();
    private final AtomicInteger leftOut = new AtomicInteger();

    Snapshot(VectorStore store, BackupKeys keys, Path home, Path folder, String id, int fileBytes) {
        this.store = store;
        this.keys = keys;
        this.home = home;
        this.folder = folder;
        this.id = id;
        this.fileBytes = fileBytes;
    }

    void write(Instant now) throws IOException, StorageException, VectorStoreException {
        var key = keys.ofHome();
        for (var collection : new TreeMap<>(BackupKeys.COLLECTIONS).entrySet()) {
            write(collection.getKey(), collection.getValue(), key);
        }
        // last: a record under a key that came up meanwhile was left out, one whose key is missing here would be lost
        for (var file : keys.files()) {
            var bytes = Files.readAllBytes(home.resolve(file));
            var name = file.toString().replace('\\', '/');
            files.add(new Manifest.Entry(name, null, 0, bytes.length, BackupFolders.write(folder.resolve(name), bytes)));
        }
        var manifest = new Manifest(Manifest.FORMAT, id, now, key.fingerprint(), collections, leftOut.get(), files);
        BackupFolders.write(folder.resolve(Manifest.FILE), manifest.sealed(key));
    }

    private void write(String collection, int dimensions, BackupKey key) throws IOException, VectorStoreException {
        var points = new PointFiles(folder, id, collection, key, fileBytes);
        var bookkeeping = keys.mark(collection).map(Point::id);
        try {
            store.snapshot(collection, point -> {
                if (bookkeeping.isEmpty() || !bookkeeping.get().equals(point.id())) {
                    add(point, collection, key, points);
                }
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        } catch (VectorStoreException e) {
            if (e.problem() == Problem.NO_COLLECTION) {
                return;
            }
            throw e;
        }
        var written = points.end();
        files.addAll(written);
        collections.add(new Manifest.Collection(collection, dimensions, written.stream().mapToLong(Manifest.Entry::points).sum()));
    }

    private void add(Point point, String collection, BackupKey key, PointFiles points) {
        var defect = key.defect(collection, point);
        if (defect.isPresent()) {
            LOG.warn("damaged record left out of the backup collection={} id={} reason={}", collection, point.id(), defect.get());
            leftOut.incrementAndGet();
            return;
        }
        try {
            points.add(point);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
