package cloudops.vectorstore.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import cloudops.vectorstore.CollectionContents;
import cloudops.vectorstore.Filter;
import cloudops.vectorstore.Point;
import cloudops.vectorstore.VectorStore;
import cloudops.vectorstore.VectorStoreException;
import cloudops.vectorstore.VectorStoreException.Problem;
import cloudops.vectorstore.spi.OpenStore;

/** What every {@link VectorStore} must do. A subclass says how to get an empty one. */
public abstract class VectorStoreContract {

    protected static final String POINTS = "points";
    /** All collections that these tests make. */
    protected static final List<String> COLLECTIONS = List.of(POINTS, "other", "new", "foreign", "none");
    protected static final int SIZE = 4;

    private OpenStore store;

    /** @return a store without collections, its own in every test; the subclass closes it */
    protected abstract OpenStore emptyStore() throws Exception;

    /** @return another store at the same place as the last {@link #emptyStore}; the subclass closes it */
    protected abstract OpenStore sameStore() throws Exception;

    /** Makes, where the store keeps its collections, something under this name that no store of ours has made. */
    protected abstract void makeForeign(String collection) throws Exception;

    @BeforeEach
    void makeCollection() throws Exception {
        store = emptyStore();
        store.ensureCollection(POINTS, SIZE);
    }

    @Test
    void givesBackWhatWasPut() throws VectorStoreException {
        var point = new Point(UUID.randomUUID(), new float[] { 0.1f, -0.2f, 0.3f, 1e-7f },
                Map.of("region", List.of("eu-central-1"), "tag", List.of("b", "a", "b")), new byte[] { 0, -1, 127 });

        store.upsert(POINTS, List.of(point));

        assertSame(store.get(POINTS, point.id()).orElseThrow(), point);
        assertThat(store.get(POINTS, UUID.randomUUID())).isEmpty();
        assertThat(store.count(POINTS, Filter.ALL)).isEqualTo(1);
    }

    @Test
    void keepsHostilePayloadsAndFiltersByThem() throws VectorStoreException {
        var values = List.of("", " ", "it's \"quoted\"", "$(touch x) `y`", "a\nb\r\tc", "\u0000", "قاعدة", "😀𝒳", "*", "a OR b", "x".repeat(50_000),
                "x".repeat(49_999) + "y", "region", "{}", "\\", "..", "İ", "é", "e\u0301",
                "\ud800", "\udc00\ud800", "a.b[0]", "a\"b.c\"", "payload", "a=b", "=", "\\u0000", "\\\\");
        var points = new ArrayList<Point>();
        for (var value : values) {
            points.add(point(points.size(), Map.of("name", List.of(value), value, List.of("as field"))));
        }
        store.upsert(POINTS, points);

        for (int i = 0; i < values.size(); i++) {
            assertSame(store.get(POINTS, points.get(i).id()).orElseThrow(), points.get(i));
            assertThat(ids(new Filter(Map.of("name", List.of(values.get(i)))))).containsExactly(points.get(i).id());
            assertThat(ids(new Filter(Map.of(values.get(i), List.of("as field"))))).containsExactly(points.get(i).id());
        }
    }

    @Test
    void doesNotConfuseFieldAndValue() throws VectorStoreException {
        store.upsert(POINTS, List.of(point(1, Map.of("ab", List.of("c"))), point(2, Map.of("a", List.of("bc")))));

        assertThat(ids(new Filter(Map.of("a", List.of("bc"))))).containsExactly(id(2));
        assertThat(ids(new Filter(Map.of("abc", List.of(""))))).isEmpty();
    }

    @Test
    void everyFieldOfAFilterMustHaveOneOfItsValues() throws VectorStoreException {
        store.upsert(POINTS, List.of(
                point(1, Map.of("region", List.of("eu"), "type", List.of("rds"))),
                point(2, Map.of("region", List.of("us"), "type", List.of("rds"))),
                point(3, Map.of("region", List.of("eu", "us"), "type", List.of("ec2"))),
                point(4, Map.of())));

        assertThat(ids(new Filter(Map.of("region", List.of("eu"))))).containsExactlyInAnyOrder(id(1), id(3));
        assertThat(ids(new Filter(Map.of("region", List.of("us", "nowhere"))))).containsExactlyInAnyOrder(id(2), id(3));
        assertThat(ids(new Filter(Map.of("region", List.of("eu"), "type", List.of("rds", "s3"))))).containsExactly(id(1));
        assertThat(ids(new Filter(Map.of("region", List.of())))).isEmpty();
        assertThat(ids(new Filter(Map.of("state", List.of("x"))))).isEmpty();
        assertThat(ids(Filter.ALL)).hasSize(4);
    }

