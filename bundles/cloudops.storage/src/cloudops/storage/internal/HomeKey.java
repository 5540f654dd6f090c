package cloudops.storage.internal;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;

import javax.crypto.SecretKey;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import cloudops.model.Environment;
import cloudops.storage.StorageException;
import cloudops.storage.StorageException.Problem;
import cloudops.storage.internal.Keyring.Method;
import cloudops.storage.internal.WrappingKeys.Fresh;
import cloudops.storage.spi.PassphraseSource;

/**
 * The keys of a home, random and wrapped by one of the {@link WrappingKeys}. Which one is settled when the home is made, and changes only when
 * somebody asks for it; a new key is never made for a home that has records. Thread-safe.
 */
@Component(service = HomeKey.class)
public final class HomeKey {

    private static final Logger LOG = LoggerFactory.getLogger(HomeKey.class);

    private final Environment environment;

    private final Keychain keychain;

    private final Argon2 argon2;

    private final KeyringFile file;

    private final WrappingKeys wrappingKeys;

    private final ReentrantLock lock = new ReentrantLock();

    /** Lowest service ranking first. */
    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    volatile List<PassphraseSource> passphraseSources = List.of();

    /** What the key file holds; null until the home is opened. */
    private Opened opened;

    /** The same, and those for records that this process had before: who is in the middle of reading may need them. */
    private EstateKeys keys;

    /** For this process, which holds what was made with the old keys, there are no new ones then. */
    private volatile boolean destroyed;

    @Activate
    public HomeKey(@Reference Environment environment,
            @Reference(cardinality = ReferenceCardinality.OPTIONAL) Keychain keychain) {
        this(environment, keychain, Argon2.AFFORDABLE);
    }

    HomeKey(Environment environment, Keychain keychain, Argon2 argon2) {
        this.environment = environment;
        this.keychain = keychain;
        this.argon2 = argon2;
        file = new KeyringFile(environment.home());
        wrappingKeys = new WrappingKeys(environment, file, keychain, () -> passphraseSources, argon2);
    }

    Path home() {
        return environment.home();
    }

    /** The keys in key files of another folder, which is laid out as a home: those of a backup. Asks for no passphrase that opened this home. */
    EstateKeys keysIn(Path folder) throws StorageException {
        var mine = withSameWrapping(new KeyringFile(folder).read());
        if (mine.isPresent()) {
            return mine.get();
        }
        var other = new HomeKey(new Environment(folder, environment.awsConfigFile(), environment.awsCredentialsFile(), environment.endpointUrl(),
                environment.readOnly(), environment.keychain()), keychain, argon2);
        other.passphraseSources = passphraseSources;
        // a folder without a key file must not get a new one
        return other.keys(() -> true);
    }

    /** A rotation keeps what wraps the keys; only {@code keys protect} changes it. */
    private Optional<EstateKeys> withSameWrapping(Optional<Keyring> keyring) {
        lock.lock();
        try {
            return opened == null || opened.wrappingKey() == null ? Optional.empty() : keyring.flatMap(there -> there.unwrap(opened.wrappingKey()));
        } finally {
            lock.unlock();
        }
    }

    /** Whether the store that the key is for has records already. */
    @FunctionalInterface
    interface RecordCheck {
        boolean hasRecords() throws StorageException;
    }

    /**
     * @param keyring as it was read
     * @param keys that it holds
     * @param wrappingKey that opened it; null when another process wrapped the same keys anew
     */
    private record Opened(Keyring keyring, EstateKeys keys, SecretKey wrappingKey) {
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
                remember(keyring.isPresent() ? open(keyring.get()) : create());
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

    /** As {@link #changing}, without opening the keys. */
    KeyGate.Hold pause() throws StorageException {
        return gate().forChange();
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
            if (!Arrays.equals(there.wrappedKey(), opened.keyring().wrappedKey())) {
                remember(reopened(there));
            }
            return keys;
        } finally {
            lock.unlock();
        }
    }

    /** The key file that another process wrote: new keys, or the same wrapped in another way. Asks only where keys are new to us. */
    private Opened reopened(Keyring there) throws StorageException {
        if (opened.wrappingKey() != null) {
            var withSame = there.unwrap(opened.wrappingKey());
            if (withSame.isPresent()) {
                return new Opened(there, withSame.get(), opened.wrappingKey());
            }
        }
        return there.holdsSameAs(opened.keyring()) ? new Opened(there, opened.keys(), null) : open(there);
    }

    private StorageException destroyedMeanwhile() {
        return new StorageException(Problem.NO_KEY, "the keys of the home " + environment.home() + " were destroyed while it was in use",
                KeyringFile.REMEDY, null);
    }

