package cloudops.vectorstore.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import cloudops.vectorstore.Filter;
import cloudops.vectorstore.Point;
import cloudops.vectorstore.VectorStore;
import cloudops.vectorstore.VectorStoreException;
import cloudops.vectorstore.spi.OpenStore;

/** What every {@link VectorStore} must do while many use it at once. A subclass says how to get an empty one. */
public abstract class BusyStoreContract {

    protected static final String POINTS = "points";

    /** More than a store may send to a server at a time. */
    private static final int MANY = 250;

    private OpenStore store;

    /** @return a store without a collection {@value #POINTS}, its own in every test; the subclass closes it */
    protected abstract OpenStore emptyStore() throws Exception;

    /** @return another store at the same place as the last {@link #emptyStore}; the subclass closes it */
    protected abstract OpenStore sameStore() throws Exception;

    @BeforeEach
    void makeCollection() throws Exception {
        store = emptyStore();
        store.ensureCollection(POINTS, 2);
    }

    @Test
    void writersOfTheSamePointsLeaveEachWhole() throws Exception {
        atOnce(IntStream.range(0, 6).mapToObj(writer -> (Callable<Void>) () -> {
            for (int round = 0; round < 4; round++) {
                store.upsert(POINTS, points(0, 40, writer * 10 + round));
            }
            return null;
        }).toList());

        assertThat(versions(0, 40)).as("one write was the last").hasSize(1);
    }

    @Test
    void nobodySeesAPartOfALargeWrite() throws Exception {
        var done = new AtomicBoolean();
        atOnce(List.of(() -> {
            try {
                for (int version = 0; version < 6; version++) {
                    store.upsert(POINTS, points(0, MANY, version));
                    store.delete(POINTS, ids(0, MANY));
                }
            } finally {
                done.set(true);
            }
            return null;
        }, () -> {
            while (!done.get()) {
                assertThat(store.count(POINTS, Filter.ALL)).isIn(0L, (long) MANY);
            }
            return null;
        }));
    }

    @Test
    void aScrollMeetsOnceWhatIsThereAllTheTime() throws Exception {
        store.upsert(POINTS, points(0, MANY, 0));
        var done = new AtomicBoolean();
        atOnce(List.of(() -> {
            try {
                for (int round = 0; round < 12; round++) {
                    store.upsert(POINTS, points(MANY, MANY + 150, round));
                    store.upsert(POINTS, points(10, 20, round));
                    store.delete(POINTS, ids(MANY + 50, MANY + 150));
                }
            } finally {
                done.set(true);
            }
            return null;
        }, () -> {
            do {
                var seen = new ArrayList<UUID>();
                store.scroll(POINTS, Filter.ALL, point -> {
                    assertWhole(point);
                    seen.add(point.id());
                });
                assertThat(seen).doesNotHaveDuplicates().containsAll(ids(0, MANY));
            } while (!done.get());
            return null;
        }));
    }

    @Test
    void writersOfDifferentPointsDoNotHinderEachOther() throws Exception {
        atOnce(IntStream.range(0, 6).mapToObj(writer -> (Callable<Void>) () -> {
            int first = writer * 1_000;
            store.upsert(POINTS, points(first, first + 120, 1));
            store.delete(POINTS, ids(first, first + 60));
            assertThat(store.get(POINTS, ids(first, first + 120))).hasSize(60);
            return null;
        }).toList());

        assertThat(store.count(POINTS, Filter.ALL)).isEqualTo(6 * 60);
    }

    @Test
    void severalStoresWriteToOnePlace() throws Exception {
        var stores = List.of(store, sameStore(), sameStore());
        atOnce(IntStream.range(0, 3).mapToObj(writer -> (Callable<Void>) () -> {
            for (int round = 0; round < 5; round++) {
                stores.get(writer).upsert(POINTS, points(writer * 100, writer * 100 + 20, round));
                stores.get(writer).upsert(POINTS, points(900, 910, writer * 10 + round));
            }
            return null;
        }).toList());

        for (var each : stores) {
            assertThat(each.count(POINTS, Filter.ALL)).isEqualTo(70);
        }
        assertThat(versions(900, 910)).hasSize(1);
    }

    @Test
    void searchesGoOnWhileItIsWrittenTo() throws Exception {
        store.upsert(POINTS, points(0, 50, 0));
        var done = new AtomicBoolean();
        atOnce(List.of(() -> {
            try {
                for (int round = 1; round < 12; round++) {
                    store.upsert(POINTS, points(0, 50, round));
                }
            } finally {
                done.set(true);
            }
            return null;
        }, () -> {
            do {
                var hits = store.nearest(POINTS, new float[] { 1, 1 }, Filter.ALL, 100);
                assertThat(hits).hasSize(50);
                hits.forEach(hit -> assertWhole(hit.point()));
            } while (!done.get());
            return null;
        }));
    }

    private static void atOnce(List<Callable<Void>> work) throws Exception {
        try (var threads = Executors.newFixedThreadPool(work.size())) {
            for (var done : threads.invokeAll(work)) {
                done.get();
            }
        }
    }

    /** Vector, payload and blob of one writing say which it was. */
    private static List<Point> points(int from, int to, int version) {
        return IntStream.range(from, to).mapToObj(number -> new Point(new UUID(1, number), new float[] { number + 1, version + 1 },
                Map.of("version", List.of(String.valueOf(version))), String.valueOf(version).getBytes())).toList();
    }

    private static int version(Point point) {
        return Integer.parseInt(point.payload().get("version").getFirst());
    }

    private static void assertWhole(Point point) {
        assertThat(new String(point.blob())).isEqualTo(String.valueOf(version(point)));
        assertThat(point.vector()[1]).isEqualTo(version(point) + 1);
    }

    private Collection<Integer> versions(int from, int to) throws VectorStoreException {
        var versions = new HashSet<Integer>();
        var found = store.get(POINTS, ids(from, to));
        assertThat(found).hasSize(to - from);
        found.forEach(point -> {
            assertWhole(point);
            versions.add(version(point));
        });
        return versions;
    }

    private static List<UUID> ids(int from, int to) {
        return IntStream.range(from, to).mapToObj(number -> new UUID(1, number)).toList();
    }
}
