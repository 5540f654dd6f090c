package cloudops.storage.internal;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Collectors;

import cloudops.vectorstore.CollectionContents;
import cloudops.vectorstore.Filter;
import cloudops.vectorstore.Hit;
import cloudops.vectorstore.Point;
import cloudops.vectorstore.VectorStore;
import cloudops.vectorstore.VectorStoreException;

/** The contract of {@link VectorStore} in maps; the points of the estate are there to be looked at and tampered with. */
class InMemoryVectorStore implements VectorStore {

    final Map<UUID, Point> points;

    private final Map<String, Map<UUID, Point>> collections;

    InMemoryVectorStore() {
        points = new ConcurrentHashMap<>();
        collections = new ConcurrentHashMap<>(Map.of(Records.COLLECTION, points));
    }

    /** Another way to what is in {@code same}. */
    InMemoryVectorStore(InMemoryVectorStore same) {
        points = same.points;
        collections = same.collections;
    }

    Map<UUID, Point> points(String collection) {
        return collections.computeIfAbsent(collection, name -> new ConcurrentHashMap<>());
    }

    final AtomicInteger writes = new AtomicInteger();

    final AtomicInteger scrolls = new AtomicInteger();

    /** Points that were asked for by their IDs, but for the generation. */
    final AtomicInteger gets = new AtomicInteger();

    List<Point> resources() {
        return points.values().stream().filter(point -> !point.id().equals(Records.GENERATION)).toList();
    }

    @Override
    public void ensureCollection(String collection, int dimensions) {
        points(collection);
    }

    @Override
    public void upsert(String collection, List<Point> written) {
        writes.incrementAndGet();
        written.forEach(point -> points(collection).put(point.id(), point));
    }

    @Override
    public Optional<Point> get(String collection, UUID id) {
        if (!id.equals(Records.GENERATION)) {
            gets.incrementAndGet();
        }
        return Optional.ofNullable(points(collection).get(id));
    }

    @Override
    public Map<UUID, byte[]> blobStarts(String collection, Collection<UUID> ids, int length) {
        return ids.stream().filter(points(collection)::containsKey)
                .collect(Collectors.toMap(id -> id, id -> Arrays.copyOf(points(collection).get(id).blob(), length), (one, same) -> one));
    }

    @Override
    public void delete(String collection, Collection<UUID> ids) {
        points(collection).keySet().removeAll(ids);
    }

    @Override
    public void scroll(String collection, Filter filter, Consumer<Point> each) {
        scrolls.incrementAndGet();
        points(collection).values().stream().filter(point -> matches(point, filter)).forEach(each);
    }

    @Override
    public long count(String collection, Filter filter) {
        return points(collection).values().stream().filter(point -> matches(point, filter)).count();
    }

    @Override
    public List<Hit> nearest(String collection, float[] vector, Filter filter, int limit) {
        return points(collection).values().stream().filter(point -> point.vector() != null && matches(point, filter))
                .map(point -> new Hit(point, dot(vector, point.vector())))
                .sorted(Comparator.comparing(Hit::similarity).reversed()).limit(limit).toList();
    }

    private static boolean matches(Point point, Filter filter) {
        return filter.anyOf().entrySet().stream().allMatch(field -> point.payload().getOrDefault(field.getKey(), List.of()).stream()
                .anyMatch(field.getValue()::contains));
    }

    private static float dot(float[] one, float[] other) {
        float sum = 0;
        for (int i = 0; i < one.length; i++) {
            sum += one[i] * other[i];
        }
        return sum;
    }

    @Override
    public void restore(List<CollectionContents> contents) throws VectorStoreException {
        for (var collection : contents) {
            points(collection.collection()).clear();
            collection.points().each(point -> points(collection.collection()).put(point.id(), point));
        }
    }
}
