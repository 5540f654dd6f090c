package cloudops.vectorstore.lucene.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import cloudops.vectorstore.CollectionContents;
import cloudops.vectorstore.Filter;
import cloudops.vectorstore.Point;
import cloudops.vectorstore.VectorStoreException;
import cloudops.vectorstore.VectorStoreException.Problem;
import cloudops.vectorstore.lucene.internal.LuceneCollection.Tuning;

class RestorationTest {

    private static final Tuning TUNING = new Tuning(Duration.ofSeconds(2), 200_000);

    @TempDir
    Path root;

    private final List<LuceneVectorStore> opened = new ArrayList<>();

    @Test
    void replacesSomeCollectionsAndLeavesOthers() throws Exception {
        var store = filled();
        var reader = opened();
        store.ensureCollection("other", 2);
        store.upsert("other", points(3, "kept"));
        assertThat(reader.count("one", Filter.ALL)).isEqualTo(10);

        store.restore(List.of(contents("one", 4), contents("new", 5)));

        assertThat(store.count("one", has("restored"))).isEqualTo(4);
        assertThat(reader.count("one", Filter.ALL)).as("seen by who read before").isEqualTo(4);
        assertThat(reader.count("new", Filter.ALL)).isEqualTo(5);
        assertThat(store.count("two", has("old"))).isEqualTo(10);
        assertThat(store.count("other", has("kept"))).isEqualTo(3);
        assertThat(root.resolve(".restore")).doesNotExist();
    }

    @Test
    void aCrashBeforeTheDecisionLeavesAllAndOneAfterItReplacesAll() throws Exception {
        var store = filled();
        var crashed = new Restoration(root, TUNING);
        crashed.stage(List.of(contents("one", 4), contents("two", 4)));
        assertThat(store.count("one", has("old"))).isEqualTo(10);

        crashed.decide();
        store.upsert("one", points(1, "written after the crash"));

        assertThat(store.count("one", has("restored"))).isEqualTo(4);
        assertThat(store.count("one", has("written after the crash"))).isEqualTo(1);
        assertThat(store.count("two", Filter.ALL)).isEqualTo(4);
        assertThat(root.resolve(".restore")).doesNotExist();
    }

    @Test
    void whatAnInterruptedRestoreStagedIsNoPartOfTheNext() throws Exception {
        var store = filled();
        new Restoration(root, TUNING).stage(List.of(contents("one", 4), contents("two", 4)));
        store.restore(List.of(contents("one", 6)));
        assertThat(store.count("one", Filter.ALL)).isEqualTo(6);
        assertThat(store.count("two", has("old"))).isEqualTo(10);
    }

    @Test
    void aFailureOfTheContentsChangesNothing() throws Exception {
        var store = filled();
        var failure = new VectorStoreException(Problem.IO, "changed on the way", null);
        assertThatThrownBy(() -> store.restore(List.of(contents("one", 4), new CollectionContents("two", 2, each -> {
            each.accept(points(1, "restored").getFirst());
            throw failure;
        })))).isSameAs(failure);
        assertThat(store.count("one", has("old"))).isEqualTo(10);
        assertThat(store.count("two", has("old"))).isEqualTo(10);
        assertThat(root.resolve(".restore")).doesNotExist();
    }

    @AfterEach
    void close() throws VectorStoreException {
        for (var store : opened) {
            store.close();
        }
    }

    private LuceneVectorStore opened() {
        var store = new LuceneVectorStore(root, TUNING);
        opened.add(store);
        return store;
    }

    private LuceneVectorStore filled() throws VectorStoreException {
        var store = opened();
        for (var collection : List.of("one", "two")) {
            store.ensureCollection(collection, 2);
            store.upsert(collection, points(10, "old"));
        }
        return store;
    }

    private static CollectionContents contents(String collection, int count) {
        return new CollectionContents(collection, 2, each -> points(count, "restored").forEach(each));
    }

    private static List<Point> points(int count, String state) {
        return IntStream.range(0, count).mapToObj(i -> point(state.hashCode() + i, new float[] { 1, i }, state)).toList();
    }

    private static Point point(int id, float[] vector, String state) {
        return new Point(new UUID(0, id), vector, Map.of("state", List.of(state)), new byte[] { 1 });
    }

    private static Filter has(String state) {
        return new Filter(Map.of("state", List.of(state)));
    }
}