    @Test
    void keepsBlobsAndListsAsTheyAre() throws VectorStoreException {
        var every = new byte[256];
        for (int i = 0; i < every.length; i++) {
            every[i] = (byte) i;
        }
        var large = new byte[1_000_000];
        new Random(1).nextBytes(large);
        var points = List.of(new Point(id(1), vector(1), Map.of("empty", List.of()), every), new Point(id(2), vector(2), Map.of(), large),
                new Point(id(3), null, Map.of("many", IntStream.range(0, 1_000).mapToObj(i -> "value " + i).toList()), new byte[0]));

        store.upsert(POINTS, points);

        for (var point : points) {
            assertSame(store.get(POINTS, point.id()).orElseThrow(), point);
        }
        assertThat(ids(new Filter(Map.of("many", List.of("value 999"))))).containsExactly(id(3));
        assertThat(ids(new Filter(Map.of("empty", List.of(""))))).isEmpty();
    }

    @Test
    void takesAnyId() throws VectorStoreException {
        var ids = List.of(new UUID(0, 0), new UUID(-1, -1), new UUID(0, 1), new UUID(Long.MIN_VALUE, Long.MAX_VALUE), UUID.randomUUID());
        store.upsert(POINTS, ids.stream().map(id -> new Point(id, vector(1), Map.of(), id.toString().getBytes())).toList());

        for (var id : ids) {
            assertThat(store.get(POINTS, id).orElseThrow().blob()).isEqualTo(id.toString().getBytes());
        }
        assertThat(ids(Filter.ALL)).containsExactlyInAnyOrderElementsOf(ids);
        store.delete(POINTS, ids);
        assertThat(ids(Filter.ALL)).isEmpty();
    }

    @Test
    void givesEveryVectorBackToTheLastBit() throws VectorStoreException {
        var vectors = List.of(new float[] { 1e-18f, 0, 0, 0 }, new float[] { 1e18f, -1e18f, 3, 0 }, new float[] { -0f, 1, 0, 0 },
                new float[] { Float.MIN_VALUE, 1, 2, 3 }, new float[] { 0.6f, 0.8f, 0, 0 }, new float[] { 0.57735026f, 0.57735026f, 0.57735026f, 0 });
        var points = new ArrayList<Point>();
        vectors.forEach(vector -> points.add(new Point(id(points.size()), vector, Map.of(), new byte[0])));
        IntStream.range(10, 300).forEach(i -> points.add(point(i, Map.of())));
        store.upsert(POINTS, points);

        store.scroll(POINTS, Filter.ALL, point -> assertThat(bits(point.vector()))
                .isEqualTo(bits(points.stream().filter(put -> put.id().equals(point.id())).findFirst().orElseThrow().vector())));
        for (var vector : vectors) {
            var hit = store.nearest(POINTS, vector, Filter.ALL, 1).getFirst();
            assertThat(hit.similarity()).isCloseTo(1, within(1e-5f)).isLessThanOrEqualTo(1);
        }
        assertThat(bits(store.nearest(POINTS, vectors.get(1), Filter.ALL, 1).getFirst().point().vector())).isEqualTo(bits(vectors.get(1)));
    }

    @Test
    void scrollsThroughMoreThanAnyPage() throws VectorStoreException {
        var points = IntStream.range(0, 1_234).mapToObj(i -> point(i, Map.of("third", List.of(String.valueOf(i % 3))))).toList();
        store.upsert(POINTS, points);

        assertThat(ids(Filter.ALL)).hasSize(1_234).doesNotHaveDuplicates();
        assertThat(ids(new Filter(Map.of("third", List.of("0", "2"))))).hasSize(823)
                .doesNotContainAnyElementsOf(IntStream.range(0, 411).mapToObj(i -> id(3 * i + 1)).toList());
        store.delete(POINTS, points.subList(0, 1_000).stream().map(Point::id).toList());
        assertThat(ids(Filter.ALL)).containsExactlyInAnyOrderElementsOf(points.subList(1_000, 1_234).stream().map(Point::id).toList());
        assertThat(store.nearest(POINTS, vector(5), Filter.ALL, 100_000)).hasSize(234);
    }

    @Test
    void replacesEverythingOfAPoint() throws VectorStoreException {
        store.upsert(POINTS, List.of(point(1, Map.of("old", List.of("1"), "both", List.of("1")))));
        var bare = new Point(id(1), null, Map.of("both", List.of("2")), new byte[] { 7 });

        store.upsert(POINTS, List.of(bare));

        assertSame(store.get(POINTS, id(1)).orElseThrow(), bare);
        assertThat(ids(new Filter(Map.of("old", List.of("1"))))).isEmpty();
        assertThat(store.nearest(POINTS, vector(1), Filter.ALL, 5)).isEmpty();
    }

    @Test
    void replacesByIdAndTheLastOfABatchWins() throws VectorStoreException {
        store.upsert(POINTS, List.of(point(1, Map.of("v", List.of("1")))));
        store.upsert(POINTS, List.of(point(1, Map.of("v", List.of("2"))), point(1, Map.of("v", List.of("3")))));

        assertThat(store.count(POINTS, Filter.ALL)).isEqualTo(1);
        assertThat(ids(new Filter(Map.of("v", List.of("1", "2"))))).isEmpty();
        assertThat(ids(new Filter(Map.of("v", List.of("3"))))).containsExactly(id(1));
    }

