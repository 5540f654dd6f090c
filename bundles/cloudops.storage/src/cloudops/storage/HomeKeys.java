package cloudops.storage;

import java.util.List;
import java.util.Map;

import org.osgi.annotation.versioning.ProviderType;

/** The keys of a home: what they are, how they are replaced, how they are destroyed. Thread-safe; blocks. */
@ProviderType
public interface HomeKeys {

    /** Asks nobody for a passphrase, and makes nothing. */
    Status status() throws StorageException;

    /**
     * Encrypts every record anew under a new key and then drops the old one. Meanwhile everybody reads and writes on. What was cut short, by
     * whatever, is continued by the next call instead of beginning another rotation; until it is done both keys are kept.
     *
     * @throws StorageException {@code NO_KEY} when the home has no keys to replace
     */
    Rotation rotate(Progress progress) throws StorageException;

    /**
     * Has the keys opened by the operating system's keychain from now on, by a new entry; records are not rewritten. Other processes go on with
     * the keys that they have. Copies of the key file that were made before, in backups too, are still opened by what opened it then.
     *
     * @throws StorageException {@code NO_KEY} when the home has no keys, or there is no keychain: then nothing has changed
     */
    void moveToKeychain() throws StorageException;

    /** The same by a passphrase, be it a first or another one. @param passphrase not empty; left as it is, to be wiped by the caller */
    void moveToPassphrase(char[] passphrase) throws StorageException;

    /**
     * Makes all others wait that write records or change keys of this home, in whatever process, until it is closed by the same thread. Readers do
     * not wait. Asks nobody for a passphrase.
     *
     * @throws StorageException {@code LOCKED} when others do not let go, or a rotation was begun and is not done
     */
    Pause pause() throws StorageException;

    /** For as long as it is open. */
    interface Pause extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * Destroys all keys of the home, in the keychain and below the home, so that nothing that was encrypted with them can ever be read again.
     * The encrypted data themselves stay where they are.
     *
     * @throws StorageException {@code NO_KEY} when there are none, or the keychain does not give up its entry: then nothing was destroyed
     */
    void destroy() throws StorageException;

    /** Told of each step of a rotation, on the caller's thread. */
    @FunctionalInterface
    interface Progress {
        void rewritten(long done, long total);
    }

    /**
     * @param method {@code keychain} or {@code passphrase}: what opens the keys; null when the home has none
     * @param version of the key that encrypts what is written now; 0 when the home has none
     * @param versions of all keys that are kept
     * @param records how many are encrypted with which version
     */
    record Status(String method, int version, List<Integer> versions, Map<Integer, Long> records) {

        /** Whether a rotation was begun and is not done. */
        public boolean rotating() {
            return versions.size() > 1;
        }
    }

    /**
     * @param version of the new key
     * @param rewritten records that were encrypted anew by this call
     * @param damaged records left alone: they decrypt with no key
     */
    record Rotation(int version, long rewritten, long damaged) {
    }
}
