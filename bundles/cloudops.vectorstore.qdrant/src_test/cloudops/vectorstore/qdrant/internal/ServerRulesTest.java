package cloudops.vectorstore.qdrant.internal;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import com.google.common.util.concurrent.ListenableFuture;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.qdrant.client.ConditionFactory;
import io.qdrant.client.PointIdFactory;
import io.qdrant.client.QdrantGrpcClient;
import io.qdrant.client.QueryFactory;
import io.qdrant.client.ValueFactory;
import io.qdrant.client.VectorFactory;
import io.qdrant.client.WithPayloadSelectorFactory;
import io.qdrant.client.WithVectorsSelectorFactory;
import io.qdrant.client.grpc.Collections.AliasDescription;
import io.qdrant.client.grpc.Collections.AliasOperations;
import io.qdrant.client.grpc.Collections.ChangeAliases;
import io.qdrant.client.grpc.Collections.CollectionDescription;
import io.qdrant.client.grpc.Collections.CreateAlias;
import io.qdrant.client.grpc.Collections.CreateCollection;
import io.qdrant.client.grpc.Collections.DeleteAlias;
import io.qdrant.client.grpc.Collections.DeleteCollection;
import io.qdrant.client.grpc.Collections.Distance;
import io.qdrant.client.grpc.Collections.GetCollectionInfoRequest;
import io.qdrant.client.grpc.Collections.ListAliasesRequest;
import io.qdrant.client.grpc.Collections.ListCollectionsRequest;
import io.qdrant.client.grpc.Collections.StrictModeConfig;
import io.qdrant.client.grpc.Collections.VectorParams;
import io.qdrant.client.grpc.Collections.VectorParamsMap;
import io.qdrant.client.grpc.Collections.VectorsConfig;
import io.qdrant.client.grpc.Common.Filter;
import io.qdrant.client.grpc.Common.PointId;
import io.qdrant.client.grpc.JsonWithInt.Value;
import io.qdrant.client.grpc.Points.CountPoints;
import io.qdrant.client.grpc.Points.CreateFieldIndexCollection;
import io.qdrant.client.grpc.Points.DeletePoints;
import io.qdrant.client.grpc.Points.FieldType;
import io.qdrant.client.grpc.Points.GetPoints;
import io.qdrant.client.grpc.Points.NamedVectors;
import io.qdrant.client.grpc.Points.PointStruct;
import io.qdrant.client.grpc.Points.PointsIdsList;
import io.qdrant.client.grpc.Points.PointsSelector;
import io.qdrant.client.grpc.Points.QueryPoints;
import io.qdrant.client.grpc.Points.RetrievedPoint;
import io.qdrant.client.grpc.Points.ScrollPoints;
import io.qdrant.client.grpc.Points.ScrollResponse;
import io.qdrant.client.grpc.Points.UpdateStatus;
import io.qdrant.client.grpc.Points.UpsertPoints;
import io.qdrant.client.grpc.Points.Vectors;
import io.qdrant.client.grpc.PointsGrpc.PointsFutureStub;

/** The rules of a server that the store is written to: what the double refuses, a real one refuses, too. One rule a test. */
class ServerRulesTest {

    private static final String POINTS = "points";
    private static final String NONE = "none";
    private static final String NAME = "vector";
    private static final StrictModeConfig STRICT = StrictModeConfig.newBuilder().setEnabled(true).setUnindexedFilteringRetrieve(false).build();

    private ServerUnderTest server;
    private QdrantGrpcClient client;

    @BeforeEach
    void start() throws Exception {
        server = ServerUnderTest.without(List.of(POINTS, NONE));
        client = server.connection();
        make(POINTS, 2, STRICT);
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        server.close();
    }

    @Test
    void anIdIsAnUnsigned64BitNumberOrAUuid() throws Exception {
        var uuid = UUID.randomUUID();
        upsert(point(PointIdFactory.id(-1L), 1, 1), point(PointIdFactory.id(0L), 1, 1), point(PointIdFactory.id(uuid), 1, 1));

        assertThat(all()).extracting(RetrievedPoint::getId).containsExactly(PointIdFactory.id(0L), PointIdFactory.id(-1L), PointIdFactory.id(uuid));
        refused(Status.Code.INVALID_ARGUMENT, "UUID", () -> upsert(point(PointId.newBuilder().setUuid("arn:aws:s3:::bucket").build(), 1, 1)));
        refused(Status.Code.INVALID_ARGUMENT, "", () -> upsert(point(PointId.getDefaultInstance(), 1, 1)));
    }

