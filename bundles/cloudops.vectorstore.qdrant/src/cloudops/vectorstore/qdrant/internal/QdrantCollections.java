package cloudops.vectorstore.qdrant.internal;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import cloudops.vectorstore.VectorStoreException;
import cloudops.vectorstore.VectorStoreException.Problem;
import cloudops.vectorstore.spi.CollectionRules;
import io.qdrant.client.grpc.Collections.AliasDescription;
import io.qdrant.client.grpc.Collections.AliasOperations;
import io.qdrant.client.grpc.Collections.ChangeAliases;
import io.qdrant.client.grpc.Collections.CollectionDescription;
import io.qdrant.client.grpc.Collections.CollectionInfo;
import io.qdrant.client.grpc.Collections.CreateAlias;
import io.qdrant.client.grpc.Collections.CreateCollection;
import io.qdrant.client.grpc.Collections.DeleteAlias;
import io.qdrant.client.grpc.Collections.DeleteCollection;
import io.qdrant.client.grpc.Collections.Distance;
import io.qdrant.client.grpc.Collections.GetCollectionInfoRequest;
import io.qdrant.client.grpc.Collections.ListAliasesRequest;
import io.qdrant.client.grpc.Collections.ListCollectionsRequest;
import io.qdrant.client.grpc.Collections.PayloadSchemaType;
import io.qdrant.client.grpc.Collections.VectorParams;
import io.qdrant.client.grpc.Collections.VectorParamsMap;
import io.qdrant.client.grpc.Collections.VectorsConfig;
import io.qdrant.client.grpc.Points.CreateFieldIndexCollection;
import io.qdrant.client.grpc.Points.FieldType;

/**
 * The collections of a server that are ours: they have one vector, named and compared as {@link PointFormat} says. What we call a collection is an
 * alias at the server, for a collection called {@code NAME.0} or, after a restore, {@code NAME.} and a random number: the server moves aliases in one
 * step. What is known of one is not asked for again; one that is dropped meanwhile fails at the server. Thread-safe.
 */
final class QdrantCollections {

    private static final String FIRST = ".0";
    private static final Pattern ENDING = Pattern.compile("0|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    private final QdrantServer server;
    private final Map<String, Integer> known = new ConcurrentHashMap<>();

    QdrantCollections(QdrantServer server) {
        this.server = server;
    }

    Set<String> names() throws VectorStoreException {
        return targets().keySet();
    }

    /** Name → what it stands for at the server, now. */
    private SortedMap<String, String> targets() throws VectorStoreException {
        return targets(aliases());
    }

    private List<AliasDescription> aliases() throws VectorStoreException {
        return server.collections(api -> api.listAliases(ListAliasesRequest.getDefaultInstance())).getAliasesList();
    }

    private static SortedMap<String, String> targets(List<AliasDescription> aliases) {
        var targets = new TreeMap<String, String>();
        for (var alias : aliases) {
            if (CollectionRules.isName(alias.getAliasName()) && alias.getCollectionName().startsWith(alias.getAliasName() + ".")) {
                targets.put(alias.getAliasName(), alias.getCollectionName());
            }
        }
        return targets;
    }

    Optional<String> target(String name) throws VectorStoreException {
        return Optional.ofNullable(targets().get(name));
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
        if (found.isEmpty() || target(name).isEmpty()) {
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
        if (info(name).isEmpty()) {
            known.remove(name);
            begin(name, dimensions);
        }
        int found = ours(name).orElseThrow(() -> removed(name));
        // whoever made the collection may have been stopped before making the index
        index(target(name).orElseThrow(() -> removed(name)));
        return found;
    }

    /** Leaves a name that stands for something by now as it is: a restore may have been faster. */
    private void begin(String name, int dimensions) throws VectorStoreException {
        // the same for all that do this now
        var first = name + FIRST;
        try {
            make(first, dimensions);
            if (target(name).isEmpty()) {
                server.collections(api -> api.updateAliases(ChangeAliases.newBuilder().addActions(standing(name, first)).build()));
            }
        } catch (VectorStoreException e) {
            // that restore removes what it made superfluous
            if (e.problem() != Problem.NO_COLLECTION || target(name).isEmpty()) {
                throw e;
            }
        }
    }

    private VectorStoreException removed(String name) {
        return new VectorStoreException(Problem.NO_COLLECTION, "Collection " + name + " was removed from " + server.address() + " while it was made.",
                null);
    }

    /** Makes a collection, and its index, that no name stands for yet. */
    void make(String collection, int dimensions) throws VectorStoreException {
        create(collection, dimensions);
        index(collection);
    }

    private void index(String collection) throws VectorStoreException {
        if (info(collection).map(there -> there.getPayloadSchemaMap().get(PointFormat.MATCH))
                .filter(index -> index.getDataType() == PayloadSchemaType.Keyword).isEmpty()) {
            server.write(api -> api.createFieldIndex(CreateFieldIndexCollection.newBuilder().setCollectionName(collection).setWait(true)
                    .setFieldName(PointFormat.MATCH).setFieldType(FieldType.FieldTypeKeyword).build()));
        }
    }

    /** Makes each name stand for another collection, all in one step. May be repeated. @param targets name → collection */
    void move(Map<String, String> targets) throws VectorStoreException {
        var change = ChangeAliases.newBuilder();
        var before = targets();
        targets.forEach((name, target) -> {
            if (before.containsKey(name)) {
                change.addActions(AliasOperations.newBuilder().setDeleteAlias(DeleteAlias.newBuilder().setAliasName(name)));
            }
            change.addActions(standing(name, target));
        });
        server.collections(api -> api.updateAliases(change.build()));
    }

    private static AliasOperations standing(String name, String target) {
        return AliasOperations.newBuilder().setCreateAlias(CreateAlias.newBuilder().setAliasName(name).setCollectionName(target)).build();
    }

    /** Whether each name stands for its collection, now. @param targets name → collection */
    boolean areMoved(Map<String, String> targets) throws VectorStoreException {
        return targets().entrySet().containsAll(targets.entrySet());
    }

    /**
     * What was made for {@code name} by whoever did not come to its end, or could not remove what it had replaced. Others may call theirs alike: what
     * has another vector, or stands behind any alias, is not among them.
     */
    List<String> remains(String name) throws VectorStoreException {
        var there = server.collections(api -> api.list(ListCollectionsRequest.getDefaultInstance())).getCollectionsList().stream()
                .map(CollectionDescription::getName).filter(each -> each.startsWith(name + ".") && ENDING.matcher(each.substring(name.length() + 1)).matches())
                .toList();
        // after that list: what is in it and got an alias meanwhile is no remains
        var aliases = aliases();
        var used = aliases.stream().map(AliasDescription::getCollectionName).collect(Collectors.toCollection(HashSet::new));
        if (!targets(aliases).containsKey(name)) {
            // somebody may be about to make it the target
            used.add(name + FIRST);
        }
        var remains = new ArrayList<String>();
        for (var each : there) {
            if (!used.contains(each) && dimensions(each).isPresent()) {
                remains.add(each);
            }
        }
        return remains;
    }

    /** Leaves what is not there as it is. */
    void drop(String collection) throws VectorStoreException {
        server.collections(api -> api.delete(DeleteCollection.newBuilder().setCollectionName(collection).build()));
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
