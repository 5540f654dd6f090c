package cloudops.vectorstore.qdrant.internal;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

import cloudops.vectorstore.VectorStoreException;
import cloudops.vectorstore.VectorStoreException.Problem;
import cloudops.vectorstore.spi.CollectionRules;
import io.qdrant.client.grpc.Collections.CollectionDescription;
import io.qdrant.client.grpc.Collections.CollectionInfo;
import io.qdrant.client.grpc.Collections.CreateCollection;
import io.qdrant.client.grpc.Collections.Distance;
import io.qdrant.client.grpc.Collections.GetCollectionInfoRequest;
import io.qdrant.client.grpc.Collections.ListCollectionsRequest;
import io.qdrant.client.grpc.Collections.VectorParams;
import io.qdrant.client.grpc.Collections.VectorParamsMap;
import io.qdrant.client.grpc.Collections.VectorsConfig;
import io.qdrant.client.grpc.Points.CreateFieldIndexCollection;
import io.qdrant.client.grpc.Points.FieldType;

/**
 * The collections of a server that are ours: they have one vector, named and compared as {@link PointFormat} says. What is known of one is not asked
 * for again; one that is dropped meanwhile fails at the server. Thread-safe.
 */
final class QdrantCollections {

    private final QdrantServer server;
    private final Map<String, Integer> known = new ConcurrentHashMap<>();

    QdrantCollections(QdrantServer server) {
        this.server = server;
    }

    List<String> names() throws VectorStoreException {
        return server.collections(api -> api.list(ListCollectionsRequest.getDefaultInstance())).getCollectionsList().stream()
                .map(CollectionDescription::getName).filter(CollectionRules::isName).sorted().toList();
    }

    /** @return the size of its vectors; empty when it is not there. @throws VectorStoreException {@code FOREIGN} */
    Optional<Integer> ours(String name) throws VectorStoreException {
        var dimensions = known.get(name);
        if (dimensions != null) {
            return Optional.of(dimensions);
        }
        var info = info(name);
        if (info.isEmpty()) {
            return Optional.empty();
        }
        var found = dimensions(info.get());
        if (found.isEmpty()) {
            throw new VectorStoreException(Problem.FOREIGN, "Collection " + name + " in " + server.address()
                    + " was made by another program; try: another server, or rename that collection", null);
        }
        known.put(name, found.get());
        return found;
    }

    /** @return the size of its vectors; empty when it is not there or not ours */
    Optional<Integer> dimensions(String name) throws VectorStoreException {
        return info(name).flatMap(QdrantCollections::dimensions);
    }

    /** Makes it and its index where they are missing; several may do so at once. @return the size of its vectors */
    int ensure(String name, int dimensions) throws VectorStoreException {
        var info = info(name);
        if (info.isEmpty()) {
            known.remove(name);
            create(name, dimensions);
            info = info(name);
        }
        var found = ours(name).orElseThrow(() -> new VectorStoreException(Problem.NO_COLLECTION,
                "Collection " + name + " was removed from " + server.address() + " while it was made.", null));
        // whoever made the collection may have been stopped before making the index
        if (info.isEmpty() || !info.get().containsPayloadSchema(PointFormat.MATCH)) {
            server.points(api -> api.createFieldIndex(CreateFieldIndexCollection.newBuilder().setCollectionName(name).setWait(true)
                    .setFieldName(PointFormat.MATCH).setFieldType(FieldType.FieldTypeKeyword).build()));
        }
        return found;
    }

    private void create(String name, int dimensions) throws VectorStoreException {
        var vector = VectorParams.newBuilder().setSize(dimensions).setDistance(Distance.Cosine).build();
        try {
            server.collections(api -> api.create(CreateCollection.newBuilder().setCollectionName(name).setOnDiskPayload(true)
                    .setVectorsConfig(VectorsConfig.newBuilder().setParamsMap(VectorParamsMap.newBuilder().putMap(PointFormat.VECTOR, vector)))
                    .build()));
        } catch (VectorStoreException e) {
            // versions of Qdrant say differently that another was faster
            if (info(name).isEmpty()) {
                throw e;
            }
        }
    }

    private Optional<CollectionInfo> info(String name) throws VectorStoreException {
        try {
            return Optional.of(server.collections(api -> api.get(GetCollectionInfoRequest.newBuilder().setCollectionName(name).build())).getResult());
        } catch (VectorStoreException e) {
            if (e.problem() == Problem.NO_COLLECTION) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static Optional<Integer> dimensions(CollectionInfo info) {
        var vectors = info.getConfig().getParams().getVectorsConfig().getParamsMap().getMapMap();
        var ours = vectors.get(PointFormat.VECTOR);
        return ours != null && vectors.size() == 1 && ours.getDistance() == Distance.Cosine ? Optional.of((int) ours.getSize()) : Optional.empty();
    }
}
