package cloudops.vectorstore.qdrant.standin;

import static cloudops.vectorstore.qdrant.standin.CollectionsService.answer;
import static cloudops.vectorstore.qdrant.standin.CollectionsService.invalid;
import static cloudops.vectorstore.qdrant.standin.StoredCollection.checkMost;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import cloudops.vectorstore.qdrant.standin.StoredCollection.Stored;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.qdrant.client.grpc.Collections.PayloadSchemaType;
import io.qdrant.client.grpc.Common.Condition;
import io.qdrant.client.grpc.Common.Filter;
import io.qdrant.client.grpc.JsonWithInt.Value;
import io.qdrant.client.grpc.Points.CountPoints;
import io.qdrant.client.grpc.Points.CountResponse;
import io.qdrant.client.grpc.Points.CountResult;
import io.qdrant.client.grpc.Points.CreateFieldIndexCollection;
import io.qdrant.client.grpc.Points.DeletePoints;
import io.qdrant.client.grpc.Points.DenseVector;
import io.qdrant.client.grpc.Points.GetPoints;
import io.qdrant.client.grpc.Points.GetResponse;
import io.qdrant.client.grpc.Points.NamedVectorsOutput;
import io.qdrant.client.grpc.Points.PointsOperationResponse;
import io.qdrant.client.grpc.Points.QueryPoints;
import io.qdrant.client.grpc.Points.QueryResponse;
import io.qdrant.client.grpc.Points.RetrievedPoint;
import io.qdrant.client.grpc.Points.ScoredPoint;
import io.qdrant.client.grpc.Points.ScrollPoints;
import io.qdrant.client.grpc.Points.ScrollResponse;
import io.qdrant.client.grpc.Points.UpdateResult;
import io.qdrant.client.grpc.Points.UpdateStatus;
import io.qdrant.client.grpc.Points.UpsertPoints;
import io.qdrant.client.grpc.Points.VectorOutput;
import io.qdrant.client.grpc.Points.VectorsOutput;
import io.qdrant.client.grpc.PointsGrpc.PointsImplBase;

/** The double's points. */
final class PointsService extends PointsImplBase {

    private static final Pattern PATH = Pattern.compile("([A-Za-z0-9_-]+|\"[^\"]+\")(\\[\\d*])*(\\.([A-Za-z0-9_-]+|\"[^\"]+\")(\\[\\d*])*)*");
    private static final int USUAL_LIMIT = 10;

    private final Map<String, StoredCollection> collections;
    private final Map<String, String> aliases;
    private final BooleanSupplier late;

    /** @param late whether the next write that is waited for is not waited for long enough */
    PointsService(Map<String, StoredCollection> collections, Map<String, String> aliases, BooleanSupplier late) {
        this.collections = collections;
        this.aliases = aliases;
        this.late = late;
    }

    @Override
    public void upsert(UpsertPoints request, StreamObserver<PointsOperationResponse> answer) {
        answer(answer, () -> {
            var when = when(request.getWait());
            find(request.getCollectionName()).upsert(request.getPointsList(), when == UpdateStatus.Completed);
            return updated(when);
        });
    }

    @Override
    public void delete(DeletePoints request, StreamObserver<PointsOperationResponse> answer) {
        answer(answer, () -> {
            var collection = find(request.getCollectionName());
            if (!request.getPoints().hasPoints()) {
                throw unknown("deletion by anything but IDs");
            }
            var ids = request.getPoints().getPoints().getIdsList().stream().map(StoredCollection::id).toList();
            var when = when(request.getWait());
            collection.write(when == UpdateStatus.Completed, () -> ids.forEach(collection.points::remove));
            return updated(when);
        });
    }

    @Override
    public void createFieldIndex(CreateFieldIndexCollection request, StreamObserver<PointsOperationResponse> answer) {
        answer(answer, () -> {
            var collection = find(request.getCollectionName());
            collection.indexed.put(path(request.getFieldName()), switch (request.getFieldType()) {
                case FieldTypeKeyword -> PayloadSchemaType.Keyword;
                case FieldTypeInteger -> PayloadSchemaType.Integer;
                case FieldTypeText -> PayloadSchemaType.Text;
                default -> throw unknown("an index of type " + request.getFieldType());
            });
            return updated(request.getWait() ? UpdateStatus.Completed : UpdateStatus.Acknowledged);
        });
    }

    @Override
    public void get(GetPoints request, StreamObserver<GetResponse> answer) {
        answer(answer, () -> {
            var collection = find(request.getCollectionName());
            var found = request.getIdsList().stream().map(StoredCollection::id).map(collection.points::get).filter(point -> point != null);
            return GetResponse.newBuilder().addAllResult(found.map(point -> retrieved(point, request.getWithPayload().getEnable(),
                    request.getWithVectors().getEnable())).toList()).build();
        });
    }

    @Override
    public void scroll(ScrollPoints request, StreamObserver<ScrollResponse> answer) {
        answer(answer, () -> {
            var collection = find(request.getCollectionName());
            int limit = request.hasLimit() ? request.getLimit() : USUAL_LIMIT;
            checkLimit(collection, limit);
            var from = request.hasOffset() ? collection.points.tailMap(StoredCollection.id(request.getOffset()), true) : collection.points;
            var found = matching(collection, from.values(), request.getFilter()).limit(limit + 1L).toList();
            var page = ScrollResponse.newBuilder();
            found.stream().limit(limit).forEach(point -> page.addResult(
                    retrieved(point, request.getWithPayload().getEnable(), request.getWithVectors().getEnable())));
            if (found.size() > limit) {
                page.setNextPageOffset(found.getLast().id());
            }
            return page.build();
        });
    }

