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

import cloudops.vectorstore.Filter;
import cloudops.vectorstore.Hit;
import cloudops.vectorstore.Point;
import cloudops.vectorstore.VectorStoreException;
import cloudops.vectorstore.VectorStoreException.Problem;
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
        var encoded = new LinkedHashMap<UUID, PointStruct>();
        for (var point : points) {
            if (point.vector() != null) {
                CollectionRules.checkVector(collection, dimensions, point.vector());
            }
            encoded.remove(point.id());
            encoded.put(point.id(), PointFormat.encode(point));
        }
        var batches = batches(encoded.values());
        locked(lock(collection).writeLock(), () -> {
            for (var batch : batches) {
                server.points(api -> api.upsert(UpsertPoints.newBuilder().setCollectionName(collection).setWait(true).addAllPoints(batch).build()));
            }
            return null;
        });
    }

    private static List<List<PointStruct>> batches(Collection<PointStruct> points) {
        var batches = new ArrayList<List<PointStruct>>();
        var batch = new ArrayList<PointStruct>();
        int size = 0;
        for (var point : points) {
            if (batch.size() == BATCH || !batch.isEmpty() && size + point.getSerializedSize() > LARGEST_BATCH) {
                batches.add(batch);
                batch = new ArrayList<>();
                size = 0;
            }
            batch.add(point);
            size += point.getSerializedSize();
        }
        if (!batch.isEmpty()) {
            batches.add(batch);
        }
        return batches;
    }

    @Override
    public Optional<Point> get(String collection, UUID id) throws VectorStoreException {
        dimensions(collection);
        var request = GetPoints.newBuilder().setCollectionName(collection).addIds(PointIdFactory.id(id))
                .setWithPayload(WithPayloadSelectorFactory.enable(true)).setWithVectors(WithVectorsSelectorFactory.enable(true)).build();
        return read(collection, () -> server.points(api -> api.get(request))).getResultList().stream().findFirst()
                .map(found -> PointFormat.decode(id, found.getPayloadMap(), found.getVectors()));
    }

    @Override
    public void delete(String collection, Collection<UUID> ids) throws VectorStoreException {
        dimensions(collection);
        var all = List.copyOf(ids);
        locked(lock(collection).writeLock(), () -> {
            for (int from = 0; from < all.size(); from += BATCH) {
                var batch = PointsIdsList.newBuilder();
                all.subList(from, Math.min(from + BATCH, all.size())).forEach(id -> batch.addIds(PointIdFactory.id(id)));
                server.points(api -> api.delete(DeletePoints.newBuilder().setCollectionName(collection).setWait(true)
                        .setPoints(PointsSelector.newBuilder().setPoints(batch)).build()));
            }
            return null;
        });
    }

    @Override
    public void scroll(String collection, Filter filter, Consumer<Point> each) throws VectorStoreException {
        dimensions(collection);
        var wanted = PointFormat.filter(filter);
        if (wanted == null) {
            return;
        }
        var request = ScrollPoints.newBuilder().setCollectionName(collection).setFilter(wanted).setLimit(BATCH)
                .setWithPayload(WithPayloadSelectorFactory.enable(true)).setWithVectors(WithVectorsSelectorFactory.enable(true));
        ScrollResponse page;
        do {
            page = read(collection, () -> server.points(api -> api.scroll(request.build())));
            for (var found : page.getResultList()) {
                id(collection, found.getId()).ifPresent(id -> each.accept(PointFormat.decode(id, found.getPayloadMap(), found.getVectors())));
            }
            request.setOffset(page.getNextPageOffset());
        } while (page.hasNextPageOffset());
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
        return collections.ours(collection).orElseThrow(() -> new VectorStoreException(Problem.NO_COLLECTION,
                "There is no collection " + collection + " in " + server.address() + ".", null));
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