    @Test
    void deletesWhatIsThere() throws VectorStoreException {
        store.upsert(POINTS, List.of(point(1, Map.of()), point(2, Map.of()), point(3, Map.of())));

        store.delete(POINTS, List.of(id(1), id(3), id(99)));
        store.delete(POINTS, List.of());

        assertThat(ids(Filter.ALL)).containsExactly(id(2));
        assertThat(store.get(POINTS, id(1))).isEmpty();
        assertThat(store.nearest(POINTS, vector(1), Filter.ALL, 10)).extracting(hit -> hit.point().id()).containsExactly(id(2));
    }

    @Test
    void tellsHowBlobsBegin() throws VectorStoreException {
        store.upsert(POINTS, List.of(new Point(id(1), vector(1), Map.of(), new byte[] { 1, 2, 3, 4 }),
                new Point(id(2), null, Map.of("a", List.of("b")), new byte[] { 5 }), new Point(id(3), vector(3), Map.of(), new byte[0])));

        var starts = store.blobStarts(POINTS, List.of(id(1), id(2), id(3), id(99)), 3);

        assertThat(starts).containsOnlyKeys(id(1), id(2), id(3));
        assertThat(starts.get(id(1))).containsExactly(1, 2, 3);
        assertThat(starts.get(id(2))).containsExactly(5);
        assertThat(starts.get(id(3))).isEmpty();
        assertThat(store.blobStarts(POINTS, List.of(), 3)).isEmpty();
        assertThat(store.blobStarts(POINTS, List.of(id(1)), 0).get(id(1))).isEmpty();
    }

    @Test
    void findsTheNearestByCosine() throws VectorStoreException {
        store.upsert(POINTS, List.of(
                at(1, 1, 0, 0, 0), at(2, 10, 10, 0, 0), at(3, 0, 0.5f, 0, 0), at(4, -3, 0, 0, 0)));

        var hits = store.nearest(POINTS, new float[] { 2, 0, 0, 0 }, Filter.ALL, 10);

        assertThat(hits).extracting(hit -> hit.point().id()).containsExactly(id(1), id(2), id(3), id(4));
        assertThat(hits.get(0).similarity()).isCloseTo(1, within(1e-6f));
        assertThat(hits.get(1).similarity()).isCloseTo((float) Math.sqrt(0.5), within(1e-6f));
        assertThat(hits.get(2).similarity()).isCloseTo(0, within(1e-6f));
        assertThat(hits.get(3).similarity()).isCloseTo(-1, within(1e-6f));
        assertThat(store.nearest(POINTS, new float[] { 2, 0, 0, 0 }, Filter.ALL, 2)).hasSize(2);
        assertThat(store.nearest(POINTS, new float[] { 2, 0, 0, 0 }, Filter.ALL, 0)).isEmpty();
    }

    @Test
    void findsTheNearestAmongThoseThatMatch() throws VectorStoreException {
        var points = new ArrayList<Point>();
        for (int i = 0; i < 500; i++) {
            points.add(point(i, Map.of("parity", List.of(i % 2 == 0 ? "even" : "odd"), "number", List.of(String.valueOf(i)))));
        }
        store.upsert(POINTS, points);
        var query = vector(7000);

        var hits = store.nearest(POINTS, query, new Filter(Map.of("parity", List.of("odd"))), 20);

        assertThat(hits).extracting(hit -> hit.point().id()).containsExactlyElementsOf(points.stream()
                .filter(point -> point.payload().get("parity").contains("odd"))
                .sorted(Comparator.comparingDouble(point -> -cosine(point.vector(), query)))
                .limit(20).map(Point::id).toList());
        assertThat(store.nearest(POINTS, query, new Filter(Map.of("number", List.of("77"))), 20))
                .extracting(hit -> hit.point().id()).containsExactly(id(77));
    }

    @Test
    void aPointWithoutAVectorIsFoundByEverythingButNearness() throws VectorStoreException {
        var bare = new Point(id(1), null, Map.of("state", List.of("stopped")), new byte[0]);
        store.upsert(POINTS, List.of(bare));
        assertThat(store.nearest(POINTS, vector(2), Filter.ALL, 10)).isEmpty();

        store.upsert(POINTS, List.of(point(2, Map.of("state", List.of("stopped")))));

        assertThat(store.nearest(POINTS, vector(2), Filter.ALL, 10)).extracting(hit -> hit.point().id()).containsExactly(id(2));
        assertThat(ids(new Filter(Map.of("state", List.of("stopped"))))).containsExactlyInAnyOrder(id(1), id(2));
        assertSame(store.get(POINTS, id(1)).orElseThrow(), bare);
        assertThat(store.count(POINTS, Filter.ALL)).isEqualTo(2);
    }

    @Test
    void anEmptyCollectionAnswersNothing() throws VectorStoreException {
        store.upsert(POINTS, List.of());

        assertThat(store.count(POINTS, Filter.ALL)).isZero();
        assertThat(ids(Filter.ALL)).isEmpty();
        assertThat(store.nearest(POINTS, vector(1), Filter.ALL, 5)).isEmpty();
    }

