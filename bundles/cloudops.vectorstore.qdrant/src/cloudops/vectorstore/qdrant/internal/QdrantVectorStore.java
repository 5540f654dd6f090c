package cloudops.vectorstore.qdrant.internal;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import cloudops.vectorstore.CollectionContents;
import cloudops.vectorstore.Filter;
import cloudops.vectorstore.Hit;
import cloudops.vectorstore.Point;
import cloudops.vectorstore.VectorStoreException;
import cloudops.vectorstore.VectorStoreException.Problem;
import cloudops.vectorstore.qdrant.internal.QdrantServer.TooMuchException;
import cloudops.vectorstore.spi.CollectionRules;
import cloudops.vectorstore.spi.OpenStore;
import io.qdrant.client.PointIdFactory;
import io.qdrant.client.QueryFactory;
import io.qdrant.client.WithPayloadSelectorFactory;
import io.qdrant.client.WithVectorsSelectorFactory;
import io.qdrant.client.grpc.Common;
import io.qdrant.client.grpc.Points.CountPoints;
import io.qdrant.client.grpc.Points.DeletePoints;
import io.qdrant.client.grpc.Points.GetPoints;
import io.qdrant.client.grpc.Points.PointStruct;
import io.qdrant.client.grpc.Points.PointsIdsList;
import io.qdrant.client.grpc.Points.PointsSelector;
import io.qdrant.client.grpc.Points.QueryPoints;
import io.qdrant.client.grpc.Points.ScrollPoints;
import io.qdrant.client.grpc.Points.ScrollResponse;
import io.qdrant.client.grpc.Points.UpsertPoints;

/**
 * A vector store on a Qdrant server. Writes return when the server has applied them. In this process nobody sees a part of a write: reads wait
 * for it.
 */
final class QdrantVectorStore implements OpenStore {

    private static final Logger LOG = LoggerFactory.getLogger(QdrantVectorStore.class);
    private static final int BATCH = 100;
    /** A batch ends here, too: beyond lies what proxies and servers refuse. */
    private static final int LARGEST_BATCH = 8 << 20;
    /** The server sets memory aside for as many hits as are asked for. */
    private static final int MANY_HITS = 1_000;

    private final QdrantServer server;
    private final QdrantCollections collections;
    private final Map<String, ReadWriteLock> locks = new ConcurrentHashMap<>();

    QdrantVectorStore(QdrantServer server) {
        this.server = server;
        this.collections = new QdrantCollections(server);
    }

    @Override
    public void ensureCollection(String collection, int dimensions) throws VectorStoreException {
        CollectionRules.checkName(collection);
        CollectionRules.checkDimensions(dimensions);
        CollectionRules.checkSize(collection, collections.ensure(collection, dimensions), dimensions);
    }

    @Override
    public void upsert(String collection, List<Point> points) throws VectorStoreException {
        int dimensions = dimensions(collection);
        var encoded = new ArrayList<PointStruct>(points.size());
        for (var point : points) {
            if (point.vector() != null) {
                CollectionRules.checkVector(collection, dimensions, point.vector());
            }
            encoded.add(PointFormat.encode(point));
        }
        var batches = batchesOf(encoded);
        locked(lock(collection).writeLock(), () -> {
            for (var batch : batches) {
                server.write(api -> api.upsert(UpsertPoints.newBuilder().setCollectionName(collection).setWait(true).addAllPoints(batch).build()));
            }
            return null;
        });
    }

    /** In their order; of several with one ID the last of a batch. */
    static List<List<PointStruct>> batchesOf(Collection<PointStruct> points) {
        var batches = new ArrayList<List<PointStruct>>();
        var batch = new LinkedHashMap<Common.PointId, PointStruct>();
        int size = 0;
        for (var point : points) {
            if (batch.size() == BATCH || !batch.isEmpty() && size + point.getSerializedSize() > LARGEST_BATCH) {
                batches.add(List.copyOf(batch.values()));
                batch.clear();
                size = 0;
            }
            var before = batch.remove(point.getId());
            batch.put(point.getId(), point);
            size += point.getSerializedSize() - (before == null ? 0 : before.getSerializedSize());
        }
        if (!batch.isEmpty()) {
            batches.add(List.copyOf(batch.values()));
        }
        return batches;
    }

    @Override
    public Optional<Point> get(String collection, UUID id) throws VectorStoreException {
        return get(collection, List.of(id)).stream().findFirst();
    }

    @Override
    public List<Point> get(String collection, Collection<UUID> ids) throws VectorStoreException {
        dimensions(collection);
        var found = new ArrayList<Point>();
        for (var batch : batches(ids)) {
            fetch(collection, batch, found);
        }
        return found;
    }

    private void fetch(String collection, List<Common.PointId> ids, List<Point> found) throws VectorStoreException {
        var request = GetPoints.newBuilder().setCollectionName(collection).addAllIds(ids).setWithPayload(WithPayloadSelectorFactory.enable(true))
                .setWithVectors(WithVectorsSelectorFactory.enable(true)).build();
        try {
            for (var point : read(collection, () -> server.points(api -> api.get(request))).getResultList()) {
                id(collection, point.getId()).ifPresent(id -> found.add(PointFormat.decode(id, point.getPayloadMap(), point.getVectors())));
            }
        } catch (TooMuchException e) {
            if (ids.size() == 1) {
                throw e;
            }
            fetch(collection, ids.subList(0, ids.size() / 2), found);
            fetch(collection, ids.subList(ids.size() / 2, ids.size()), found);
        }
    }

