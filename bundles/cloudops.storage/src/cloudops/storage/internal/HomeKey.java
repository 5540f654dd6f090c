package cloudops.storage.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

import javax.crypto.SecretKey;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import cloudops.model.Environment;
import cloudops.storage.StorageException;
import cloudops.storage.StorageException.Problem;
import cloudops.storage.internal.Keyring.Method;
import cloudops.storage.spi.PassphraseSource;

/**
 * The data key of a home: 256 random bits, wrapped by a key that the operating system's keychain holds or a passphrase makes. Which of
 * the two was settled when the home was made; it is never changed silently, and a new key is never made for a home that has records.
 * Thread-safe.
 */
@Component(service = HomeKey.class)
public final class HomeKey {

    private static final Logger LOG = LoggerFactory.getLogger(HomeKey.class);

    private static final String GIVE_PASSPHRASE = "set CLOUDOPS_PASSPHRASE, or run it on a terminal to be asked";

    private final Path home;

    private final boolean mayUseKeychain;

    private final TimedKeychain keychain;

    private final KeyringFile file;

    private final Argon2 argon2;

    private final ReentrantLock lock = new ReentrantLock();

    /** Lowest service ranking first. */
    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    volatile List<PassphraseSource> passphraseSources = List.of();

    private EstateKeys keys;

    @Activate
    public HomeKey(@Reference Environment environment,
            @Reference(cardinality = ReferenceCardinality.OPTIONAL) Keychain keychain) {
        this(environment, keychain, Argon2.RECOMMENDED);
    }

    HomeKey(Environment environment, Keychain keychain, Argon2 argon2) {
        this(environment.home(), environment.keychain(), new TimedKeychain(keychain), argon2);
    }

    private HomeKey(Path home, boolean mayUseKeychain, TimedKeychain keychain, Argon2 argon2) {
        this.home = home;
        this.mayUseKeychain = mayUseKeychain;
        this.keychain = keychain;
        this.argon2 = argon2;
        this.file = new KeyringFile(home);
    }

    /** The key in key files of another folder, which is laid out as a home: those of a backup. */
    HomeKey in(Path folder) {
        var other = new HomeKey(folder, mayUseKeychain, keychain, argon2);
        other.passphraseSources = passphraseSources;
        return other;
    }

    /** Whether the store that the key is for has records already. */
    @FunctionalInterface
    interface RecordCheck {
        boolean hasRecords() throws StorageException;
    }

    /** The keys of this home; asks for a passphrase, and makes a new home, when it has to. */
    EstateKeys keys(RecordCheck store) throws StorageException {
        lock.lock();
        try {
            if (keys == null) {
                var keyring = file.read();
                if (keyring.isEmpty() && (hasHistory() || store.hasRecords())) {
                    // another process may have made the home in this moment
                    keyring = file.read();
                    if (keyring.isEmpty()) {
                        throw new StorageException(Problem.NO_KEY, "the home has encrypted records but its key file " + file.path()
                                + " is gone, and without it they cannot be read", KeyringFile.REMEDY, null);
                    }
                }
                var dataKey = keyring.isPresent() ? unlock(keyring.get()) : create();
                keys = EstateKeys.derive(dataKey.bytes(), dataKey.version());
                Arrays.fill(dataKey.bytes(), (byte) 0);
            }
            return keys;
        } finally {
            lock.unlock();
        }
    }

    /** Whether executions were written down under a key of this home. */
    private boolean hasHistory() {
        return home.resolve("executions").resolve("history.log").toFile().length() > 0;
    }

    private record DataKey(byte[] bytes, int version) {
    }

    private DataKey unlock(Keyring keyring) throws StorageException {
        return switch (keyring.method()) {
            case KEYCHAIN -> {
                var wrappingKey = fromKeychain(keyring);
                yield unwrap(keyring, wrappingKey, "the keychain's key is");
            }
            case PASSPHRASE -> {
                var passphrase = passphrase(false).orElseThrow(() -> new StorageException(Problem.NO_KEY,
                        "the home " + home + " was made with a passphrase, and there is none", GIVE_PASSPHRASE, null));
                try {
                    yield unlock(keyring, passphrase);
                } finally {
                    Arrays.fill(passphrase, '\0');
                }
            }
        };
    }