    @Test
    void collectionsAreApart() throws VectorStoreException {
        store.ensureCollection("other", 2);
        store.upsert(POINTS, List.of(point(1, Map.of())));

        assertThat(store.count("other", Filter.ALL)).isZero();
        assertThat(store.get("other", id(1))).isEmpty();
    }

    @Test
    void saysWhichCollectionsThereAre() throws Exception {
        store.ensureCollection("other", 2);

        assertThat(store.collections()).containsEntry("other", 2).containsEntry(POINTS, SIZE).doesNotContainKey("new");
    }

    @Test
    void leavesAForeignCollectionAlone() throws Exception {
        makeForeign("foreign");

        for (var call : List.<ThrowingCallable>of(() -> store.ensureCollection("foreign", SIZE),
                () -> store.upsert("foreign", List.of(point(1, Map.of()))), () -> store.delete("foreign", List.of(id(1))),
                () -> store.count("foreign", Filter.ALL))) {
            var thrown = catchThrowableOfType(VectorStoreException.class, call);
            assertThat(thrown).isNotNull();
            assertThat(thrown.problem()).isIn(Problem.FOREIGN, Problem.CORRUPT);
            assertThat(thrown).hasMessageContaining("foreign");
        }
    }

    @Test
    void severalAtOnceMayMakeOneCollection() throws Exception {
        try (var threads = Executors.newFixedThreadPool(4)) {
            var made = threads.invokeAll(Collections.nCopies(8, () -> {
                store.ensureCollection("new", 3);
                store.upsert("new", List.of(new Point(UUID.randomUUID(), new float[] { 1, 2, 3 }, Map.of(), new byte[0])));
                return null;
            }));
            for (var done : made) {
                done.get();
            }
        }
        assertThat(store.count("new", Filter.ALL)).isEqualTo(8);
    }

    @Test
    void refusesWhatDoesNotFit() throws VectorStoreException {
        store.ensureCollection(POINTS, SIZE);
        assertProblem(Problem.MISMATCH, () -> store.ensureCollection(POINTS, SIZE + 1));
        assertProblem(Problem.MISMATCH, () -> store.nearest(POINTS, new float[] { 1, 2 }, Filter.ALL, 5));
        assertProblem(Problem.MISMATCH, () -> store.upsert(POINTS,
                List.of(point(1, Map.of()), new Point(id(2), new float[] { 1 }, Map.of(), new byte[0]))));
        for (var bad : List.of(new float[] { 0, 0, 0, 0 }, new float[] { 1, Float.NaN, 0, 0 },
                new float[] { 1, Float.POSITIVE_INFINITY, 0, 0 })) {
            assertThatIllegalArgumentException().isThrownBy(() -> store.upsert(POINTS,
                    List.of(point(1, Map.of()), new Point(id(2), bad, Map.of(), new byte[0]))));
            assertThatIllegalArgumentException().isThrownBy(() -> store.nearest(POINTS, bad, Filter.ALL, 5));
        }

        assertThat(store.count(POINTS, Filter.ALL)).as("none of a refused batch").isZero();
    }

    @Test
    void saysThatACollectionIsNotThere() {
        assertProblem(Problem.NO_COLLECTION, () -> store.count("none", Filter.ALL));
        assertProblem(Problem.NO_COLLECTION, () -> store.upsert("none", List.of(point(1, Map.of()))));
        assertProblem(Problem.NO_COLLECTION, () -> store.get("none", id(1)));
        assertProblem(Problem.NO_COLLECTION, () -> store.delete("none", List.of(id(1))));
        assertProblem(Problem.NO_COLLECTION, () -> store.scroll("none", new Filter(Map.of("a", List.of())), point -> { }));
        assertProblem(Problem.NO_COLLECTION, () -> store.nearest("none", vector(1), Filter.ALL, 0));
        for (var name : List.of("", "..", "../points", "a/b", "A", "x\n", "x".repeat(100))) {
            assertThatIllegalArgumentException().isThrownBy(() -> store.ensureCollection(name, SIZE));
        }
    }

    @Test
    void getsSeveralAtOnce() throws VectorStoreException {
        var points = IntStream.range(0, 333).mapToObj(i -> point(i, Map.of("number", List.of(String.valueOf(i))))).toList();
        store.upsert(POINTS, points);
        var wanted = new ArrayList<>(points.stream().map(Point::id).toList());
        wanted.addAll(List.of(id(5), id(5), id(1_000), UUID.randomUUID()));

        var found = store.get(POINTS, wanted);

        assertThat(found).extracting(Point::id).as("each once").containsExactlyInAnyOrderElementsOf(points.stream().map(Point::id).toList());
        found.forEach(point -> assertSame(point, points.get((int) point.id().getLeastSignificantBits())));
        assertThat(store.get(POINTS, List.of(id(1_000)))).isEmpty();
        assertThat(store.get(POINTS, List.of())).isEmpty();
    }