    @Test
    void aVectorHasTheSizeOfItsCollection() throws Exception {
        refused(Status.Code.INVALID_ARGUMENT, "expected dim: 2, got 3", () -> upsert(point(1, 1, 1), point(2, 1, 1, 1)));
        refused(Status.Code.INVALID_ARGUMENT, "expected dim: 2, got 1", () -> nearest(1, 1f));
        assertThat(all()).as("nothing of a request that is refused").isEmpty();
    }

    @Test
    void aVectorHasANameThatItsCollectionKnows() throws Exception {
        var other = PointStruct.newBuilder().setId(PointIdFactory.id(1))
                .setVectors(Vectors.newBuilder().setVectors(NamedVectors.newBuilder().putVectors("other", VectorFactory.vector(1, 1)))).build();
        refused(Status.Code.INVALID_ARGUMENT, "other", () -> upsert(other));
        refused(Status.Code.INVALID_ARGUMENT, "", () -> points(api -> api.query(
                QueryPoints.newBuilder().setCollectionName(POINTS).setQuery(QueryFactory.nearest(1f, 1f)).build())));
    }

    @Test
    void aPointHasAMapOfVectorsEvenWhenItIsEmpty() throws Exception {
        refused(Status.Code.INVALID_ARGUMENT, "", () -> upsert(PointStruct.newBuilder().setId(PointIdFactory.id(1)).build()));

        upsert(PointStruct.newBuilder().setId(PointIdFactory.id(1)).setVectors(Vectors.newBuilder().setVectors(NamedVectors.getDefaultInstance())).build());

        assertThat(all()).hasSize(1);
        assertThat(nearest(5, 1f, 1f)).isEmpty();
    }

    @Test
    void whatIsNotThereIsNotFound() throws Exception {
        for (var call : List.<Call>of(
                () -> client.collections().get(GetCollectionInfoRequest.newBuilder().setCollectionName(NONE).build()).get(),
                () -> points(api -> api.upsert(UpsertPoints.newBuilder().setCollectionName(NONE).setWait(true).addPoints(point(1, 1, 1)).build())),
                () -> points(api -> api.delete(DeletePoints.newBuilder().setCollectionName(NONE).setWait(true).setPoints(ids(1)).build())),
                () -> points(api -> api.get(GetPoints.newBuilder().setCollectionName(NONE).addIds(PointIdFactory.id(1)).build())),
                () -> points(api -> api.scroll(ScrollPoints.newBuilder().setCollectionName(NONE).build())),
                () -> points(api -> api.count(CountPoints.newBuilder().setCollectionName(NONE).build())),
                () -> points(api -> api.query(QueryPoints.newBuilder().setCollectionName(NONE).setQuery(QueryFactory.nearest(1f, 1f)).build())),
                () -> index(NONE, "field"))) {
            refused(Status.Code.NOT_FOUND, "`none` doesn't exist", call);
        }
        assertThat(client.collections().delete(DeleteCollection.newBuilder().setCollectionName(NONE).build()).get().getResult()).isFalse();
    }

    @Test
    void aCollectionIsMadeOnce() {
        refused(Status.Code.ALREADY_EXISTS, "already exists", () -> make(POINTS, 2, STRICT));
    }

    @Test
    void aCollectionHasAProperNameAndSize() {
        for (int size : new int[] { 0, 65_537 }) {
            refused(Status.Code.INVALID_ARGUMENT, "", () -> make(NONE, size, STRICT));
        }
        for (var name : List.of("", "a/b", "a:b", "n".repeat(256))) {
            refused(Status.Code.INVALID_ARGUMENT, "", () -> make(name, 2, STRICT));
        }
    }

    @Test
    void vectorsOfACosineCollectionAreBroughtToUnitLength() throws Exception {
        upsert(point(1, 3, 4));

        var stored = all().getFirst().getVectors().getVectors().getVectorsMap().get(NAME).getDense().getDataList();
        assertThat(stored.get(0)).isCloseTo(0.6f, within(1e-5f));
        assertThat(stored.get(1)).isCloseTo(0.8f, within(1e-5f));
    }