    private DataKey unlock(Keyring keyring, char[] passphrase) throws StorageException {
        if (keyring.argon2() == null || keyring.salt() == null) {
            throw new StorageException(Problem.CORRUPT, "the key file " + file.path() + " does not say how its passphrase is used",
                    KeyringFile.REMEDY, null);
        }
        return unwrap(keyring, keyring.argon2().key(passphrase, keyring.salt()), "the passphrase is");
    }

    private DataKey unwrap(Keyring keyring, SecretKey wrappingKey, String what) throws StorageException {
        return new DataKey(keyring.unwrap(wrappingKey).orElseThrow(() -> new StorageException(Problem.WRONG_KEY, what
                + " not the one that the home " + home + " was made with, or its key file was changed",
                "use the right one, or another home", null)), keyring.keyVersion());
    }

    private DataKey create() throws StorageException {
        var keychainEntry = newKeychainEntry();
        return keychainEntry.entry() != null ? createWith(keychainEntry) : createWithPassphrase(keychainEntry.whyNot());
    }

    private DataKey createWith(KeychainEntry entry) throws StorageException {
        var mine = Keyring.forKeychain(entry.entry());
        var dataKey = Aead.random(Aead.KEY_BYTES);
        mine = mine.wrap(dataKey, entry.wrappingKey());
        var there = file.createIfAbsent(mine);
        if (there == mine) {
            LOG.debug("home made: its key is in the system's keychain");
            return new DataKey(dataKey, mine.keyVersion());
        }
        removeUnused(entry.entry());
        return unlock(there);
    }

    private DataKey createWithPassphrase(String whyNoKeychain) throws StorageException {
        var passphrase = passphrase(true).orElseThrow(() -> new StorageException(Problem.NO_KEY, "no keychain and no passphrase: "
                + whyNoKeychain, GIVE_PASSPHRASE, null));
        try {
            var mine = Keyring.forPassphrase(argon2);
            var dataKey = Aead.random(Aead.KEY_BYTES);
            mine = mine.wrap(dataKey, argon2.key(passphrase, mine.salt()));
            var there = file.createIfAbsent(mine);
            if (there == mine) {
                LOG.debug("home made: its key comes from a passphrase, as {}", whyNoKeychain);
                return new DataKey(dataKey, mine.keyVersion());
            }
            return there.method() == Method.PASSPHRASE ? unlock(there, passphrase) : unlock(there);
        } finally {
            Arrays.fill(passphrase, '\0');
        }
    }

    private Optional<char[]> passphrase(boolean create) throws StorageException {
        for (var source : passphraseSources.reversed()) {
            var passphrase = source.passphrase(home, create);
            if (passphrase.isPresent()) {
                if (passphrase.get().length == 0) {
                    throw new StorageException(Problem.NO_KEY, "the passphrase for the home " + home + " is empty",
                            GIVE_PASSPHRASE, null);
                }
                return passphrase;
            }
        }
        return Optional.empty();
    }

    /** @param entry null when there is no keychain, and then {@code whyNot} says why */
    private record KeychainEntry(String entry, SecretKey wrappingKey, String whyNot) {
    }

    private KeychainEntry newKeychainEntry() throws StorageException {
        if (!mayUseKeychain) {
            return new KeychainEntry(null, null, "this home does not use the keychain");
        }
        var wrappingKey = Aead.random(Aead.KEY_BYTES);
        var folder = file.folder();
        try {
            return new KeychainEntry(keychain.store(folder, wrappingKey), Aead.key(wrappingKey), null);
        } catch (IOException e) {
            LOG.debug("no keychain", e);
            return new KeychainEntry(null, null, e.getMessage());
        }
    }

    private SecretKey fromKeychain(Keyring keyring) throws StorageException {
        var folder = file.folder();
        try {
            return Aead.key(keychain.read(folder, keyring.keychainEntry()));
        } catch (IOException e) {
            throw new StorageException(Problem.NO_KEY, "the key of the home " + home
                    + " is in the system's keychain, which cannot be read: " + e.getMessage(),
                    "run it in the desktop session that made the home, with its keychain unlocked", e);
        }
    }

    private void removeUnused(String entry) throws StorageException {
        var folder = file.folder();
        try {
            keychain.remove(folder, entry);
        } catch (IOException e) {
            LOG.warn("an unused keychain entry stays behind entry={}", entry, e);
        }
    }
}