    @Test
    void whatIsNotThereIsDeletedQuietly() throws VectorStoreException {
        store.upsert(POINTS, IntStream.range(0, 250).mapToObj(i -> point(i, Map.of())).toList());

        store.delete(POINTS, IntStream.range(200, 2_000).mapToObj(VectorStoreContract::id).toList());
        store.delete(POINTS, List.of(id(0), id(0), id(300), id(0)));
        store.delete(POINTS, List.of(id(0)));

        assertThat(ids(Filter.ALL)).containsExactlyInAnyOrderElementsOf(IntStream.range(1, 200).mapToObj(VectorStoreContract::id).toList());
        store.upsert(POINTS, List.of(point(0, Map.of())));
        assertThat(store.count(POINTS, Filter.ALL)).as("what was deleted can come again").isEqualTo(200);
    }

    @Test
    void thoseThatAreEquallyNearAreAllFound() throws VectorStoreException {
        var points = new ArrayList<Point>();
        for (int i = 0; i < 7; i++) {
            points.add(at(i, i + 1, i + 1, 0, 0));
            points.add(at(100 + i, -1, i, 1, 1));
        }
        store.upsert(POINTS, points);
        var tied = IntStream.range(0, 7).mapToObj(VectorStoreContract::id).toList();

        var hits = store.nearest(POINTS, new float[] { 3, 3, 0, 0 }, Filter.ALL, 14);
        assertThat(hits).extracting(hit -> hit.point().id()).hasSize(14).doesNotHaveDuplicates();
        assertThat(hits.subList(0, 7)).extracting(hit -> hit.point().id()).containsExactlyInAnyOrderElementsOf(tied);
        assertThat(hits.subList(0, 7)).allSatisfy(hit -> assertThat(hit.similarity()).isCloseTo(1, within(1e-6f)));
        assertThat(store.nearest(POINTS, new float[] { 3, 3, 0, 0 }, Filter.ALL, 3)).extracting(hit -> hit.point().id()).hasSize(3)
                .doesNotHaveDuplicates().isSubsetOf(tied);
    }

    @Test
    void findsExactlyTheNearestOfThousands() throws VectorStoreException {
        int size = 384;
        store.ensureCollection("other", size);
        var points = IntStream.range(0, 2_000)
                .mapToObj(i -> new Point(id(i), vector(i, size), Map.of("half", List.of(String.valueOf(i % 2))), new byte[0])).toList();
        store.upsert("other", points);

        for (int query = 10_000; query < 10_010; query++) {
            var wanted = vector(query, size);
            assertThat(store.nearest("other", wanted, new Filter(Map.of("half", List.of("1"))), 10)).extracting(hit -> hit.point().id())
                    .containsExactlyElementsOf(points.stream().filter(point -> point.payload().get("half").contains("1"))
                            .sorted(Comparator.comparingDouble(point -> -cosine(point.vector(), wanted))).limit(10).map(Point::id).toList());
        }
    }

    @Test
    void vectorsMayHaveFrom1To1024Dimensions() throws VectorStoreException {
        for (var dimensions : Map.of("other", 1, "new", 1024).entrySet()) {
            store.ensureCollection(dimensions.getKey(), dimensions.getValue());
            var point = new Point(id(1), vector(1, dimensions.getValue()), Map.of(), new byte[0]);
            store.upsert(dimensions.getKey(), List.of(point));
            assertSame(store.nearest(dimensions.getKey(), point.vector(), Filter.ALL, 1).getFirst().point(), point);
        }
        for (int wrong : new int[] { -1, 0, 1025 }) {
            assertThatIllegalArgumentException().isThrownBy(() -> store.ensureCollection("none", wrong));
        }
    }

    @Test
    void aFilterMayHaveThousandsOfValues() throws VectorStoreException {
        store.upsert(POINTS, IntStream.range(0, 30).mapToObj(i -> point(i, Map.of("arn", List.of("arn:aws:s3:::bucket-" + i)))).toList());

        var many = IntStream.range(20, 5_000).mapToObj(i -> "arn:aws:s3:::bucket-" + i).toList();

        assertThat(ids(new Filter(Map.of("arn", many)))).containsExactlyInAnyOrderElementsOf(
                IntStream.range(20, 30).mapToObj(VectorStoreContract::id).toList());
        assertThat(store.nearest(POINTS, vector(3), new Filter(Map.of("arn", many)), 50)).hasSize(10);
    }

    @Test
    void aPointMayHaveHundredsOfFields() throws VectorStoreException {
        var payload = new TreeMap<String, List<String>>();
        IntStream.range(0, 400).forEach(i -> payload.put("tag " + i, List.of("value " + i, "value")));
        store.upsert(POINTS, List.of(point(1, payload), point(2, Map.of("tag 7", List.of("value")))));

        assertSame(store.get(POINTS, id(1)).orElseThrow(), point(1, payload));
        assertThat(ids(new Filter(Map.of("tag 399", List.of("value 399"), "tag 7", List.of("value"))))).containsExactly(id(1));
        assertThat(ids(new Filter(Map.of("tag 399", List.of("value 7"))))).as("a value of another field").isEmpty();
    }