    @Test
    void aFilterNeedsAnIndexOfItsType() throws Exception {
        upsert(point(1, Map.of("field", ValueFactory.value("a"))));
        var filter = Filter.newBuilder().addMust(ConditionFactory.matchKeywords("field", List.of("a"))).build();
        refused(Status.Code.INVALID_ARGUMENT, "Index required but not found for \"field\"", () -> count(filter));

        index(POINTS, "field");

        assertThat(count(filter)).isEqualTo(1);
    }

    @Test
    void aKeywordIsEqualToTextsAndToTextsInLists() throws Exception {
        index(POINTS, "field");
        upsert(point(1, Map.of("field", ValueFactory.value("1"))), point(2, Map.of("field", ValueFactory.value(1))),
                point(3, Map.of("field", ValueFactory.value(List.of(ValueFactory.value("0"), ValueFactory.value("1"))))),
                point(4, Map.of("field", ValueFactory.value(Map.of("1", ValueFactory.value("1"))))), point(5, Map.of("1", ValueFactory.value("1"))),
                point(6, Map.of("field", ValueFactory.value("10"))));

        assertThat(count(Filter.newBuilder().addMust(ConditionFactory.matchKeywords("field", List.of("1", "7"))).build())).isEqualTo(2);
    }

    @Test
    void aPageBeginsWithItsOffsetAndNamesTheNext() throws Exception {
        upsert(LongStream.rangeClosed(1, 25).filter(i -> i != 7).mapToObj(i -> point(i, 1, 1)).toArray(PointStruct[]::new));

        var first = page(10, null);
        assertThat(numbers(first)).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 8L, 9L, 10L, 11L);
        assertThat(first.getNextPageOffset()).isEqualTo(PointIdFactory.id(12));
        var last = page(20, first.getNextPageOffset());
        assertThat(numbers(last)).hasSize(14).startsWith(12L).endsWith(25L);
        assertThat(last.hasNextPageOffset()).isFalse();
        assertThat(numbers(page(1, PointIdFactory.id(7)))).as("from an ID that is not there").containsExactly(8L);
        assertThat(page(24, null).hasNextPageOffset()).as("a full last page").isFalse();
        refused(Status.Code.INVALID_ARGUMENT, "", () -> page(0, null));
    }

    @Test
    void aPageIsTenPointsUnlessItIsSaid() throws Exception {
        upsert(LongStream.rangeClosed(1, 25).mapToObj(i -> point(i, 1, 1)).toArray(PointStruct[]::new));

        assertThat(points(api -> api.scroll(ScrollPoints.newBuilder().setCollectionName(POINTS).build())).getResultCount()).isEqualTo(10);
    }

    @Test
    void anUpsertOfNothingIsRefused() {
        refused(Status.Code.INVALID_ARGUMENT, "", () -> upsert());
    }

    @Test
    void anUpsertReplacesAllOfAPoint() throws Exception {
        upsert(point(1, Map.of("old", ValueFactory.value("x"))));
        upsert(point(1, Map.of("new", ValueFactory.value("y"))));

        assertThat(all()).hasSize(1);
        assertThat(all().getFirst().getPayloadMap()).containsOnly(entry("new", ValueFactory.value("y")));
    }

    @Test
    void whatIsWaitedForIsAppliedWhenItIsAnswered() throws Exception {
        for (int i = 0; i < 20; i++) {
            assertThat(upsert(point(i, 1, 1))).isEqualTo(UpdateStatus.Completed);
            assertThat(count(Filter.getDefaultInstance())).isEqualTo(i + 1);
        }
        points(api -> api.delete(DeletePoints.newBuilder().setCollectionName(POINTS).setWait(true).setPoints(ids(3, 4, 999)).build()));
        assertThat(count(Filter.getDefaultInstance())).as("what is not there is deleted, too").isEqualTo(18);
    }

    @Test
    void whatIsNotWaitedForIsOnlyTakenDown() throws Exception {
        var answer = points(api -> api.upsert(UpsertPoints.newBuilder().setCollectionName(POINTS).addPoints(point(1, 1, 1)).build()));

        assertThat(answer.getResult().getStatus()).isEqualTo(UpdateStatus.Acknowledged);
    }

    @Test
    void theOwnerOfACollectionMayLimitIt() throws Exception {
        make(NONE, 2, StrictModeConfig.newBuilder().setEnabled(true).setMaxQueryLimit(5).setUpsertMaxBatchsize(3).setSearchAllowExact(false).build());

        refused(Status.Code.INVALID_ARGUMENT, "limit", () -> points(api -> api.scroll(
                ScrollPoints.newBuilder().setCollectionName(NONE).setLimit(6).build())));
        refused(Status.Code.INVALID_ARGUMENT, "upsert", () -> points(api -> api.upsert(UpsertPoints.newBuilder().setCollectionName(NONE)
                .addAllPoints(IntStream.range(0, 4).mapToObj(i -> point(i, 1, 1)).toList()).build())));
        refused(Status.Code.INVALID_ARGUMENT, "Exact", () -> points(api -> api.count(
                CountPoints.newBuilder().setCollectionName(NONE).setExact(true).build())));
    }

    @Test
    void aLargeRequestIsTaken() throws Exception {
        upsert(point(1, Map.of("blob", ValueFactory.value("x".repeat(20 << 20)))));

        assertThat(count(Filter.getDefaultInstance())).isEqualTo(1);
    }

    @Test
    void theNearestAreTheMostSimilarFirst() throws Exception {
        upsert(point(1, 1, 0), point(2, 0, 1), point(3, 5, 5), point(4, -1, 0));

        assertThat(nearest(3, 10f, 1f)).containsExactly(1L, 3L, 2L);
        refused(Status.Code.INVALID_ARGUMENT, "", () -> nearest(0, 1f, 1f));
    }

    @Test
    void anAliasStandsForACollectionAndIsMovedWithOthersInOneStep() throws Exception {
        make(NONE + ".1", 2, STRICT);
        make(NONE + ".2", 3, STRICT);
        alias(create(NONE, NONE + ".1"));
        assertThat(size(NONE)).isEqualTo(2);
        assertThat(aliases()).containsEntry(NONE, NONE + ".1");

        alias(delete(NONE), create(NONE, NONE + ".2"));
        assertThat(size(NONE)).isEqualTo(3);
        refused(Status.Code.NOT_FOUND, "`" + NONE + ".3` doesn't exist", () -> alias(delete(NONE), create(NONE, NONE + ".3")));
        assertThat(size(NONE)).as("all actions or none").isEqualTo(3);

        assertThat(catchThrowableOfType(ExecutionException.class, () -> alias(create(POINTS, NONE + ".1")))).as("the name of a collection").isNotNull();
        assertThat(catchThrowableOfType(ExecutionException.class, () -> make(NONE, 2, STRICT))).as("the name of an alias").isNotNull();
        assertThat(client.collections().list(ListCollectionsRequest.getDefaultInstance()).get().getCollectionsList())
                .extracting(CollectionDescription::getName).contains(NONE + ".1", NONE + ".2").doesNotContain(NONE);
        client.collections().delete(DeleteCollection.newBuilder().setCollectionName(NONE + ".2").build()).get();
        assertThat(aliases()).as("goes with what it stands for").doesNotContainKey(NONE);
    }

    private static AliasOperations create(String alias, String collection) {
        return AliasOperations.newBuilder().setCreateAlias(CreateAlias.newBuilder().setAliasName(alias).setCollectionName(collection)).build();
    }

    private static AliasOperations delete(String alias) {
        return AliasOperations.newBuilder().setDeleteAlias(DeleteAlias.newBuilder().setAliasName(alias)).build();
    }

    private Object alias(AliasOperations... actions) throws ExecutionException, InterruptedException {
        return client.collections().updateAliases(ChangeAliases.newBuilder().addAllActions(List.of(actions)).build()).get();
    }

    private Map<String, String> aliases() throws ExecutionException, InterruptedException {
        return client.collections().listAliases(ListAliasesRequest.getDefaultInstance()).get().getAliasesList().stream()
                .collect(Collectors.toMap(AliasDescription::getAliasName, AliasDescription::getCollectionName));
    }

    private long size(String collection) throws ExecutionException, InterruptedException {
        return client.collections().get(GetCollectionInfoRequest.newBuilder().setCollectionName(collection).build()).get().getResult().getConfig()
                .getParams().getVectorsConfig().getParamsMap().getMapOrThrow(NAME).getSize();
    }

    private interface Call {
        Object run() throws ExecutionException, InterruptedException;
    }

    private static void refused(Status.Code code, String said, Call call) {
        var thrown = catchThrowableOfType(ExecutionException.class, call::run);
        assertThat(thrown).as("expected " + code).isNotNull();
        var status = ((StatusRuntimeException) thrown.getCause()).getStatus();
        assertThat(status.getCode()).as(status.getDescription()).isEqualTo(code);
        assertThat(status.getDescription()).contains(said);
    }

    private <T> T points(Function<PointsFutureStub, ListenableFuture<T>> call) throws ExecutionException, InterruptedException {
        return call.apply(client.points()).get();
    }

    private Object make(String name, int size, StrictModeConfig strict) throws ExecutionException, InterruptedException {
        var vector = VectorParams.newBuilder().setSize(size).setDistance(Distance.Cosine).build();
        return client.collections().create(CreateCollection.newBuilder().setCollectionName(name).setStrictModeConfig(strict)
                .setVectorsConfig(VectorsConfig.newBuilder().setParamsMap(VectorParamsMap.newBuilder().putMap(NAME, vector))).build()).get();
    }

    private Object index(String collection, String field) throws ExecutionException, InterruptedException {
        return points(api -> api.createFieldIndex(CreateFieldIndexCollection.newBuilder().setCollectionName(collection).setFieldName(field)
                .setFieldType(FieldType.FieldTypeKeyword).setWait(true).build()));
    }

    private UpdateStatus upsert(PointStruct... points) throws ExecutionException, InterruptedException {
        return points(api -> api.upsert(UpsertPoints.newBuilder().setCollectionName(POINTS).setWait(true).addAllPoints(List.of(points)).build()))
                .getResult().getStatus();
    }

    private List<RetrievedPoint> all() throws ExecutionException, InterruptedException {
        return page(100, null).getResultList();
    }

    private ScrollResponse page(int limit, PointId offset) throws ExecutionException, InterruptedException {
        var request = ScrollPoints.newBuilder().setCollectionName(POINTS).setLimit(limit).setWithPayload(WithPayloadSelectorFactory.enable(true))
                .setWithVectors(WithVectorsSelectorFactory.enable(true));
        if (offset != null) {
            request.setOffset(offset);
        }
        return points(api -> api.scroll(request.build()));
    }

    private static List<Long> numbers(ScrollResponse page) {
        return page.getResultList().stream().map(point -> point.getId().getNum()).toList();
    }

    private long count(Filter filter) throws ExecutionException, InterruptedException {
        return points(api -> api.count(CountPoints.newBuilder().setCollectionName(POINTS).setFilter(filter).setExact(true).build())).getResult().getCount();
    }

    private List<Long> nearest(int limit, float... vector) throws ExecutionException, InterruptedException {
        return points(api -> api.query(QueryPoints.newBuilder().setCollectionName(POINTS).setUsing(NAME).setQuery(QueryFactory.nearest(vector))
                .setLimit(limit).build())).getResultList().stream().map(point -> point.getId().getNum()).toList();
    }

    private static PointsSelector ids(long... ids) {
        var list = PointsIdsList.newBuilder();
        for (var id : ids) {
            list.addIds(PointIdFactory.id(id));
        }
        return PointsSelector.newBuilder().setPoints(list).build();
    }

    private static PointStruct point(long id, float... vector) {
        return point(PointIdFactory.id(id), vector);
    }

    private static PointStruct point(long id, Map<String, Value> payload) {
        return point(id, 1, 1).toBuilder().putAllPayload(payload).build();
    }

    private static PointStruct point(PointId id, float... vector) {
        var values = new ArrayList<Float>();
        for (var x : vector) {
            values.add(x);
        }
        return PointStruct.newBuilder().setId(id)
                .setVectors(Vectors.newBuilder().setVectors(NamedVectors.newBuilder().putVectors(NAME, VectorFactory.vector(values)))).build();
    }
}
