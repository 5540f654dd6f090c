package cloudops.storage.backup;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import cloudops.embedding.Embedder;
import cloudops.storage.StorageException;

/** What a backup needs to know of the encrypted store of a home. Thread-safe; may block for a passphrase or the keychain. */
public interface BackupKeys {

    /** What a store may have: collection → size of its vectors. */
    Map<String, Integer> COLLECTIONS = Map.of("aws_estate", Embedder.DIMENSIONS, "chat_history", Embedder.DIMENSIONS);

    /** The keys of this home as they are now, which are made when the home is new. @throws StorageException as for any use of the store */
    BackupKey ofHome() throws StorageException;

    /**
     * Makes all others wait that write records or change keys of this home, in whatever process, until it is closed, by the same thread. Readers do
     * not wait.
     *
     * @throws StorageException {@code LOCKED} when others do not let go; as for any use of the store
     */
    Hold alone() throws StorageException;

    /**
     * As {@link #alone}, for a restore. A home that has no key gets the one of the backup, and loses it again unless it is to {@linkplain Turn#keep
     * keep} it; one that has a key, or got one in this moment, stays as it is.
     *
     * @param folder the backup, laid out as a home
     * @param files those in it with the wrapped key, as {@link #files} named them
     * @param key what is in them
     * @throws StorageException as {@link #alone} and {@link #checkAgainstStore}; {@code IO} when the key cannot be put there
     */
    Turn forRestore(Path folder, List<Path> files, BackupKey key) throws StorageException;

    /** @throws StorageException {@code WRONG_KEY} when the store, which is on a server, was written by another machine with newer keys than these */
    void checkAgainstStore() throws StorageException;

    /** For as long as it is open. */
    interface Hold extends AutoCloseable {
        @Override
        void close();
    }

    /** The turn of a restore. */
    interface Turn extends Hold {

        /** The keys of the home as they are for as long as this is open: those of the backup, or others. */
        BackupKey key();

        /** The records are there, or will be: the home needs the key. */
        void keep();
    }

    /** Whether this home has a key by now. */
    boolean homeHasKey();

    /** Names of the files that hold a home's wrapped key, below the home. Without what is in them a backup is for this home only. */
    List<Path> files() throws StorageException;

    /**
     * The key in key files that lie elsewhere.
     *
     * @param folder laid out as a home
     * @throws StorageException {@code NO_KEY} when passphrase or keychain entry cannot be had; {@code WRONG_KEY}; {@code CORRUPT}
     */
    BackupKey in(Path folder) throws StorageException;
}