    @Test
    void scrollsThroughLargePoints() throws VectorStoreException {
        var blob = new byte[1_000_000];
        new Random(2).nextBytes(blob);
        for (int i = 0; i < 24; i += 8) {
            store.upsert(POINTS, IntStream.range(i, i + 8).mapToObj(n -> new Point(id(n), vector(n), Map.of(), blob)).toList());
        }
        var seen = new ArrayList<UUID>();

        store.scroll(POINTS, Filter.ALL, point -> {
            assertThat(Arrays.equals(point.blob(), blob)).isTrue();
            seen.add(point.id());
        });

        assertThat(seen).containsExactlyInAnyOrderElementsOf(IntStream.range(0, 24).mapToObj(VectorStoreContract::id).toList());
        assertThat(store.get(POINTS, seen)).hasSize(24);
    }

    @Test
    void whatOneStoreWritesAnotherAtTheSamePlaceSees() throws Exception {
        var other = sameStore();
        other.upsert(POINTS, List.of(point(1, Map.of())));
        assertSame(store.get(POINTS, id(1)).orElseThrow(), point(1, Map.of()));

        store.upsert(POINTS, List.of(point(1, Map.of("a", List.of("b"))), point(2, Map.of())));
        other.delete(POINTS, List.of(id(2)));
        store.ensureCollection("new", 3);

        assertThat(ids(Filter.ALL)).containsExactly(id(1));
        assertThat(other.count(POINTS, new Filter(Map.of("a", List.of("b"))))).isEqualTo(1);
        assertThat(other.collections()).isEqualTo(store.collections()).containsEntry("new", 3);
    }

    @Test
    void whatIsWrittenIsThereWhenTheStoreIsOpenedAgain() throws Exception {
        store.upsert(POINTS, List.of(point(1, Map.of("a", List.of("b")))));
        store.close();
        store.close();

        store = sameStore();

        assertSame(store.get(POINTS, id(1)).orElseThrow(), point(1, Map.of("a", List.of("b"))));
        assertThat(store.collections()).containsEntry(POINTS, SIZE);
    }

    @Test
    void aConsumerMayWriteWhileItScrollsAndSeesOneMoment() throws VectorStoreException {
        store.upsert(POINTS, IntStream.range(0, 50).mapToObj(i -> point(i, Map.of())).toList());
        var seen = new HashSet<UUID>();

        store.scroll(POINTS, Filter.ALL, point -> {
            assertThat(seen.add(point.id())).isTrue();
            try {
                store.delete(POINTS, List.of(point.id()));
            } catch (VectorStoreException e) {
                throw new AssertionError(e);
            }
        });

        assertThat(seen).hasSize(50);
        assertThat(store.count(POINTS, Filter.ALL)).isZero();
    }

    @Test
    void aThrowingConsumerEndsTheScroll() throws VectorStoreException {
        store.upsert(POINTS, List.of(point(1, Map.of()), point(2, Map.of())));

        assertThatThrownBy(() -> store.scroll(POINTS, Filter.ALL, point -> {
            throw new IllegalStateException("enough");
        })).isInstanceOf(IllegalStateException.class).hasMessage("enough");
        assertThat(ids(Filter.ALL)).hasSize(2);
    }

    @Test
    void manyThreadsWriteAndReadAtOnce() throws Exception {
        var writes = new ArrayList<Callable<Void>>();
        for (int batch = 0; batch < 12; batch++) {
            int first = batch * 100;
            writes.add(() -> {
                store.upsert(POINTS, IntStream.range(first, first + 10).mapToObj(i -> point(i, Map.of())).toList());
                assertThat(store.count(POINTS, Filter.ALL) % 10).as("all or none of a batch").isZero();
                assertThat(store.get(POINTS, id(first + 9))).isPresent();
                return null;
            });
        }
        try (var threads = Executors.newFixedThreadPool(4)) {
            for (var done : threads.invokeAll(writes)) {
                done.get();
            }
        }
        assertThat(store.count(POINTS, Filter.ALL)).isEqualTo(120);
    }

    @Test
    void aSnapshotHoldsOneMomentWhileOthersWrite() throws Exception {
        store.ensureCollection("other", SIZE);
        writeState(store, 0);
        var stop = new AtomicBoolean();
        var other = sameStore();
        try (var threads = Executors.newSingleThreadExecutor()) {
            var writer = threads.submit(() -> {
                for (int state = 1; !stop.get(); state++) {
                    writeState(other, state);
                }
                return null;
            });
            for (int i = 0; i < 5; i++) {
                var states = new HashSet<String>();
                if (snapshot(states)) {
                    assertThat(states).as("states of one batch").hasSize(1);
                }
            }
            stop.set(true);
            writer.get();
        }
        assertThat(snapshot(new HashSet<>())).as("confirmed, when nobody writes").isTrue();
    }

