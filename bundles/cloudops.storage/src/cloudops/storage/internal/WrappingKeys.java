package cloudops.storage.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

import javax.crypto.SecretKey;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import cloudops.model.Environment;
import cloudops.storage.StorageException;
import cloudops.storage.StorageException.Problem;
import cloudops.storage.spi.PassphraseSource;

/**
 * The two ways to the key that wraps a home's keys: the operating system's keychain holds it, or a passphrase makes it. The key file says
 * which way a home has; the other is never tried. Holds no key itself.
 */
final class WrappingKeys {

    private static final Logger LOG = LoggerFactory.getLogger(WrappingKeys.class);

    private static final String GIVE_PASSPHRASE = "set CLOUDOPS_PASSPHRASE or CLOUDOPS_PASSPHRASE_FD, or run it on a terminal to be asked";

    private static final String OTHER_SESSION = "run it in the desktop session that made the home, with its keychain unlocked";

    private final Environment environment;

    private final KeyringFile file;

    private final TimedKeychain keychain;

    private final Supplier<List<PassphraseSource>> sources;

    private final Argon2 argon2;

    /**
     * @param keychain null when there is none
     * @param sources of passphrases, the one to be asked last first
     * @param argon2 for new passphrases
     */
    WrappingKeys(Environment environment, KeyringFile file, Keychain keychain, Supplier<List<PassphraseSource>> sources, Argon2 argon2) {
        this.environment = environment;
        this.file = file;
        this.keychain = new TimedKeychain(keychain);
        this.sources = sources;
        this.argon2 = argon2;
    }

    /**
     * A new wrapping key.
     *
     * @param bare says how it is found again, and wraps nothing yet
     */
    record Fresh(Keyring bare, SecretKey key) {
    }

    /** For a new home: the keychain's if one answers at once, else that of a passphrase that is asked for. */
    Fresh forNewHome() throws StorageException {
        if (!environment.keychain()) {
            return ofNewPassphrase("this home does not use the keychain");
        }
        var folder = file.folder();
        var key = Aead.random(Aead.KEY_BYTES);
        try {
            return new Fresh(Keyring.forKeychain(keychain.storeAtOnce(folder, key)), Aead.key(key));
        } catch (IOException e) {
            LOG.debug("no keychain", e);
            return ofNewPassphrase(e.getMessage());
        }
    }

    private Fresh ofNewPassphrase(String whyNoKeychain) throws StorageException {
        var passphrase = passphrase(true).orElseThrow(() -> new StorageException(Problem.NO_KEY,
                "no keychain and no passphrase: " + whyNoKeychain, GIVE_PASSPHRASE, null));
        try {
            return ofPassphrase(passphrase);
        } finally {
            Arrays.fill(passphrase, '\0');
        }
    }

    /** A new one in the keychain, which is waited for: its user may be asked to unlock it. */
    Fresh inKeychain() throws StorageException {
        if (!environment.keychain()) {
            throw new StorageException(Problem.NO_KEY, "the home " + environment.home() + " does not use the keychain", null);
        }
        var key = Aead.random(Aead.KEY_BYTES);
        try {
            return new Fresh(Keyring.forKeychain(keychain.store(file.folder(), key)), Aead.key(key));
        } catch (IOException e) {
            throw unusable("the system's keychain cannot take the key of the home " + environment.home(), e);
        }
    }

    /** @param passphrase left as it is */
    Fresh ofPassphrase(char[] passphrase) throws StorageException {
        requireSome(passphrase);
        var bare = Keyring.forPassphrase(argon2);
        return new Fresh(bare, argon2.key(passphrase, bare.salt()));
    }

    /** The key that {@code keyring} is said to be wrapped with, which it need not be. */
    SecretKey of(Keyring keyring) throws StorageException {
        return switch (keyring.method()) {
            case KEYCHAIN -> fromKeychain(keyring.keychainEntry());
            case PASSPHRASE -> fromPassphrase(keyring);
        };
    }

    private SecretKey fromKeychain(String entry) throws StorageException {
        if (entry == null) {
            throw new StorageException(Problem.CORRUPT, "the key file " + file.path() + " does not say which entry of the keychain is its own",
                    KeyringFile.REMEDY, null);
        }
        var folder = file.folder();
        try {
            return Aead.key(keychain.read(folder, entry));
        } catch (IOException e) {
            throw unusable("the key of the home " + environment.home() + " is in the system's keychain, which cannot be read", e);
        }
    }

    private SecretKey fromPassphrase(Keyring keyring) throws StorageException {
        if (keyring.argon2() == null || keyring.salt() == null) {
            throw new StorageException(Problem.CORRUPT, "the key file " + file.path() + " does not say how its passphrase is used",
                    KeyringFile.REMEDY, null);
        }
        var passphrase = passphrase(false).orElseThrow(() -> new StorageException(Problem.NO_KEY,
                "the home " + environment.home() + " opens with a passphrase, and there is none", GIVE_PASSPHRASE, null));
        try {
            return keyring.argon2().key(passphrase, keyring.salt());
        } finally {
            Arrays.fill(passphrase, '\0');
        }
    }

    private Optional<char[]> passphrase(boolean create) throws StorageException {
        for (var source : sources.get().reversed()) {
            try {
                var passphrase = source.passphrase(environment.home(), create);
                if (passphrase.isPresent()) {
                    requireSome(passphrase.get());
                    return passphrase;
                }
            } catch (UncheckedIOException e) {
                throw new StorageException(Problem.NO_KEY, e.getMessage(), GIVE_PASSPHRASE, e);
            }
        }
        return Optional.empty();
    }

    private void requireSome(char[] passphrase) throws StorageException {
        if (passphrase.length == 0) {
            throw new StorageException(Problem.NO_KEY, "the passphrase for the home " + environment.home() + " is empty", GIVE_PASSPHRASE, null);
        }
    }

    /** @throws StorageException {@code NO_KEY} when the keychain keeps its entry */
    void remove(String entry) throws StorageException {
        var folder = file.folder();
        try {
            keychain.remove(folder, entry);
        } catch (IOException e) {
            throw unusable("the key of the home " + environment.home() + " is in the system's keychain, which does not give it up", e);
        }
    }

    /** Takes back what nothing was wrapped with, as far as that can be done. */
    void removeUnused(Fresh unused) {
        if (unused.bare().keychainEntry() != null) {
            removeUnused(List.of(unused.bare().keychainEntry()));
        }
    }

    /** Takes back what the keychain has of this home, as far as that can be done: keys that wrapped earlier key files, too. */
    void removeAll() throws StorageException {
        var folder = file.folder();
        try {
            removeUnused(keychain.entries(folder));
        } catch (IOException e) {
            throw new StorageException(Problem.IO, "the folder " + folder + " cannot be read: " + e.getMessage(), e);
        }
    }

    private void removeUnused(List<String> entries) {
        for (var entry : entries) {
            try {
                remove(entry);
            } catch (StorageException e) {
                LOG.warn("an unused entry of the keychain stays behind entry={} why={}", entry, e.getMessage());
            }
        }
    }

    private static StorageException unusable(String what, IOException e) {
        var why = e instanceof KeychainException known ? known : new KeychainException(Problem.NO_KEY, e.getMessage(), OTHER_SESSION, e);
        return new StorageException(why.problem(), what + ": " + why.getMessage(), why.remedy(), e);
    }
}
