package cloudops.vectorstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import cloudops.vectorstore.VectorStoreException.Problem;

/** What every {@link VectorStore} must do. A subclass says how to get an empty one. */
public abstract class VectorStoreContract {

    protected static final String POINTS = "points";
    protected static final int SIZE = 4;

    private VectorStore store;

    /** @return a store without collections, its own in every test */
    protected abstract VectorStore emptyStore() throws Exception;

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
                "x".repeat(49_999) + "y", "region", "{}", "\\", "..", "İ", "é", "e\u0301");
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
        for (var name : List.of("", "..", "../points", "a/b", "A", "x\n", "x".repeat(100))) {
            assertThatIllegalArgumentException().isThrownBy(() -> store.ensureCollection(name, SIZE));
        }
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

    private List<UUID> ids(Filter filter) throws VectorStoreException {
        var ids = new ArrayList<UUID>();
        store.scroll(POINTS, filter, point -> ids.add(point.id()));
        assertThat(store.count(POINTS, filter)).isEqualTo(ids.size());
        return ids;
    }

    protected static void assertProblem(Problem problem, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
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
