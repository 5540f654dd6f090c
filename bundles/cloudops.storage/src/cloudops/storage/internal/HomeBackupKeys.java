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

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import cloudops.model.Environment;
import cloudops.storage.StorageException;
import cloudops.storage.StorageException.Problem;
import cloudops.storage.backup.BackupKey;
import cloudops.storage.backup.BackupKeys;
import cloudops.storage.internal.PointCipher.DamagedException;
import cloudops.vectorstore.DiskRoom;
import cloudops.vectorstore.Point;
import cloudops.vectorstore.VectorStore;

/** The keys of backups, from the same data key as the estate's. */
@Component(service = BackupKeys.class)
public final class HomeBackupKeys implements BackupKeys {

    private static final Logger LOG = LoggerFactory.getLogger(HomeBackupKeys.class);

    private final Path home;

    private final HomeKey homeKey;

    private final VectorStore store;

    @Activate
    public HomeBackupKeys(@Reference Environment environment, @Reference HomeKey homeKey, @Reference VectorStore store) {
        this.home = environment.home();
        this.homeKey = homeKey;
        this.store = store;
    }

    @Override
    public BackupKey ofHome() throws StorageException {
        homeKey.keys(() -> Records.any(store));
        return new Key(homeKey.source().now());
    }

    @Override
    public Hold alone() throws StorageException {
        homeKey.keys(() -> Records.any(store));
        return homeKey.changing()::close;
    }

    @Override
    public Turn forRestore(Path folder, List<Path> files, BackupKey key) throws StorageException {
        var adopted = adopted(folder, files, key);
        return adopted.isPresent() ? adopted.get() : ofHomeWithKey();
    }

    private Turn ofHomeWithKey() throws StorageException {
        var alone = alone();
        try {
            checkAgainstStore();
            return new RestoreTurn(alone, new Key(homeKey.source().now()), null);
        } catch (StorageException | RuntimeException e) {
            alone.close();
            throw e;
        }
    }

    /** @return empty when the home has a key */
    private Optional<Turn> adopted(Path folder, List<Path> files, BackupKey key) throws StorageException {
        if (homeHasKey()) {
            return Optional.empty();
        }
        var gate = homeKey.pause();
        try {
            var adopted = new AdoptedKeyFiles(home);
            if (adopted.install(folder, files)) {
                return Optional.of(new RestoreTurn(gate::close, key, adopted));
            }
        } catch (IOException e) {
            gate.close();
            throw new StorageException(Problem.IO, "the key of the backup cannot be put into the home " + home + ": " + e, DiskRoom.remedy(home), e);
        } catch (StorageException | RuntimeException e) {
            gate.close();
            throw e;
        }
        gate.close();
        return Optional.empty();
    }

    private static final class RestoreTurn implements Turn {

        private final Hold hold;
        private final BackupKey key;
        /** Null for none, or when they are to stay. */
        private AdoptedKeyFiles adopted;

        RestoreTurn(Hold hold, BackupKey key, AdoptedKeyFiles adopted) {
            this.hold = hold;
            this.key = key;
            this.adopted = adopted;
        }

        @Override
        public BackupKey key() {
            return key;
        }

        @Override
        public void keep() {
            adopted = null;
        }

        @Override
        public void close() {
            try (var held = hold) {
                if (adopted != null) {
                    adopted.remove();
                }
            } catch (IOException e) {
                LOG.warn("the home keeps the key of a backup that was not restored: {}", e.toString());
            }
        }
    }

    @Override
    public void checkAgainstStore() throws StorageException {
        try {
            Records.checkKeys(store, homeKey.source().now());
        } catch (StorageException e) {
            if (e.problem() != Problem.CORRUPT) {
                throw e;
            }
            // which may be the reason for a restore
            LOG.debug("the store does not say which keys it is written with", e);
        }
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
        openHome();
        return new Key(homeKey.keysIn(folder));
    }

    /** What opens this home opens its backups, too; a home that is lost need not be opened for them. */
    private void openHome() {
        if (homeHasKey()) {
            try {
                homeKey.keys(() -> Records.any(store));
            } catch (StorageException e) {
                LOG.debug("the keys of the home cannot be had, trying those of the backup by themselves", e);
            }
        }
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
            try {
                cipher(collection).open(point);
                return Optional.empty();
            } catch (DamagedException e) {
                return Optional.of(e.getMessage());
            }
        }

        @Override
        public Point renewed(String collection, Point point, BackupKey older) {
            if (!keys.backups().equals(((Key) older).keys.backups())) {
                throw new IllegalArgumentException("record " + point.id() + " is of another home");
            }
            try {
                // a rotation that is about to end drops all keys but the present one, and would not look for records again
                if (PointCipher.version(point) == keys.version() && defect(collection, point).isEmpty()) {
                    return point;
                }
                return cipher(collection).seal(point.id(), point.payload(), point.vector(), ((Key) older).cipher(collection).open(point));
            } catch (DamagedException e) {
                throw new IllegalArgumentException("record " + point.id() + " " + e.getMessage(), e);
            }
        }

        @Override
        public Optional<Point> mark(String collection) {
            return collection.equals(Records.COLLECTION) ? Optional.of(Generation.next(keys.version()).point()) : Optional.empty();
        }

        private PointCipher cipher(String collection) {
            return new PointCipher(KeySource.of(keys), collection);
        }
    }
}
