package cloudops.vectorstore.lucene.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.IntStream;

import org.apache.lucene.store.FSDirectory;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
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

    @Test
    void aDamagedCollectionStaysAsItIsUntilTheRestoreIsDecided() throws Exception {
        filled();
        close();
        damage("one", new byte[] { 1, 2, 3 });
        var damaged = bytes("one");
        try (var directory = FSDirectory.open(root.resolve("two")); var lock = directory.obtainLock("write.lock")) {
            lock.ensureValid();
            assertThat(failure(() -> opened().restore(List.of(contents("one", 4), contents("two", 4)))).problem()).isEqualTo(Problem.LOCKED);
        }
        assertThat(failure(() -> opened().restore(List.of(contents("one", 4), new CollectionContents("two", 3, each -> { })))).problem())
                .isEqualTo(Problem.MISMATCH);
        var full = new Restoration(root, TUNING) {
            @Override
            void decide() throws IOException {
                throw new IOException("No space left on device");
            }
        };
        assertThat(failure(() -> full.run(List.of(contents("one", 4), contents("new", 4)))).problem()).isEqualTo(Problem.IO);
        assertThat(bytes("one")).isEqualTo(damaged);
        assertThat(folders()).containsExactly("one", "two");

        opened().restore(List.of(contents("one", 4), contents("two", 4)));

        assertThat(opened().count("one", has("restored"))).isEqualTo(4);
        assertThat(folders()).hasSize(3).anyMatch(name -> name.startsWith(".one-damaged-"));
    }

    @Test
    void aCrashAfterTheDecisionReplacesDamagedAndMissingCollections() throws Exception {
        filled();
        close();
        damage("one", new byte[] { 1, 2, 3 });
        var crashed = new Restoration(root, TUNING);
        crashed.stage(List.of(contents("new", 3), contents("one", 4), contents("two", 4)));
        crashed.decide();
        // as far as one that was killed later came
        Files.move(root.resolve(".restore/new"), root.resolve("new"));
        Files.move(root.resolve("one"), root.resolve(".one-damaged-1"));

        assertThat(opened().count("one", has("restored"))).isEqualTo(4);
        assertThat(opened().count("two", Filter.ALL)).isEqualTo(4);
        assertThat(opened().count("new", has("restored"))).isEqualTo(3);
        opened().upsert("one", points(1, "written after"));
        assertThat(opened().count("one", Filter.ALL)).isEqualTo(5);
        assertThat(root.resolve(".restore")).doesNotExist();
    }

    @Test
    void aCollectionOfANewerVersionIsNotReplaced() throws Exception {
        filled();
        close();
        Path segments;
        try (var files = Files.list(root.resolve("one"))) {
            segments = files.filter(file -> file.getFileName().toString().startsWith("segments_")).findFirst().orElseThrow();
        }
        var newer = Files.readAllBytes(segments);
        // after the magic number and the name of the format
        newer[13] = 1;
        Files.write(segments, newer);
        var before = bytes("one");

        assertThat(failure(() -> opened().restore(List.of(contents("one", 4))))).returns(Problem.CORRUPT, VectorStoreException::problem)
                .hasMessageContaining("newer version").hasMessageContaining("move this folder away");
        assertThat(bytes("one")).isEqualTo(before);
        assertThat(folders()).containsExactly("one", "two");
    }

    @Test
    void aFailureAfterTheDecisionSaysThatItIsDecidedAndTheNextCompletesIt() throws Exception {
        filled();
        close();
        var obstacle = root.resolve("new");
        var stopped = new Restoration(root, TUNING) {
            @Override
            void decide() throws IOException {
                super.decide();
                Files.write(obstacle, new byte[1]);
            }
        };
        assertThat(failure(() -> stopped.run(List.of(contents("new", 3), contents("one", 4))))).returns(Problem.UNFINISHED, VectorStoreException::problem)
                .hasMessageContaining("is decided");
        Files.delete(obstacle);
        assertThat(opened().count("new", has("restored"))).isEqualTo(3);
        assertThat(opened().count("one", has("restored"))).isEqualTo(4);
        assertThat(root.resolve(".restore")).doesNotExist();
    }

    @Test
    void aDecisionThatIsNotDurableIsNone() throws Exception {
        filled();
        for (var place : List.of(".restore/ready", ".restore")) {
            var broken = new Restoration(root, TUNING) {
                @Override
                void force(Path path) throws IOException {
                    if (path.equals(root.resolve(place))) {
                        throw new IOException("Input/output error");
                    }
                    super.force(path);
                }
            };
            assertThat(failure(() -> broken.run(List.of(contents("one", 4)))).problem()).as(place).isEqualTo(Problem.IO);
            assertThat(root.resolve(".restore")).doesNotExist();
            assertThat(opened().count("one", has("old"))).isEqualTo(10);
        }
    }

    @Test
    void theDecisionIsForgottenDurablyBeforeWhatItSpeaksOf() throws Exception {
        filled();
        var forced = new ArrayList<String>();
        new Restoration(root, TUNING) {
            @Override
            void force(Path path) throws IOException {
                super.force(path);
                forced.add(root.relativize(path) + (Files.exists(root.resolve(".restore/ready")) ? " decided" : "")
                        + (Files.exists(root.resolve(".restore/one")) ? " staged" : ""));
            }
        }.run(List.of(contents("one", 4)));
        assertThat(forced).containsExactly(" staged", ".restore/ready decided staged", ".restore decided staged", ".restore staged", "");
    }

    private void damage(String collection, byte[] bytes) throws IOException {
        for (var file : bytes(collection).keySet()) {
            Files.write(root.resolve(collection).resolve(file), bytes);
        }
    }

    private Map<String, String> bytes(String collection) throws IOException {
        var bytes = new TreeMap<String, String>();
        try (var files = Files.list(root.resolve(collection))) {
            for (var file : files.toList()) {
                bytes.put(file.getFileName().toString(), HexFormat.of().formatHex(Files.readAllBytes(file)));
            }
        }
        return bytes;
    }

    private List<String> folders() throws IOException {
        try (var folders = Files.list(root)) {
            return folders.filter(Files::isDirectory).map(folder -> folder.getFileName().toString()).sorted().toList();
        }
    }

    private static VectorStoreException failure(ThrowingCallable call) {
        var failure = catchThrowableOfType(VectorStoreException.class, call);
        assertThat(failure).as("a failure").isNotNull();
        return failure;
    }

    @AfterEach
    void close() throws VectorStoreException {
        for (var store : opened) {
            store.close();
        }
        opened.clear();
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
