package cloudops.vectorstore.internal;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

import cloudops.vectorstore.CollectionContents;
import cloudops.vectorstore.Filter;
import cloudops.vectorstore.Hit;
import cloudops.vectorstore.Point;
import cloudops.vectorstore.StoreSnapshot;
import cloudops.vectorstore.VectorStore;
import cloudops.vectorstore.VectorStoreException;
import cloudops.vectorstore.VectorStoreException.Problem;
import cloudops.vectorstore.VectorStores;
import cloudops.vectorstore.spi.OpenStore;

/**
 * The home's own store, opened when it is first used. When the home has another by now, because another process has moved it, this one is not
 * written to any more, for what is written to the old place would be lost, and no backup is made of it.
 */
@Component
public final class HomeStore implements VectorStore {

    private final VectorStores stores;
    private OpenStore opened; // guarded by this
    private String address; // of it; guarded by this
    private boolean closed; // guarded by this

    @Activate
    public HomeStore(@Reference VectorStores stores) {
        this.stores = stores;
    }

    private synchronized OpenStore store() throws VectorStoreException {
        if (closed) {
            throw new VectorStoreException(Problem.IO, "the store is closed: the program is ending", null);
        }
        if (opened == null) {
            try {
                address = stores.own();
                opened = stores.open(address);
            } catch (IllegalArgumentException e) {
                throw new VectorStoreException(Problem.IO, "The settings name a store that cannot be opened: " + e.getMessage(), e);
            }
        }
        return opened;
    }

    private synchronized OpenStore storeOfNow() throws VectorStoreException {
        var store = store();
        var now = stores.own();
        if (!now.equals(address)) {
            throw new VectorStoreException(Problem.IO, "The store was moved from " + address + " to " + now
                    + " while this program had it open. Nothing was written or copied; try: start the program again", null);
        }
        return store;
    }

    @Override
    public void ensureCollection(String collection, int dimensions) throws VectorStoreException {
        storeOfNow().ensureCollection(collection, dimensions);
    }

    @Override
    public void upsert(String collection, List<Point> points) throws VectorStoreException {
        storeOfNow().upsert(collection, points);
    }

    @Override
    public Optional<Point> get(String collection, UUID id) throws VectorStoreException {
        return store().get(collection, id);
    }

    @Override
    public List<Point> get(String collection, Collection<UUID> ids) throws VectorStoreException {
        return store().get(collection, ids);
    }

    @Override
    public Map<UUID, byte[]> blobStarts(String collection, Collection<UUID> ids, int length) throws VectorStoreException {
        return store().blobStarts(collection, ids, length);
    }

    @Override
    public void delete(String collection, Collection<UUID> ids) throws VectorStoreException {
        storeOfNow().delete(collection, ids);
    }

    @Override
    public void scroll(String collection, Filter filter, Consumer<Point> each) throws VectorStoreException {
        store().scroll(collection, filter, each);
    }

    @Override
    public long count(String collection, Filter filter) throws VectorStoreException {
        return store().count(collection, filter);
    }

    @Override
    public List<Hit> nearest(String collection, float[] vector, Filter filter, int limit) throws VectorStoreException {
        return store().nearest(collection, vector, filter, limit);
    }

    @Override
    public StoreSnapshot snapshot(Collection<String> collections) throws VectorStoreException {
        return storeOfNow().snapshot(collections);
    }

    @Override
    public void restore(List<CollectionContents> contents) throws VectorStoreException {
        storeOfNow().restore(contents);
    }

    @Deactivate
    public synchronized void close() throws VectorStoreException {
        closed = true;
        if (opened != null) {
            opened.close();
            opened = null;
        }
    }
}
