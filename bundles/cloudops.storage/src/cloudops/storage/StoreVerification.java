package cloudops.storage;

import java.util.List;

import org.osgi.annotation.versioning.ProviderType;

import cloudops.storage.EstateStorage.DamagedRecord;

/** Reads and decrypts all that a home's store keeps, to find what is damaged or was changed. A service; thread-safe; blocks. */
@ProviderType
public interface StoreVerification {

    /**
     * Looks at every record of every collection, as it lies in the store now. Changes nothing, and makes no key where there is none.
     *
     * @return the collections that are there, in the order of their names
     * @throws StorageException when the store cannot be read at all, or its keys cannot be opened
     */
    List<Verified> verify() throws StorageException;

    /**
     * What is in a collection.
     *
     * @param whole records that are as they were written
     * @param damaged those that are not
     * @param failure why some can no longer even be told from each other, for people; null when all can
     */
    record Verified(String collection, long whole, List<DamagedRecord> damaged, String failure) {

        public boolean intact() {
            return damaged.isEmpty() && failure == null;
        }
    }
}