    /** The key file, without opening it. */
    Optional<Keyring> keyring() throws StorageException {
        return file.read();
    }

    /** Replaces the keys of an opened home, durably; with {@link #changing} held. */
    void change(UnaryOperator<EstateKeys> change) throws StorageException {
        lock.lock();
        try {
            var present = opened.wrappingKey() != null ? opened : open(opened.keyring());
            replace(change.apply(present.keys()), new Fresh(present.keyring(), present.wrappingKey()));
        } finally {
            lock.unlock();
        }
    }

    /**
     * Wraps the keys of an opened home with a new key from the keychain. What wrapped them before opens no more than copies of the key file that
     * were made until then; an entry of the keychain is kept for these, backups above all.
     */
    void moveToKeychain() throws StorageException {
        move(wrappingKeys.inKeychain());
    }

    /** The same with that of a passphrase. @param passphrase left as it is */
    void moveToPassphrase(char[] passphrase) throws StorageException {
        move(wrappingKeys.ofPassphrase(passphrase));
    }

    private void move(Fresh fresh) throws StorageException {
        boolean moved = false;
        try (var alone = changing()) {
            lock.lock();
            try {
                replace(opened.keys(), fresh);
                moved = true;
            } finally {
                lock.unlock();
            }
        } finally {
            if (!moved && !mayBeInUse(fresh)) {
                wrappingKeys.removeUnused(fresh);
            }
        }
    }

    /** Whether the key file names it, or cannot be read: a move may fail when the new key file is there already. */
    private boolean mayBeInUse(Fresh fresh) {
        var entry = fresh.bare().keychainEntry();
        try {
            return entry != null && file.read().filter(there -> entry.equals(there.keychainEntry())).isPresent();
        } catch (StorageException e) {
            LOG.warn("an entry of the keychain is kept, since the key file cannot be read entry={} why={}", entry, e.getMessage());
            return true;
        }
    }

    private void replace(EstateKeys changed, Fresh wrapping) throws StorageException {
        var keyring = wrapping.bare().wrap(changed, wrapping.key());
        file.replace(keyring);
        remember(new Opened(keyring, changed, wrapping.key()));
    }

    /**
     * Destroys the keychain's entry first, without which the key file is worth nothing, and then the key file, and entries that wrapped the keys
     * once.
     *
     * @throws StorageException {@code NO_KEY} when there is none, or the keychain keeps its entry: then nothing was destroyed
     */
    void destroy() throws StorageException {
        try (var held = gate().forChange()) {
            lock.lock();
            try {
                var keyring = file.read().orElseThrow(() -> new StorageException(Problem.NO_KEY, "the home " + environment.home()
                        + " has no keys", null));
                if (keyring.method() == Method.KEYCHAIN) {
                    wrappingKeys.remove(keyring.keychainEntry());
                }
                file.delete();
                keys = keys == null ? null : keys.withoutRecords();
                destroyed = true;
                opened = null;
                wrappingKeys.removeAll();
            } finally {
                lock.unlock();
            }
        }
    }

    /** Forgets the keys. */
    @Deactivate
    void close() {
        lock.lock();
        try {
            keys = null;
            opened = null;
        } finally {
            lock.unlock();
        }
    }

    private void remember(Opened now) {
        keys = keys == null ? now.keys() : now.keys().withOld(keys);
        opened = now;
    }

    /** Whether executions were written down under a key of this home. */
    private boolean hasHistory() {
        return environment.home().resolve("executions").resolve("history.log").toFile().length() > 0;
    }

    private Opened open(Keyring keyring) throws StorageException {
        var wrappingKey = wrappingKeys.of(keyring);
        var unwrapped = keyring.unwrap(wrappingKey);
        if (unwrapped.isEmpty()) {
            throw new StorageException(Problem.WRONG_KEY, (keyring.method() == Method.KEYCHAIN ? "the keychain's key" : "the passphrase")
                    + " is not the one that opens the home " + environment.home() + ", or its key file was changed",
                    "use the right one, or another home", null);
        }
        return new Opened(keyring, unwrapped.get(), wrappingKey);
    }

    private Opened create() throws StorageException {
        var fresh = wrappingKeys.forNewHome();
        var made = EstateKeys.random();
        var mine = fresh.bare().wrap(made, fresh.key());
        var there = file.createIfAbsent(mine);
        if (there == mine) {
            LOG.debug("home made: opened by {}", mine.method());
            return new Opened(mine, made, fresh.key());
        }
        wrappingKeys.removeUnused(fresh);
        return open(there);
    }
}
