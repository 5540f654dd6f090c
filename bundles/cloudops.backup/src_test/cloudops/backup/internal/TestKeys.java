package cloudops.backup.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;

import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

import cloudops.storage.StorageException;
import cloudops.storage.StorageException.Problem;
import cloudops.storage.backup.BackupKey;
import cloudops.storage.backup.BackupKeys;
import cloudops.vectorstore.Point;

/** Keys that lie in the key file as they are, for a store whose records are a text, encrypted and bound to collection and ID. */
record TestKeys(Path home) implements BackupKeys {

    private static final Path FILE = Path.of("keys", "keyring.json");
    /** Of all homes of this process, which is stricter than the real thing. */
    private static final ReentrantLock WAITING = new ReentrantLock();
    private static final UUID MARK = new UUID(0, 1);

    @Override
    public BackupKey ofHome() throws StorageException {
        if (!homeHasKey()) {
            try {
                Files.createDirectories(home.resolve(FILE).getParent());
                var key = new byte[32];
                new SecureRandom().nextBytes(key);
                Files.write(home.resolve(FILE), key);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return in(home);
    }

    @Override
    public Hold alone() {
        WAITING.lock();
        return WAITING::unlock;
    }

    @Override
    public Turn forRestore(Path folder, List<Path> files, BackupKey key) throws StorageException {
        WAITING.lock();
        boolean adopted = !homeHasKey();
        if (adopted) {
            put(folder);
        }
        var present = ofHome();
        var kept = new AtomicBoolean(!adopted);
        return new Turn() {
            @Override
            public BackupKey key() {
                return present;
            }

            @Override
            public void keep() {
                kept.set(true);
            }

            @Override
            public void close() {
                if (!kept.get()) {
                    assertThat(home.resolve(FILE).toFile().delete()).isTrue();
                }
                WAITING.unlock();
            }
        };
    }

    private void put(Path folder) {
        try {
            Files.createDirectories(home.resolve(FILE).getParent());
            Files.copy(folder.resolve(FILE), home.resolve(FILE));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void checkAgainstStore() {
        // these never change
    }

    @Override
    public boolean homeHasKey() {
        return Files.exists(home.resolve(FILE));
    }

    @Override
    public List<Path> files() {
        return List.of(FILE);
    }

    @Override
    public BackupKey in(Path folder) throws StorageException {
        try {
            return new Key(Files.readAllBytes(folder.resolve(FILE)));
        } catch (IOException e) {
            throw new StorageException(Problem.NO_KEY, "no key", e);
        }
    }

    static boolean isMark(Point point) {
        return point.id().equals(MARK);
    }

    Point point(String collection, int number, float[] vector, String text) throws StorageException {
        var id = new UUID(0, 1000 + number);
        return new Point(id, vector, Map.of("state", List.of("running")), ofHome().seal(text.getBytes(UTF_8), Key.context(collection, id)));
    }

    String text(String collection, Point point) throws StorageException {
        try {
            return new String(ofHome().open(point.blob(), Key.context(collection, point.id())), UTF_8);
        } catch (AEADBadTagException e) {
            throw new StorageException(Problem.DAMAGED_RECORD, "record " + point.id(), e);
        }
    }

    private record Key(byte[] bytes) implements BackupKey {

        static byte[] context(String collection, UUID id) {
            return (collection + id).getBytes(UTF_8);
        }

        @Override
        public String fingerprint() {
            return BackupFolders.sha256(bytes).substring(0, 16);
        }

        @Override
        public byte[] seal(byte[] plain, byte[] context) {
            var nonce = new byte[12];
            new SecureRandom().nextBytes(nonce);
            try {
                var sealed = cipher(Cipher.ENCRYPT_MODE, nonce, context).doFinal(plain);
                return ByteBuffer.allocate(12 + sealed.length).put(nonce).put(sealed).array();
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public byte[] open(byte[] sealed, byte[] context) throws AEADBadTagException {
            if (sealed.length < 28) {
                throw new AEADBadTagException("truncated");
            }
            try {
                return cipher(Cipher.DECRYPT_MODE, Arrays.copyOf(sealed, 12), context).doFinal(sealed, 12, sealed.length - 12);
            } catch (AEADBadTagException e) {
                throw e;
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public Optional<Point> mark(String collection) {
            return Optional.of(new Point(MARK, null, Map.of(), UUID.randomUUID().toString().getBytes(UTF_8)));
        }

        @Override
        public Point renewed(String collection, Point point, BackupKey older) {
            return point;
        }

        @Override
        public Optional<String> defect(String collection, Point point) {
            try {
                open(point.blob(), context(collection, point.id()));
                return Optional.empty();
            } catch (AEADBadTagException e) {
                return Optional.of("does not decrypt");
            }
        }

        private Cipher cipher(int mode, byte[] nonce, byte[] context) throws GeneralSecurityException {
            var cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(mode, new SecretKeySpec(bytes, "AES"), new GCMParameterSpec(128, nonce));
            cipher.updateAAD(context);
            return cipher;
        }
    }
}
