package cloudops.vectorstore;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * A store of points: a UUID, an optional vector, a plain payload to filter by, and an opaque blob. It knows no keys and no resources: all
 * that is secret reaches it encrypted. Thread-safe. A write is durable when the method returns. Several processes may read; one writes at a
 * time, another's write waits or fails with {@code LOCKED}.
 *
 * <p>A store may be on a server. Then several processes write at a time, and a call that takes more than 100 points reaches the server in
 * parts, in the order of the list: other processes may see the first parts before the last, and when the call fails the first may be there; so a
 * point that is in the list twice, first and last, may be seen as it is first while the others are written. Repeating it is always safe. It may fail with
 * {@code UNREACHABLE} or {@code REFUSED}.
 *
 * <p>A store does not vouch for what is in a point. One that was damaged on its way or on the disk comes back changed, or without a payload,
 * vector or blob where that cannot be read, under its own ID; the point's owner tells by the blob, and mends it by writing it anew. Where the
 * points themselves can no longer be told, all that is asked of the store fails with {@code CORRUPT}, and nothing is changed.
 */
@ConsumerType
public interface VectorStore {

    /**
     * Makes {@code collection} if it is not there.
     *
     * @throws VectorStoreException {@code MISMATCH} when it is there with another size; {@code FOREIGN}, or {@code CORRUPT} where that cannot be
     *             told from damage, when what is there under its name is not a collection of ours, which is left as it is
     */
    void ensureCollection(String collection, int dimensions) throws VectorStoreException;

    /** Inserts or replaces points by their IDs; of several with one ID the last stays. All or none become visible. */
    void upsert(String collection, List<Point> points) throws VectorStoreException;

    Optional<Point> get(String collection, UUID id) throws VectorStoreException;

    /** Those of {@code ids} that are there, each once, in no particular order. Stores do better than to look for one after the other. */
    default List<Point> get(String collection, Collection<UUID> ids) throws VectorStoreException {
        var found = new ArrayList<Point>();
        for (var id : Set.copyOf(ids)) {
            get(collection, id).ifPresent(found::add);
        }
        return found;
    }

    /**
     * How the blobs begin of those of {@code ids} that are there: their first {@code length} bytes, and all of a shorter one. For less than the whole
     * points where the store can.
     */
    default Map<UUID, byte[]> blobStarts(String collection, Collection<UUID> ids, int length) throws VectorStoreException {
        var starts = new HashMap<UUID, byte[]>();
        for (var point : get(collection, ids)) {
            starts.put(point.id(), Arrays.copyOf(point.blob(), Math.min(length, point.blob().length)));
        }
        return starts;
    }

    /** Deletes what is there of {@code ids}. */
    void delete(String collection, Collection<UUID> ids) throws VectorStoreException;

    /**
     * Hands every point that matches {@code filter} to {@code each}, once, in no particular order, without holding them all in memory. {@code each}
     * may use the store; whether it is handed what is written meanwhile is open. What it throws ends the scroll and reaches the caller.
     */
    void scroll(String collection, Filter filter, Consumer<Point> each) throws VectorStoreException;

    long count(String collection, Filter filter) throws VectorStoreException;

    /** The {@code limit} points nearest to {@code vector} by cosine among those that match, nearest first. */
    List<Hit> nearest(String collection, float[] vector, Filter filter, int limit) throws VectorStoreException;

    /**
     * {@code collections}, those that are there, as they are now. The caller closes it. The embedded store holds the moment; what is on a server
     * is read twice, and a snapshot during which it was written to is refused by {@link StoreSnapshot#confirm}.
     */
    default StoreSnapshot snapshot(Collection<String> collections) throws VectorStoreException {
        return new ScrolledSnapshot(this, collections);
    }

    /**
     * Makes {@code contents} all there is in their collections, which are made if need be; other collections stay. Everything is built
     * beside what is there and replaces it at the end, in all collections or, on an exception or a crash, in none. Whoever reads sees the one or
     * the other. What others write meanwhile is lost with what was there. A collection that is damaged beyond repair is put aside by then.
     *
     * @throws VectorStoreException {@code LOCKED} when another process writes; {@code MISMATCH} when a collection is there with another size, or a
     *             point does not fit; {@code FOREIGN} when what is there under one of the names, on a server, is not ours; {@code UNFINISHED} when
     *             it failed where it could not be undone any more; what {@code contents} throw
     */
    void restore(List<CollectionContents> contents) throws VectorStoreException;
}