    private static void writeState(OpenStore to, int state) throws VectorStoreException {
        to.upsert(POINTS, IntStream.range(0, 60).mapToObj(i -> point(i, Map.of("state", List.of(String.valueOf(state))))).toList());
    }

    /** @return whether it was one moment */
    private boolean snapshot(Set<String> states) throws VectorStoreException {
        try (var snapshot = store.snapshot(List.of(POINTS, "other", "none"))) {
            assertThat(snapshot.collections()).containsExactlyInAnyOrder(POINTS, "other");
            var seen = new ArrayList<UUID>();
            snapshot.each(POINTS, point -> {
                seen.add(point.id());
                states.addAll(point.payload().get("state"));
            });
            snapshot.each("other", point -> {
                throw new AssertionError("there is none");
            });
            snapshot.confirm();
            assertThat(seen).hasSize(60).doesNotHaveDuplicates();
            return true;
        } catch (VectorStoreException e) {
            assertThat(e.problem()).as(e.getMessage()).isEqualTo(Problem.LOCKED);
            return false;
        }
    }

    @Test
    void aSnapshotThatIsConfirmedMissesNothingThatWasThere() throws Exception {
        var points = IntStream.range(0, 350).mapToObj(i -> point(i, Map.of())).toList();
        store.upsert(POINTS, points);
        var read = new ArrayList<Point>();
        try (var snapshot = store.snapshot(List.of(POINTS))) {
            snapshot.each(POINTS, read::add);
            snapshot.confirm();
        }
        assertThat(read).hasSize(350);
        for (var point : read) {
            assertSame(point, points.get((int) point.id().getLeastSignificantBits()));
        }
    }

    @Test
    void restoresSomeCollectionsAndLeavesOthers() throws Exception {
        store.ensureCollection("other", SIZE);
        store.upsert("other", List.of(point(1, Map.of("state", List.of("kept")))));
        store.upsert(POINTS, IntStream.range(0, 250).mapToObj(i -> point(i, Map.of("state", List.of("old")))).toList());
        var again = sameStore();
        assertThat(again.count(POINTS, Filter.ALL)).isEqualTo(250);

        store.restore(List.of(contents(POINTS, SIZE, 230, 120), contents("new", SIZE, 0, 120)));

        for (var opened : List.of(store, again)) {
            assertThat(opened.count(POINTS, new Filter(Map.of("state", List.of("restored"))))).isEqualTo(120);
            assertThat(opened.count(POINTS, Filter.ALL)).isEqualTo(120);
            assertSame(opened.get(POINTS, id(231)).orElseThrow(), point(231, Map.of("state", List.of("restored"))));
            assertThat(opened.get(POINTS, id(7))).isEmpty();
            assertThat(opened.nearest(POINTS, vector(233), new Filter(Map.of("state", List.of("restored"))), 1).getFirst().point().id())
                    .isEqualTo(id(233));
            assertThat(opened.count("new", Filter.ALL)).isEqualTo(120);
            assertThat(opened.count("other", new Filter(Map.of("state", List.of("kept"))))).isEqualTo(1);
            assertThat(opened.collections()).containsOnlyKeys(POINTS, "new", "other");
        }
        again.upsert(POINTS, List.of(point(7, Map.of())));
        assertThat(store.get(POINTS, id(7))).as("written after it").isPresent();
        store.restore(List.of(contents(POINTS, SIZE, 0, 3)));
        assertThat(again.count(POINTS, Filter.ALL)).as("restored once more").isEqualTo(3);
    }

    @Test
    void restoresIntoANewStoreAndToNothing() throws Exception {
        store.restore(List.of(contents("new", 3, 0, 5), contents(POINTS, SIZE, 0, 0)));

        assertThat(store.collections()).containsEntry("new", 3);
        assertThat(sameStore().count("new", Filter.ALL)).isEqualTo(5);
        assertThat(store.count(POINTS, Filter.ALL)).isZero();
        store.ensureCollection("new", 3);
        store.upsert("new", List.of(new Point(id(9), new float[] { 1, 2, 3 }, Map.of(), new byte[0])));
        assertThat(store.count("new", Filter.ALL)).isEqualTo(6);
    }

