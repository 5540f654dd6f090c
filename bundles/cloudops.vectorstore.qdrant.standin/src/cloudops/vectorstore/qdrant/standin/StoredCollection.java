package cloudops.vectorstore.qdrant.standin;

import static cloudops.vectorstore.qdrant.standin.CollectionsService.invalid;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;

import io.grpc.Status;
import io.qdrant.client.grpc.Collections.Distance;
import io.qdrant.client.grpc.Collections.PayloadSchemaType;
import io.qdrant.client.grpc.Collections.StrictModeConfig;
import io.qdrant.client.grpc.Collections.VectorParams;
import io.qdrant.client.grpc.Collections.VectorsConfig;
import io.qdrant.client.grpc.Common.PointId;
import io.qdrant.client.grpc.JsonWithInt.Value;
import io.qdrant.client.grpc.Points.PointStruct;
import io.qdrant.client.grpc.Points.Vector;
import io.qdrant.client.grpc.Points.Vectors;

/** What the double keeps of a collection. As on the server, a write is applied point by point, and one that nobody waits for some time later. */
public final class StoredCollection {

    /** Numbers first, then UUIDs, each by unsigned value: the order of a scroll. */
    static final Comparator<PointId> BY_ID = Comparator.comparing(PointId::hasUuid)
            .thenComparing(PointId::getNum, Long::compareUnsigned)
            .thenComparing(PointId::getUuid);

    /** @param vectors by name; the one without a name has the empty one */
    public record Stored(PointId id, Map<String, Value> payload, Map<String, float[]> vectors) {
    }

    final VectorsConfig vectors;
    final StrictModeConfig strict;
    /** Fields that have an index. */
    public final Map<String, PayloadSchemaType> indexed = new ConcurrentHashMap<>();
    public final ConcurrentSkipListMap<PointId, Stored> points = new ConcurrentSkipListMap<>(BY_ID);
    private final List<Runnable> later = new ArrayList<>(); // guarded by this

    StoredCollection(VectorsConfig vectors, StrictModeConfig strict) {
        this.vectors = vectors;
        this.strict = strict.getEnabled() ? strict : StrictModeConfig.getDefaultInstance();
    }

    /** @param aliases other names: alias → name */
    static StoredCollection find(Map<String, StoredCollection> collections, Map<String, String> aliases, String name) {
        var found = collections.get(aliases.getOrDefault(name, name));
        if (found == null) {
            throw Status.NOT_FOUND.withDescription("Not found: Collection `" + name + "` doesn't exist!").asRuntimeException();
        }
        return found;
    }

    int size() {
        return points.size();
    }

    synchronized void write(boolean wait, Runnable change) {
        if (wait) {
            later.forEach(Runnable::run);
            later.clear();
            change.run();
        } else {
            later.add(change);
        }
    }

    /** Refuses the whole request when one point is wrong. */
    void upsert(Collection<PointStruct> written, boolean wait) {
        if (written.isEmpty()) {
            throw invalid("Bad request: Empty update request");
        }
        checkMost("upsert", written.size(), strict.hasUpsertMaxBatchsize(), strict.getUpsertMaxBatchsize());
        var checked = written.stream().map(this::stored).toList();
        write(wait, () -> checked.forEach(point -> points.put(point.id(), point)));
    }

    /** Limits that a collection's owner has set. */
    static void checkMost(String name, long given, boolean isLimited, long most) {
        if (isLimited && given > most) {
            throw invalid("Bad request: Limit exceeded " + given + " > " + most + " for \"" + name + "\". Help: Reduce the \"" + name
                    + "\" parameter to or below " + most + ".");
        }
    }

    private Stored stored(PointStruct point) {
        return new Stored(id(point.getId()), Map.copyOf(point.getPayloadMap()), vectors(point));
    }

    static PointId id(PointId id) {
        switch (id.getPointIdOptionsCase()) {
            case NUM:
                return id;
            case UUID:
                try {
                    var uuid = UUID.fromString(id.getUuid());
                    if (uuid.toString().equalsIgnoreCase(id.getUuid())) {
                        return PointId.newBuilder().setUuid(uuid.toString()).build();
                    }
                } catch (IllegalArgumentException e) {
                    throw invalid("Unable to parse UUID: " + id.getUuid());
                }
                throw invalid("Unable to parse UUID: " + id.getUuid());
            default:
                throw invalid("No ID options provided");
        }
    }

    private Map<String, float[]> vectors(PointStruct point) {
        Vectors given = point.getVectors();
        var stored = new HashMap<String, float[]>();
        switch (given.getVectorsOptionsCase()) {
            case VECTOR -> stored.put("", vector("", given.getVector()));
            case VECTORS -> given.getVectors().getVectorsMap().forEach((name, vector) -> stored.put(name, vector(name, vector)));
            default -> throw invalid("Expected some vectors");
        }
        return stored;
    }

    private float[] vector(String name, Vector vector) {
        var values = vector.hasDense() ? vector.getDense().getDataList() : vector.getDataList();
        var floats = new float[values.size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = values.get(i);
        }
        return prepare(name, floats);
    }

    /** Checks the size, and normalises for a cosine. */
    float[] prepare(String name, float[] vector) {
        var config = config(name);
        if (vector.length != config.getSize()) {
            throw invalid("Wrong input: Vector dimension error: expected dim: " + config.getSize() + ", got " + vector.length);
        }
        return config.getDistance() == Distance.Cosine ? normalised(vector) : vector;
    }

    private VectorParams config(String name) {
        var config = name.isEmpty() && vectors.hasParams() ? vectors.getParams() : vectors.getParamsMap().getMapMap().get(name);
        if (config == null) {
            throw invalid("Wrong input: Not existing vector name error: " + name);
        }
        return config;
    }

    /** Harsher than the server, which leaves vectors that nearly have unit length: here the last bits of every vector change. */
    private static float[] normalised(float[] vector) {
        float squares = 0;
        for (var x : vector) {
            squares += x * x;
        }
        if (squares < Math.ulp(1f)) {
            return vector;
        }
        float length = (float) Math.sqrt(squares);
        var unit = new float[vector.length];
        for (int i = 0; i < unit.length; i++) {
            unit[i] = Math.nextUp(vector[i] / length);
        }
        return unit;
    }
}
