package cloudops.storage;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

import cloudops.model.AwsResource;
import cloudops.model.ResourceKey;

/**
 * The encrypted estate of one home. Thread-safe; blocks. A record that does not decrypt or was changed is reported through
 * {@link #damaged()} and left out; all others are served.
 */
public interface EstateStorage {

    /**
     * Inserts or replaces resources. Unchanged ones (all but {@code lastSynced} equal) are not written again.
     *
     * @param resources with their vectors
     * @return what was written and what was not
     */
    UpsertResult upsert(List<Embedded> resources) throws StorageException;

    /** Those of {@code resources} that are not stored, or stored with other content: only they need a vector. */
    Set<ResourceKey> changed(Collection<AwsResource> resources) throws StorageException;

    /**
     * A mark of what is stored of each of {@code keys}: as long as it is the same, so is the resource (but for {@code lastSynced}), whoever wrote
     * it. Cheaper than to read them.
     *
     * @return without those that are not there, are damaged, or have no vector; by default nothing, which costs the caller time only
     */
    default Map<ResourceKey, String> marks(Collection<ResourceKey> keys) throws StorageException {
        return Map.of();
    }

    /** @throws StorageException {@code DAMAGED_RECORD} when the record is there but does not decrypt */
    Optional<AwsResource> get(ResourceKey key) throws StorageException;

    /** Hands every resource that matches to {@code each}, in the order of account, region, type, name. */
    void list(ResourceFilter filter, Consumer<AwsResource> each) throws StorageException;

    /** Keys of a scope, to find what is stale. */
    Set<ResourceKey> keys(ResourceFilter filter) throws StorageException;

    /** How many records match; damaged ones count where the filter needs no decryption. */
    long count(ResourceFilter filter) throws StorageException;

    /** Deletes what is there of {@code keys}; returns how many were. */
    int delete(Collection<ResourceKey> keys) throws StorageException;

    /**
     * Hybrid search: by words (names split, prefixes, typos, IDs) and by meaning, fused by reciprocal rank, best first.
     *
     * @param query as a person types it; blank finds nothing
     * @param limit at most so many hits
     */
    List<SearchHit> search(String query, ResourceFilter filter, int limit) throws StorageException;

    /**
     * What may be meant by the start of a name or an ID, or by a piece of a name, while it is being typed: those that start so before those that have it
     * inside, short ones first. Separators and case do not count.
     *
     * @param typed blank completes to nothing
     * @param limit at most so many
     * @return names and IDs as they are written, each once
     */
    List<String> complete(String typed, ResourceFilter filter, int limit) throws StorageException;

    /** Records that did not decrypt or were changed, as far as they were met since the store was opened. */
    List<DamagedRecord> damaged();

    /**
     * A resource and its vector.
     *
     * @param vector null when embedding failed: the resource is then found by words only
     */
    record Embedded(AwsResource resource, float[] vector) {
    }

    /** @param written inserted or replaced @param unchanged left as they were */
    record UpsertResult(int written, int unchanged) {
    }

    /** @param id the record's ID in the store @param reason for people */
    record DamagedRecord(String id, String reason) {
    }
}