    @Test
    void aRestoreWhoseContentsFailChangesNothing() throws Exception {
        store.ensureCollection("other", SIZE);
        for (var collection : List.of(POINTS, "other")) {
            store.upsert(collection, IntStream.range(0, 10).mapToObj(i -> point(i, Map.of("state", List.of("old")))).toList());
        }
        var failure = new VectorStoreException(Problem.IO, "changed on the way", null);
        var broken = new CollectionContents("other", SIZE, each -> {
            IntStream.range(0, 150).forEach(i -> each.accept(point(i, Map.of("state", List.of("restored")))));
            throw failure;
        });
        assertThatThrownBy(() -> store.restore(List.of(contents(POINTS, SIZE, 0, 4), broken))).isSameAs(failure);
        assertThatThrownBy(() -> store.restore(List.of(contents(POINTS, SIZE, 0, 4), new CollectionContents("other", SIZE, each -> {
            throw new IllegalStateException("a defect");
        })))).hasMessage("a defect");
        assertProblem(Problem.MISMATCH, () -> store.restore(List.of(contents(POINTS, SIZE, 0, 4), new CollectionContents("other", SIZE + 1,
                each -> each.accept(point(1, Map.of()))))));
        assertProblem(Problem.MISMATCH, () -> store.restore(List.of(contents(POINTS, SIZE, 0, 4), contents("other", SIZE + 1, 0, 4))));
        for (var name : List.of("../x", ".restore", "", "a/b", "A", "points.1")) {
            assertThatIllegalArgumentException().isThrownBy(() -> store.restore(List.of(contents(POINTS, SIZE, 0, 4), contents(name, SIZE, 0, 1))));
        }

        for (var opened : List.of(store, sameStore())) {
            assertThat(opened.collections()).containsOnlyKeys(POINTS, "other");
            for (var collection : List.of(POINTS, "other")) {
                assertThat(opened.count(collection, new Filter(Map.of("state", List.of("old"))))).isEqualTo(10);
                assertThat(opened.count(collection, Filter.ALL)).isEqualTo(10);
            }
        }
    }

    @Test
    void whoReadsDuringARestoreSeesAllOfBeforeOrAllOfAfter() throws Exception {
        store.upsert(POINTS, IntStream.range(0, 330).mapToObj(i -> point(i, Map.of("state", List.of("old")))).toList());
        var again = sameStore();
        var stop = new AtomicBoolean();
        try (var threads = Executors.newSingleThreadExecutor()) {
            var reader = threads.submit(() -> {
                var seen = new HashSet<List<String>>();
                while (!stop.get()) {
                    var states = new ArrayList<String>();
                    try {
                        again.scroll(POINTS, Filter.ALL, point -> states.addAll(point.payload().get("state")));
                        seen.add(states);
                    } catch (VectorStoreException e) {
                        assertThat(e.problem()).as("a server may refuse to go on, but not mix the two").isEqualTo(Problem.LOCKED);
                    }
                }
                return seen;
            });
            for (int i = 0; i < 5; i++) {
                store.restore(List.of(contents(POINTS, SIZE, 0, 340)));
                store.upsert(POINTS, List.of(point(1, Map.of("state", List.of("restored")))));
            }
            stop.set(true);
            assertThat(reader.get()).isSubsetOf(List.of(Collections.nCopies(330, "old"), Collections.nCopies(340, "restored")));
        }
    }

    private static CollectionContents contents(String collection, int size, int from, int count) {
        return new CollectionContents(collection, size, each -> IntStream.range(from, from + count)
                .mapToObj(i -> new Point(id(i), vector(i, size), Map.of("state", List.of("restored")), ("blob " + i).getBytes())).forEach(each));
    }

    private List<UUID> ids(Filter filter) throws VectorStoreException {
        var ids = new ArrayList<UUID>();
        store.scroll(POINTS, filter, point -> ids.add(point.id()));
        assertThat(store.count(POINTS, filter)).isEqualTo(ids.size());
        return ids;
    }

    private static List<Integer> bits(float[] vector) {
        return IntStream.range(0, vector.length).mapToObj(i -> Float.floatToRawIntBits(vector[i])).toList();
    }

    protected static void assertProblem(Problem problem, ThrowingCallable call) {
        var thrown = catchThrowableOfType(VectorStoreException.class, call);
        assertThat(thrown).as("expected " + problem).isNotNull();
        assertThat(thrown.problem()).as(thrown.getMessage()).isEqualTo(problem);
    }

    protected static void assertSame(Point actual, Point expected) {
        assertThat(actual.id()).isEqualTo(expected.id());
        assertThat(actual.vector()).isEqualTo(expected.vector());
        assertThat(actual.payload()).isEqualTo(expected.payload());
        assertThat(actual.blob()).isEqualTo(expected.blob());
    }

    protected static Point point(int number, Map<String, List<String>> payload) {
        return new Point(id(number), vector(number), payload, ("blob " + number).getBytes());
    }

    private static Point at(int number, float... vector) {
        return new Point(id(number), vector, Map.of(), new byte[0]);
    }

    protected static UUID id(int number) {
        return new UUID(0x8000L, number);
    }

    private static float[] vector(int number) {
        return vector(number, SIZE);
    }

    protected static float[] vector(int number, int size) {
        var random = new Random(number);
        var vector = new float[size];
        for (int i = 0; i < size; i++) {
            vector[i] = (float) random.nextGaussian();
        }
        return vector;
    }

    protected static double cosine(float[] a, float[] b) {
        double product = 0;
        double aa = 0;
        double bb = 0;
        for (int i = 0; i < a.length; i++) {
            product += (double) a[i] * b[i];
            aa += (double) a[i] * a[i];
            bb += (double) b[i] * b[i];
        }
        return product / Math.sqrt(aa * bb);
    }
}