    @Override
    public void count(CountPoints request, StreamObserver<CountResponse> answer) {
        answer(answer, () -> {
            var collection = find(request.getCollectionName());
            if (request.getExact() && collection.strict.hasSearchAllowExact() && !collection.strict.getSearchAllowExact()) {
                throw invalid("Bad request: Exact search disabled!. Help: Set exact=false.");
            }
            long count = matching(collection, collection.points.values(), request.getFilter()).count();
            // an inexact count is an estimate
            return CountResponse.newBuilder().setResult(CountResult.newBuilder().setCount(request.getExact() ? count : count + 1)).build();
        });
    }

    @Override
    public void query(QueryPoints request, StreamObserver<QueryResponse> answer) {
        answer(answer, () -> {
            var collection = find(request.getCollectionName());
            if (!request.getQuery().getNearest().hasDense()) {
                throw unknown("any query but for the nearest to a dense vector");
            }
            checkLimit(collection, request.hasLimit() ? request.getLimit() : USUAL_LIMIT);
            var using = request.getUsing();
            var data = request.getQuery().getNearest().getDense().getDataList();
            var vector = new float[data.size()];
            for (int i = 0; i < vector.length; i++) {
                vector[i] = data.get(i);
            }
            var wanted = collection.prepare(using, vector);
            return QueryResponse.newBuilder().addAllResult(matching(collection, collection.points.values(), request.getFilter())
                    .filter(point -> point.vectors().containsKey(using))
                    .map(point -> scored(point, dot(wanted, point.vectors().get(using)), request))
                    .sorted(Comparator.comparing(ScoredPoint::getScore).reversed())
                    .limit(request.hasLimit() ? request.getLimit() : USUAL_LIMIT).toList()).build();
        });
    }

    private StoredCollection find(String name) {
        return StoredCollection.find(collections, aliases, name);
    }

    private UpdateStatus when(boolean waited) {
        return !waited ? UpdateStatus.Acknowledged : late.getAsBoolean() ? UpdateStatus.WaitTimeout : UpdateStatus.Completed;
    }

    private static PointsOperationResponse updated(UpdateStatus when) {
        return PointsOperationResponse.newBuilder().setResult(UpdateResult.newBuilder().setOperationId(1).setStatus(when)).build();
    }

    private static void checkLimit(StoredCollection collection, long limit) {
        if (limit < 1) {
            throw invalid("Validation error in body: [limit: value 0 invalid, must be 1 or larger]");
        }
        checkMost("limit", limit, collection.strict.hasMaxQueryLimit(), collection.strict.getMaxQueryLimit());
    }

    /** What is not indexed cannot be filtered by, as in the server's strict mode. */
    private static Stream<Stored> matching(StoredCollection collection, java.util.Collection<Stored> points, Filter filter) {
        if (filter.getShouldCount() + filter.getMustNotCount() > 0 || filter.hasMinShould()) {
            throw unknown("a filter with anything but must");
        }
        for (var condition : filter.getMustList()) {
            if (!condition.hasField() || !condition.getField().getMatch().hasKeywords()) {
                throw unknown("a condition that is not one of several keywords");
            }
            if (collection.indexed.get(path(condition.getField().getKey())) != PayloadSchemaType.Keyword) {
                throw invalid("Bad request: Index required but not found for \"" + condition.getField().getKey()
                        + "\" of one of the following types: [keyword]");
            }
        }
        return points.stream().filter(point -> filter.getMustList().stream().allMatch(condition -> matches(point, condition)));
    }

    /** A keyword is equal to texts only, never to numbers or objects. */
    private static boolean matches(Stored point, Condition condition) {
        var value = point.payload().get(condition.getField().getKey());
        if (value == null) {
            return false;
        }
        var values = value.hasListValue() ? value.getListValue().getValuesList() : List.of(value);
        var wanted = condition.getField().getMatch().getKeywords().getStringsList();
        return values.stream().filter(Value::hasStringValue).map(Value::getStringValue).anyMatch(wanted::contains);
    }

    private static String path(String key) {
        if (!PATH.matcher(key).matches()) {
            throw invalid("Invalid json path: '" + key + "'");
        }
        if (key.contains(".") || key.contains("[")) {
            throw unknown("a field inside another");
        }
        return key;
    }

    private static RetrievedPoint retrieved(Stored point, boolean payload, boolean vectors) {
        var retrieved = RetrievedPoint.newBuilder().setId(point.id());
        if (payload) {
            retrieved.putAllPayload(point.payload());
        }
        if (vectors) {
            retrieved.setVectors(vectors(point));
        }
        return retrieved.build();
    }

    private static ScoredPoint scored(Stored point, float score, QueryPoints request) {
        var scored = ScoredPoint.newBuilder().setId(point.id()).setScore(score);
        if (request.getWithPayload().getEnable()) {
            scored.putAllPayload(point.payload());
        }
        if (request.getWithVectors().getEnable()) {
            scored.setVectors(vectors(point));
        }
        return scored.build();
    }

    private static VectorsOutput vectors(Stored point) {
        var named = NamedVectorsOutput.newBuilder();
        point.vectors().forEach((name, vector) -> {
            var dense = DenseVector.newBuilder();
            for (var x : vector) {
                dense.addData(x);
            }
            named.putVectors(name, VectorOutput.newBuilder().setDense(dense).build());
        });
        return VectorsOutput.newBuilder().setVectors(named).build();
    }

    private static float dot(float[] one, float[] other) {
        float sum = 0;
        for (int i = 0; i < one.length; i++) {
            sum += one[i] * other[i];
        }
        return sum;
    }

    private static RuntimeException unknown(String what) {
        return Status.UNIMPLEMENTED.withDescription("the double does not know " + what).asRuntimeException();
    }
}
