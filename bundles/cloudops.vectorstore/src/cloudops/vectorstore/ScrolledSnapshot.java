package cloudops.vectorstore;

import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Consumer;

import cloudops.vectorstore.VectorStoreException.Problem;

/**
 * A snapshot of a store that cannot hold a moment. Everything is read twice, a second time to see that it is still the same: then every point
 * was, at the moment between the two, what was handed over.
 */
final class ScrolledSnapshot implements StoreSnapshot {

    private final VectorStore store;
    private final Set<String> collections = new TreeSet<>();
    private final Map<String, Map<UUID, ByteBuffer>> read = new HashMap<>();

    ScrolledSnapshot(VectorStore store, Collection<String> wanted) throws VectorStoreException {
        this.store = store;
        for (var collection : wanted) {
            if (isThere(collection)) {
                collections.add(collection);
            }
        }
    }

    private boolean isThere(String collection) throws VectorStoreException {
        try {
            store.count(collection, Filter.ALL);
            return true;
        } catch (VectorStoreException e) {
            if (e.problem() == Problem.NO_COLLECTION) {
                return false;
            }
            throw e;
        }
    }

    @Override
    public Set<String> collections() {
        return collections;
    }

    @Override
    public void each(String collection, Consumer<Point> each) throws VectorStoreException {
        var digests = new HashMap<UUID, ByteBuffer>();
        store.scroll(collection, Filter.ALL, point -> {
            // a scroll page by page may come upon a point again
            if (digests.putIfAbsent(point.id(), PointDigest.of(point)) == null) {
                each.accept(point);
            }
        });
        read.put(collection, digests);
    }

    @Override
    public void confirm() throws VectorStoreException {
        for (var collection : read.entrySet()) {
            var digests = new HashMap<UUID, ByteBuffer>();
            store.scroll(collection.getKey(), Filter.ALL, point -> digests.put(point.id(), PointDigest.of(point)));
            if (!digests.equals(collection.getValue())) {
                throw new VectorStoreException(Problem.LOCKED, "Collection " + collection.getKey()
                        + " was written to while it was read; try: again when the programs that write to it are done", null);
            }
        }
    }

    @Override
    public void close() {
        read.clear();
    }
}
