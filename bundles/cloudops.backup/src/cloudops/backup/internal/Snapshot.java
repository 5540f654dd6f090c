package cloudops.backup.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import cloudops.storage.StorageException;
import cloudops.storage.backup.BackupKey;
import cloudops.storage.backup.BackupKeys;
import cloudops.vectorstore.Point;
import cloudops.vectorstore.StoreSnapshot;
import cloudops.vectorstore.VectorStore;
import cloudops.vectorstore.VectorStoreException;
import cloudops.vectorstore.VectorStoreException.Problem;

/**
 * Writes the store, as it is at one moment, into a folder, together with the key files of that moment, so that every record that decrypted then
 * does with them. Writers and a rotation wait while the moment is taken, not while it is written; but a store that cannot hold it, and was written
 * to meanwhile, is read once more while they wait.
 */
final class Snapshot {

    private static final Logger LOG = LoggerFactory.getLogger(Snapshot.class);

    private final VectorStore store;
    private final BackupKeys keys;
    private final Path home;
    private final Path folder;
    private final String id;
    private final int fileBytes;
    private List<Manifest.Collection> collections;
    private List<Manifest.Entry> files;
    private int leftOut;

    Snapshot(VectorStore store, BackupKeys keys, Path home, Path folder, String id, int fileBytes) {
        this.store = store;
        this.keys = keys;
        this.home = home;
        this.folder = folder;
        this.id = id;
        this.fileBytes = fileBytes;
    }

    void write(Instant now) throws IOException, StorageException, VectorStoreException {
        try {
            try (var moment = moment()) {
                write(now, moment);
            }
        } catch (VectorStoreException e) {
            if (e.problem() != Problem.LOCKED) {
                throw e;
            }
            LOG.info("the store was written to while it was read; read once more, and writers wait");
            try (var alone = keys.alone(); var moment = new Moment()) {
                write(now, moment);
            }
        }
    }

    private Moment moment() throws IOException, StorageException, VectorStoreException {
        try (var alone = keys.alone()) {
            return new Moment();
        }
    }

    /** What belongs together; made while nobody writes. */
    private final class Moment implements AutoCloseable {

        private final BackupKey key = keys.ofHome();
        private final Map<String, byte[]> keyFiles = new TreeMap<>();
        private final StoreSnapshot points;

        Moment() throws IOException, StorageException, VectorStoreException {
            keys.checkAgainstStore();
            for (var file : keys.files()) {
                keyFiles.put(file.toString().replace('\\', '/'), Files.readAllBytes(home.resolve(file)));
            }
            points = store.snapshot(BackupKeys.COLLECTIONS.keySet());
        }

        @Override
        public void close() throws VectorStoreException {
            points.close();
        }
    }

    private void write(Instant now, Moment moment) throws IOException, VectorStoreException {
        collections = new ArrayList<>();
        files = new ArrayList<>();
        leftOut = 0;
        for (var collection : moment.points.collections()) {
            write(collection, moment);
        }
        moment.points.confirm();
        for (var file : moment.keyFiles.entrySet()) {
            var bytes = file.getValue();
            files.add(new Manifest.Entry(file.getKey(), null, 0, bytes.length, BackupFolders.write(folder.resolve(file.getKey()), bytes)));
        }
        var manifest = new Manifest(Manifest.FORMAT, id, now, moment.key.fingerprint(), collections, leftOut, files);
        BackupFolders.write(folder.resolve(Manifest.FILE), manifest.sealed(moment.key));
    }

    private void write(String collection, Moment moment) throws IOException, VectorStoreException {
        var points = new PointFiles(folder, id, collection, moment.key, fileBytes);
        var bookkeeping = moment.key.mark(collection).map(Point::id);
        try {
            moment.points.each(collection, point -> {
                if (bookkeeping.isEmpty() || !bookkeeping.get().equals(point.id())) {
                    add(point, collection, moment.key, points);
                }
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        var written = points.end();
        files.addAll(written);
        collections.add(new Manifest.Collection(collection, BackupKeys.COLLECTIONS.get(collection),
                written.stream().mapToLong(Manifest.Entry::points).sum()));
    }

    private void add(Point point, String collection, BackupKey key, PointFiles points) {
        var defect = key.defect(collection, point);
        if (defect.isPresent()) {
            LOG.warn("damaged record left out of the backup collection={} id={} reason={}", collection, point.id(), defect.get());
            leftOut++;
            return;
        }
        try {
            points.add(point);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