    @Override
    public void delete(String collection, Collection<UUID> ids) throws VectorStoreException {
        dimensions(collection);
        locked(lock(collection).writeLock(), () -> {
            for (var batch : batches(ids)) {
                server.write(api -> api.delete(DeletePoints.newBuilder().setCollectionName(collection).setWait(true)
                        .setPoints(PointsSelector.newBuilder().setPoints(PointsIdsList.newBuilder().addAllIds(batch))).build()));
            }
            return null;
        });
    }

    private static List<List<Common.PointId>> batches(Collection<UUID> ids) {
        var all = ids.stream().distinct().map(PointIdFactory::id).toList();
        var batches = new ArrayList<List<Common.PointId>>();
        for (int from = 0; from < all.size(); from += BATCH) {
            batches.add(all.subList(from, Math.min(from + BATCH, all.size())));
        }
        return batches;
    }

    @Override
    public void scroll(String collection, Filter filter, Consumer<Point> each) throws VectorStoreException {
        dimensions(collection);
        var wanted = PointFormat.filter(filter);
        if (wanted == null) {
            return;
        }
        // page by page, and a restore may come between two: then the collection that was begun with is gone
        var target = collections.target(collection).orElseThrow(() -> none(collection));
        var request = ScrollPoints.newBuilder().setCollectionName(target).setFilter(wanted).setLimit(BATCH)
                .setWithPayload(WithPayloadSelectorFactory.enable(true)).setWithVectors(WithVectorsSelectorFactory.enable(true));
        ScrollResponse page;
        do {
            page = page(collection, request);
            for (var found : page.getResultList()) {
                id(collection, found.getId()).ifPresent(id -> each.accept(PointFormat.decode(id, found.getPayloadMap(), found.getVectors())));
            }
            request.setOffset(page.getNextPageOffset());
        } while (page.hasNextPageOffset());
    }

    /** Fewer points at a time from here on where a page of them is more than is taken at once. */
    private ScrollResponse page(String collection, ScrollPoints.Builder request) throws VectorStoreException {
        while (true) {
            try {
                return read(collection, () -> server.points(api -> api.scroll(request.build())));
            } catch (VectorStoreException e) {
                if (e.problem() == Problem.NO_COLLECTION) {
                    throw new VectorStoreException(Problem.LOCKED, "Collection " + collection + " in " + server.address()
                            + " was replaced while it was read; try: again", e);
                }
                if (!(e instanceof TooMuchException)) {
                    throw e;
                }
                if (request.getLimit() == 1) {
                    throw e;
                }
                request.setLimit(request.getLimit() / 2);
            }
        }
    }

    @Override
    public long count(String collection, Filter filter) throws VectorStoreException {
        dimensions(collection);
        var wanted = PointFormat.filter(filter);
        return wanted == null ? 0 : count(collection, wanted);
    }

    private long count(String collection, Common.Filter wanted) throws VectorStoreException {
        var request = CountPoints.newBuilder().setCollectionName(collection).setFilter(wanted).setExact(true).build();
        return read(collection, () -> server.points(api -> api.count(request))).getResult().getCount();
    }

    @Override
    public List<Hit> nearest(String collection, float[] vector, Filter filter, int limit) throws VectorStoreException {
        CollectionRules.checkVector(collection, dimensions(collection), vector);
        var wanted = PointFormat.filter(filter);
        long most = wanted == null || limit < 1 ? 0 : limit <= MANY_HITS ? limit : Math.min(limit, count(collection, wanted));
        if (most == 0) {
            return List.of();
        }
        var request = QueryPoints.newBuilder().setCollectionName(collection).setQuery(QueryFactory.nearest(PointFormat.unit(vector)))
                .setUsing(PointFormat.VECTOR).setFilter(wanted).setLimit(most).setWithPayload(WithPayloadSelectorFactory.enable(true))
                .setWithVectors(WithVectorsSelectorFactory.enable(true)).build();
        var hits = new ArrayList<Hit>();
        for (var found : read(collection, () -> server.points(api -> api.query(request))).getResultList()) {
            id(collection, found.getId()).ifPresent(id -> hits.add(new Hit(PointFormat.decode(id, found.getPayloadMap(), found.getVectors()),
                    Math.clamp(found.getScore(), -1f, 1f))));
        }
        return hits;
    }

    @Override
    public SortedMap<String, Integer> collections() throws VectorStoreException {
        var ours = new TreeMap<String, Integer>();
        for (var name : collections.names()) {
            collections.dimensions(name).ifPresent(dimensions -> ours.put(name, dimensions));
        }
        return ours;
    }

    @Override
    public void restore(List<CollectionContents> contents) throws VectorStoreException {
        contents.forEach(collection -> CollectionRules.checkName(collection.collection()));
        new QdrantRestoration(server, collections).run(contents);
    }

    /** Numbers are IDs that we never give. */
    private static Optional<UUID> id(String collection, Common.PointId id) {
        if (id.hasUuid()) {
            return Optional.of(UUID.fromString(id.getUuid()));
        }
        LOG.warn("left out a point that another program wrote collection={} id={}", collection, id.getNum());
        return Optional.empty();
    }

    private int dimensions(String collection) throws VectorStoreException {
        CollectionRules.checkName(collection);
        return collections.ours(collection).orElseThrow(() -> none(collection));
    }

    private VectorStoreException none(String collection) {
        return new VectorStoreException(Problem.NO_COLLECTION, "There is no collection " + collection + " in " + server.address() + ".", null);
    }

    private interface Step<T> {
        T run() throws VectorStoreException;
    }

    private <T> T read(String collection, Step<T> step) throws VectorStoreException {
        return locked(lock(collection).readLock(), step);
    }

    private ReadWriteLock lock(String collection) {
        return locks.computeIfAbsent(collection, name -> new ReentrantReadWriteLock(true));
    }

    private static <T> T locked(Lock lock, Step<T> step) throws VectorStoreException {
        lock.lock();
        try {
            return step.run();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
