package cloudops.storage.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

import javax.crypto.AEADBadTagException;
import javax.crypto.spec.SecretKeySpec;

import org.osgi.service.component.ComponentServiceObjects;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

import cloudops.model.Environment;
import cloudops.storage.StorageException;
import cloudops.storage.StorageException.Problem;
import cloudops.storage.backup.BackupKey;
import cloudops.storage.backup.BackupKeys;
import cloudops.storage.internal.HomeKey.RecordCheck;
import cloudops.vectorstore.Point;
import cloudops.vectorstore.VectorStore;

/** The keys of backups, from the same data key as the estate's. */
@Component(service = BackupKeys.class)
public final class HomeBackupKeys implements BackupKeys {

    private final Path home;

    private final HomeKey homeKey;

    private final RecordCheck store;

    /** @param stores opened only for a home without a key file */
    @Activate
    public HomeBackupKeys(@Reference Environment environment, @Reference HomeKey homeKey,
            @Reference ComponentServiceObjects<VectorStore> stores) {
        this(environment, homeKey, () -> {
            var store = stores.getService();
            try {
                return Records.any(store);
            } finally {
                stores.ungetService(store);
            }
        });
    }

    HomeBackupKeys(Environment environment, HomeKey homeKey, RecordCheck store) {
        this.home = environment.home();
        this.homeKey = homeKey;
        this.store = store;
    }

    @Override
    public BackupKey ofHome() throws StorageException {
        return new Key(homeKey.keys(store));
    }

    @Override
    public boolean homeHasKey() {
        return Files.exists(new KeyringFile(home).path());
    }

    @Override
    public List<Path> files() throws StorageException {
        var folder = new KeyringFile(home).path().getParent();
        try (var files = Files.list(folder)) {
            // a draft of another process ends with .tmp
            return files.filter(file -> file.toString().endsWith(".json") || file.toString().endsWith(".secure"))
                    .map(home::relativize).sorted().toList();
        } catch (NoSuchFileException e) {
            throw new StorageException(Problem.NO_KEY, "the home " + home + " has no key", null, e);
        } catch (IOException e) {
            throw new StorageException(Problem.IO, "the key files in " + folder + " cannot be read: " + e.getMessage(), e);
        }
    }

    @Override
    public BackupKey in(Path folder) throws StorageException {
        // a folder without a key file must not get a new one
        return new Key(homeKey.in(folder).keys(() -> true));
    }

    @Override
    public Optional<Point> mark(String collection) {
        return collection.equals(Records.COLLECTION) ? Optional.of(Records.generationPoint()) : Optional.empty();
    }

    private record Key(EstateKeys keys) implements BackupKey {

        private static final int FINGERPRINT_BYTES = 8;

        @Override
        public String fingerprint() {
            var mac = EstateKeys.mac(new SecretKeySpec(keys.backups().getEncoded(), "HmacSHA256"), "fingerprint");
            return HexFormat.of().formatHex(mac, 0, FINGERPRINT_BYTES);
        }

        @Override
        public byte[] seal(byte[] plain, byte[] context) {
            return Aead.seal(keys.backups(), plain, context);
        }

        @Override
        public byte[] open(byte[] sealed, byte[] context) throws AEADBadTagException {
            return Aead.open(keys.backups(), sealed, 0, context);
        }

        @Override
        public Optional<String> defect(String collection, Point point) {
            return new RecordCipher(keys, collection).defect(point);
        }
    }
}
