package cloudops.vectorstore;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;

import cloudops.vectorstore.VectorStoreException.Problem;
import cloudops.vectorstore.spi.CollectionRules;
import cloudops.vectorstore.spi.OpenStore;

/** A store in maps. Filters and nearness are left to tests of stores. */
public class MapStore implements OpenStore {

    final SortedMap<String, Integer> sizes = new TreeMap<>();
    final Map<String, Map<UUID, Point>> points = new ConcurrentHashMap<>();
    /** Fails once so many writes are done. */
    int writesLeft = Integer.MAX_VALUE;

    @Override
    public void ensureCollection(String collection, int dimensions) throws VectorStoreException {
        sizes.putIfAbsent(collection, dimensions);
        points.putIfAbsent(collection, new ConcurrentSkipListMap<>());
        CollectionRules.checkSize(collection, sizes.get(collection), dimensions);
    }

    @Override
    public void upsert(String collection, List<Point> written) throws VectorStoreException {
        if (writesLeft-- <= 0) {
            throw new VectorStoreException(Problem.IO, "full", null);
        }
        written.forEach(point -> points.get(collection).put(point.id(), point));
    }

    @Override
    public Optional<Point> get(String collection, UUID id) {
        return Optional.ofNullable(points.get(collection).get(id));
    }

    @Override
    public void delete(String collection, Collection<UUID> ids) {
        points.get(collection).keySet().removeAll(ids);
    }

    @Override
    public void scroll(String collection, Filter filter, Consumer<Point> each) throws VectorStoreException {
        points.get(collection).values().forEach(each);
    }

    @Override
    public long count(String collection, Filter filter) throws VectorStoreException {
        if (!points.containsKey(collection)) {
            throw new VectorStoreException(Problem.NO_COLLECTION, "no " + collection, null);
        }
        return points.get(collection).size();
    }

    @Override
    public List<Hit> nearest(String collection, float[] vector, Filter filter, int limit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public SortedMap<String, Integer> collections() throws VectorStoreException {
        return sizes;
    }

    @Override
    public void close() {
        // nothing to give back
    }

    @Override
    public void restore(List<CollectionContents> contents) {
        throw new UnsupportedOperationException("left to tests of stores");
    }
}
