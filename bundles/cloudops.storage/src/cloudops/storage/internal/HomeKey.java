package cloudops.storage.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;

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
 * The keys of a home, random and wrapped by a key that the operating system's keychain holds or a passphrase makes. Which of
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

    /** For this process, which holds what was made with the old keys, there are no new ones then. */
    private volatile boolean destroyed;

    /** What opened the keys: a rotation wraps the new ones with it. */
    private SecretKey wrappingKey;

    /** The key file that {@link #keys} were read from, to see whether it is another by now. */
    private Keyring read;

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

    /** The keys in key files of another folder, which is laid out as a home: those of a backup. Asks for no passphrase that opened this home. */
    EstateKeys keysIn(Path folder) throws StorageException {
        var mine = withSameWrapping(new KeyringFile(folder).read());
        if (mine.isPresent()) {
            return mine.get();
        }
        var other = new HomeKey(folder, mayUseKeychain, keychain, argon2);
        other.passphraseSources = passphraseSources;
        // a folder without a key file must not get a new one
        return other.keys(() -> true);
    }

    /** A rotation keeps what wraps the keys. */
    private Optional<EstateKeys> withSameWrapping(Optional<Keyring> keyring) {
        lock.lock();
        try {
            return wrappingKey == null ? Optional.empty() : keyring.flatMap(there -> there.unwrap(wrappingKey));
        } finally {
            lock.unlock();
        }
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
            if (destroyed) {
                throw destroyedMeanwhile();
            }
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
                remember(keyring.isPresent() ? unlock(keyring.get()) : create());
            }
            return keys;
        } finally {
            lock.unlock();
        }
    }

    /** The keys of a home that was opened with {@link #keys}, as they are at any time from then on. */
    KeySource source() {
        return new KeySource() {
            @Override
            public EstateKeys now() {
                lock.lock();
                try {
                    return keys;
                } finally {
                    lock.unlock();
                }
            }

            @Override
            public Optional<SecretKey> records(int version) {
                var known = now().records().get(version);
                if (known != null) {
                    return Optional.of(known);
                }
                if (destroyed) {
                    return Optional.empty();
                }
                try {
                    return Optional.ofNullable(refresh().records().get(version));
                } catch (StorageException e) {
                    LOG.warn("the key file cannot be read again: {}", e.getMessage());
                    return Optional.empty();
                }
            }
        };
    }

    /**
     * Keeps keys from being changed by any process while records are written, and makes sure that they are written under the present one.
     *
     * @throws StorageException {@code NO_KEY} when the keys were destroyed since the home was opened
     */
    KeyGate.Hold writing() throws StorageException {
        return refreshed(gate().forWriting());
    }

    /** Keeps every other process from writing records or changing keys. */
    KeyGate.Hold changing() throws StorageException {
        return refreshed(gate().forChange());
    }

    private KeyGate gate() throws StorageException {
        return new KeyGate(file.folder().resolve("lock"));
    }

    private KeyGate.Hold refreshed(KeyGate.Hold hold) throws StorageException {
        try {
            refresh();
            return hold;
        } catch (StorageException | RuntimeException e) {
            hold.close();
            throw e;
        }
    }

    private EstateKeys refresh() throws StorageException {
        lock.lock();
        try {
            var there = file.read().filter(keyring -> !destroyed).orElseThrow(this::destroyedMeanwhile);
            if (!Arrays.equals(there.wrappedKey(), read.wrappedKey())) {
                var older = keys;
                remember(unwrap(there, wrappingKey, "the key that opened the home is"));
                keys = keys.withOld(older);
            }
            return keys;
        } finally {
            lock.unlock();
        }
    }

    private StorageException destroyedMeanwhile() {
        return new StorageException(Problem.NO_KEY, "the keys of the home " + home + " were destroyed while it was in use", KeyringFile.REMEDY, null);
    }

    /** The key file, without opening it. */
    Optional<Keyring> keyring() throws StorageException {
        return file.read();
    }

    /** Replaces the keys of an opened home, durably; with {@link #changing} held. */
    void change(UnaryOperator<EstateKeys> change) throws StorageException {
        lock.lock();
        try {
            var older = keys;
            var stored = unwrap(read, wrappingKey, "the key that opened the home is").keys();
            var changed = read.wrap(change.apply(stored), wrappingKey);
            file.replace(changed);
            remember(unwrap(changed, wrappingKey, "the key that opened the home is"));
            keys = keys.withOld(older);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Destroys the keychain's entry first, without which the key file is worth nothing, and then the key file.
     *
     * @throws StorageException {@code NO_KEY} when there is none, or the keychain keeps its entry: then nothing was destroyed
     */
    void destroy() throws StorageException {
        try (var held = gate().forChange()) {
            lock.lock();
            try {
                var keyring = file.read().orElseThrow(() -> new StorageException(Problem.NO_KEY, "the home " + home + " has no keys", null));
                if (keyring.method() == Method.KEYCHAIN) {
                    removeEntry(keyring.keychainEntry());
                }
                file.delete();
                keys = keys == null ? null : keys.withoutRecords();
                destroyed = true;
                wrappingKey = null;
            } finally {
                lock.unlock();
            }
        }
    }

    private void removeEntry(String entry) throws StorageException {
        try {
            keychain.remove(file.folder(), entry);
        } catch (IOException e) {
            throw unavailable(e);
        }
    }

    private void remember(Opened opened) {
        keys = opened.keys();
        wrappingKey = opened.wrappingKey();
        read = opened.keyring();
    }

    /** Whether executions were written down under a key of this home. */
    private boolean hasHistory() {
        return home.resolve("executions").resolve("history.log").toFile().length() > 0;
    }

    private record Opened(EstateKeys keys, Keyring keyring, SecretKey wrappingKey) {
    }

    private Opened unlock(Keyring keyring) throws StorageException {
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

    private Opened unlock(Keyring keyring, char[] passphrase) throws StorageException {
        if (keyring.argon2() == null || keyring.salt() == null) {
            throw new StorageException(Problem.CORRUPT, "the key file " + file.path() + " does not say how its passphrase is used",
                    KeyringFile.REMEDY, null);
        }
        return unwrap(keyring, keyring.argon2().key(passphrase, keyring.salt()), "the passphrase is");
    }

    private Opened unwrap(Keyring keyring, SecretKey wrappingKey, String what) throws StorageException {
        return new Opened(keyring.unwrap(wrappingKey).orElseThrow(() -> new StorageException(Problem.WRONG_KEY, what
                + " not the one that the home " + home + " was made with, or its key file was changed",
                "use the right one, or another home", null)), keyring, wrappingKey);
    }

    private Opened create() throws StorageException {
        var keychainEntry = newKeychainEntry();
        return keychainEntry.entry() != null ? createWith(keychainEntry) : createWithPassphrase(keychainEntry.whyNot());
    }

    private Opened createWith(KeychainEntry entry) throws StorageException {
        var made = EstateKeys.random();
        var mine = Keyring.forKeychain(entry.entry()).wrap(made, entry.wrappingKey());
        var there = file.createIfAbsent(mine);
        if (there == mine) {
            LOG.debug("home made: its key is in the system's keychain");
            return new Opened(made, mine, entry.wrappingKey());
        }
        removeUnused(entry.entry());
        return unlock(there);
    }

    private Opened createWithPassphrase(String whyNoKeychain) throws StorageException {
        var passphrase = passphrase(true).orElseThrow(() -> new StorageException(Problem.NO_KEY, "no keychain and no passphrase: "
                + whyNoKeychain, GIVE_PASSPHRASE, null));
        try {
            var made = EstateKeys.random();
            var bare = Keyring.forPassphrase(argon2);
            var key = argon2.key(passphrase, bare.salt());
            var mine = bare.wrap(made, key);
            var there = file.createIfAbsent(mine);
            if (there == mine) {
                LOG.debug("home made: its key comes from a passphrase, as {}", whyNoKeychain);
                return new Opened(made, mine, key);
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
            throw unavailable(e);
        }
    }

    private StorageException unavailable(IOException e) {
        var why = e instanceof KeychainException known ? known : new KeychainException(Problem.NO_KEY, e.getMessage(),
                "run it in the desktop session that made the home, with its keychain unlocked", e);
        return new StorageException(why.problem(), "the key of the home " + home + " is in the system's keychain, which cannot be read: "
                + why.getMessage(), why.remedy(), e);
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
