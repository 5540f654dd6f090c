package cloudops.vectorstore.lucene.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import org.apache.lucene.document.Document;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.store.FSDirectory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import cloudops.vectorstore.Filter;
import cloudops.vectorstore.Point;
import cloudops.vectorstore.VectorStore;
import cloudops.vectorstore.contract.VectorStoreContract;
import cloudops.vectorstore.VectorStoreException;
import cloudops.vectorstore.VectorStoreException.Problem;
import cloudops.vectorstore.lucene.internal.LuceneCollection.Tuning;
import cloudops.vectorstore.spi.OpenStore;

class LuceneVectorStoreTest extends VectorStoreContract {

    @TempDir
    Path home;

    private final List<LuceneVectorStore> opened = new ArrayList<>();

    @Override
    protected OpenStore emptyStore() {
        return open();
    }

    @Override
    protected OpenStore sameStore() {
        return open();
    }

    private LuceneVectorStore open() {
        var store = (LuceneVectorStore) new LuceneStores().open("lucene:", home.resolve("h"));
        opened.add(store);
        return store;
    }

    private LuceneVectorStore openImpatient() {
        return open(new Tuning(Duration.ofMillis(100), 1_000));
    }

    private LuceneVectorStore open(Tuning tuning) {
        var store = new LuceneVectorStore(root(), tuning);
        opened.add(store);
        return store;
    }

    private Path root() {
        return home.resolve("h/store/lucene");
    }

    @AfterEach
    void closeAll() throws VectorStoreException {
        for (var store : opened) {
            store.close();
        }
    }

    @Override
    protected void makeForeign(String collection) throws IOException {
        Files.createDirectories(root().resolve(collection));
        try (var writer = new IndexWriter(FSDirectory.open(root().resolve(collection)), new IndexWriterConfig())) {
            writer.addDocument(new Document());
        }
    }

    @Test
    void anAddressMayNameAFolder() throws Exception {
        try (var store = new LuceneStores().open("lucene:" + home.resolve("else where"), home)) {
            store.ensureCollection(POINTS, SIZE);
        }
        assertThat(home.resolve("else where").resolve(POINTS)).isDirectory();
        for (var wrong : List.of("lucene:\0", "lucene:here", "lucene:../there", "lucene:~/x")) {
            assertThatThrownBy(() -> new LuceneStores().open(wrong, home)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("try: ");
        }
    }

    @Test
    void everythingIsThereAfterReopening() throws Exception {
        var store = open();
        store.upsert(POINTS, List.of(point(1, Map.of("a", List.of("b"))), point(2, Map.of())));
        store.delete(POINTS, List.of(id(2)));
        store.close();

        var again = open();

        assertSame(again.get(POINTS, id(1)).orElseThrow(), point(1, Map.of("a", List.of("b"))));
        assertThat(again.count(POINTS, Filter.ALL)).isEqualTo(1);
        assertProblem(Problem.MISMATCH, () -> again.ensureCollection(POINTS, SIZE + 1));
    }

    @Test
    void onlyTheOwnerMayLook() throws Exception {
        open().upsert(POINTS, List.of(point(1, Map.of())));

        for (var folder = root().resolve(POINTS); !folder.equals(home); folder = folder.getParent()) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder))).as(folder.toString()).isEqualTo("rwx------");
        }
    }

    @Test
    void twoStoresOnOneFolderSeeEachOthersWrites() throws Exception {
        var one = open();
        var two = open();
        assertThat(two.count(POINTS, Filter.ALL)).isZero();

        one.upsert(POINTS, List.of(point(1, Map.of())));
        assertThat(two.get(POINTS, id(1))).isPresent();
        two.upsert(POINTS, List.of(point(2, Map.of())));
        two.delete(POINTS, List.of(id(1)));

        assertThat(one.count(POINTS, Filter.ALL)).isEqualTo(1);
        assertThat(one.get(POINTS, id(2))).isPresent();
    }

    @Test
    void twoStoresMakingOneCollectionAtOnceBothGetIt() throws Exception {
        var one = open();
        var two = open();
        var other = Thread.ofVirtual().start(() -> {
            try {
                one.ensureCollection("new", 3);
            } catch (VectorStoreException e) {
                throw new AssertionError(e);
            }
        });
        two.ensureCollection("new", 3);
        other.join();

        assertThat(one.count("new", Filter.ALL)).isZero();
        assertThat(two.count("new", Filter.ALL)).isZero();
    }

    @Test
    void aWriteThatWaitsTooLongForAnotherSaysSo() throws Exception {
        var store = openImpatient();
        try (var directory = FSDirectory.open(root().resolve(POINTS)); var lock = directory.obtainLock("write.lock")) {
            lock.ensureValid();
            var thrown = catchThrowableOfType(VectorStoreException.class, () -> store.upsert(POINTS, List.of(point(1, Map.of()))));
            assertThat(thrown.problem()).isEqualTo(Problem.LOCKED);
            assertThat(thrown).hasMessageContaining(root().toString()).hasMessageContaining("try again");
            assertThat(store.count(POINTS, Filter.ALL)).as("reading goes on").isZero();
        }
        store.upsert(POINTS, List.of(point(1, Map.of())));
        assertThat(store.count(POINTS, Filter.ALL)).isEqualTo(1);
    }

    @Test
    void twoProcessesWriteAtOnce() throws Exception {
        var store = open();
        var other = otherProcess(1_000_000, 20, 10);
        other.inputReader().readLine();
        for (int batch = 0; batch < 20; batch++) {
            int first = batch * 10;
            store.upsert(POINTS, IntStream.range(first, first + 10).mapToObj(i -> point(i, Map.of("writer", List.of("this")))).toList());
            assertThat(store.count(POINTS, new Filter(Map.of("writer", List.of("1000000")))) % 10).isZero();
        }

        assertEndsWell(other);
        assertThat(store.count(POINTS, new Filter(Map.of("writer", List.of("this"))))).isEqualTo(200);
        assertThat(store.count(POINTS, new Filter(Map.of("writer", List.of("1000000"))))).isEqualTo(200);
    }

    @Test
    void aProcessKilledWhileWritingLeavesWholeBatchesAndNoLock() throws Exception {
        var store = open();
        var other = otherProcess(0, 100_000, 7);
        while (store.count(POINTS, Filter.ALL) == 0 && other.isAlive()) {
            Thread.onSpinWait();
        }
        other.destroyForcibly().waitFor();

        var before = store.count(POINTS, Filter.ALL);
        assertThat(before).isPositive();
        assertThat(before % 7).isZero();
        store.upsert(POINTS, List.of(point(2_000_000, Map.of())));
        assertThat(store.count(POINTS, Filter.ALL)).isEqualTo(before + 1);
    }

    @Test
    void aFailingChangeLeavesNothingBehind() throws Exception {
        var store = open();
        store.upsert(POINTS, List.of(point(1, Map.of())));
        var points = new ArrayList<>(List.of(point(2, Map.of()), point(3, Map.of())));
        points.add(new Point(id(4), null, new java.util.TreeMap<>(Map.of("field", java.util.Arrays.asList("a", null))), new byte[0]));

        assertThatThrownBy(() -> store.upsert(POINTS, points)).isInstanceOf(NullPointerException.class);

        assertThat(store.count(POINTS, Filter.ALL)).isEqualTo(1);
        store.upsert(POINTS, List.of(point(5, Map.of())));
        assertThat(open().count(POINTS, Filter.ALL)).isEqualTo(2);
    }

    @Test
    void aTruncatedFileIsReportedAsDamage() throws Exception {
        var store = open();
        store.upsert(POINTS, IntStream.range(0, 100).mapToObj(i -> point(i, Map.of("a", List.of("b")))).toList());
        store.close();
        for (var file : files()) {
            var whole = Files.readAllBytes(file);
            try (var cut = new RandomAccessFile(file.toFile(), "rw")) {
                cut.setLength(whole.length / 2);
            }
            assertDamage(file);
            Files.delete(file);
            assertDamage(file);
            Files.write(file, whole);
        }
        assertThat(open().count(POINTS, Filter.ALL)).isEqualTo(100);
    }

    private void assertDamage(Path file) {
        var damaged = openImpatient();
        var thrown = catchThrowableOfType(VectorStoreException.class, () -> damaged.count(POINTS, Filter.ALL));
        assertThat(thrown).as(file.toString()).isNotNull();
        assertThat(thrown.problem()).as(file.toString()).isEqualTo(Problem.CORRUPT);
        assertThat(thrown).hasMessageContaining(root().resolve(POINTS).toString()).hasMessageContaining("backup");
        assertProblem(Problem.CORRUPT, () -> damaged.ensureCollection(POINTS, SIZE));
    }

    @Test
    void aDamagedRecordDoesNotHideTheOthers() throws Exception {
        var store = open();
        store.upsert(POINTS, IntStream.range(0, 50).mapToObj(i -> point(i, Map.of("name", List.of("number " + i + " of fifty")))).toList());
        store.close();
        damage("number 17 of fifty".getBytes(StandardCharsets.UTF_16BE));
        var again = open();
        var seen = new HashMap<UUID, Point>();

        again.scroll(POINTS, Filter.ALL, point -> seen.put(point.id(), point));

        assertThat(seen).hasSize(50);
        assertThat(seen.get(id(17)).payload()).as("nothing of what does not make sense").isEmpty();
        assertThat(seen.get(id(17)).blob()).as("what its owner knows it to be damaged by").isEqualTo("blob 17".getBytes());
        assertThat(seen.get(id(18)).payload()).containsEntry("name", List.of("number 18 of fifty"));
        assertThat(again.get(POINTS, id(17)).orElseThrow().payload()).isEmpty();
        assertThat(again.nearest(POINTS, vector(17, SIZE), Filter.ALL, 50)).hasSize(50);
        var whole = point(17, Map.of("name", List.of("number 17 of fifty")));
        again.upsert(POINTS, List.of(whole));
        assertSame(again.get(POINTS, id(17)).orElseThrow(), whole);
    }

    /** Spoils the length of {@code text} where a record holds it: there the number of its field's values, one, comes before. */
    private void damage(byte[] text) throws IOException {
        int spoiled = 0;
        for (var file : files()) {
            var bytes = Files.readAllBytes(file);
            for (int at = 4; at <= bytes.length - text.length; at++) {
                if (java.util.Arrays.equals(bytes, at, at + text.length, text, 0, text.length)
                        && bytes[at - 5] == 1 && bytes[at - 1] == text.length / 2) {
                    bytes[at - 1]++;
                    spoiled++;
                }
            }
            Files.write(file, bytes);
        }
        assertThat(spoiled).isEqualTo(1);
    }

    @Test
    void failingReadsAndWritesAreReported() throws Exception {
        var file = Files.createFile(home.resolve("file"));
        var store = new LuceneVectorStore(file.resolve("store"), Tuning.USUAL);
        opened.add(store);

        var thrown = catchThrowableOfType(VectorStoreException.class, () -> store.ensureCollection("x", 3));

        assertThat(thrown.problem()).isEqualTo(Problem.IO);
        assertThat(thrown).hasMessageContaining(file.toString());
    }

    @Test
    void nearestOfTwelveThousandIsExact() throws Exception {
        assertThat(recall(open(), 12_000, 100)).isEqualTo(1);
        assertThat(sizeOfGraphs()).isZero();
    }

    @Test
    void nearestOfMoreIsNearlyExact() throws Exception {
        assertThat(recall(open(new Tuning(Duration.ofSeconds(1), 2_000)), 12_000, 6_000)).isGreaterThan(0.95);
        assertThat(sizeOfGraphs()).isPositive();
    }

    @Test
    void aSegmentOfMoreThanTwentyThousandGetsAGraph() throws Exception {
        var store = open();
        store.ensureCollection("many", 4);
        store.upsert("many", IntStream.range(0, 20_500).mapToObj(i -> new Point(id(i), vector(i, 4), Map.of(), new byte[1])).toList());
        assertThat(sizeOfGraphs()).isPositive();
    }

    /** Long vectors are looked for by one bit a dimension. These lie in heaps, as a model's do. */
    @Test
    void nearestOfManyLongVectorsIsNearlyExactAndExactWhereFewMatch() throws Exception {
        int size = 384;
        var store = open(new Tuning(Duration.ofSeconds(1), 1_000));
        store.ensureCollection("many", size);
        var points = IntStream.range(0, 6_000).mapToObj(i -> new Point(id(i), inHeap(i % 60, i, size),
                Map.of("half", List.of("" + i / 60 % 2), "few", List.of("" + i % 7)), new byte[10])).toList();
        for (int from = 0; from < points.size(); from += 3_000) {
            store.upsert("many", points.subList(from, from + 3_000));
        }
        assertThat(sizeOfGraphs()).isPositive();
        assertThat(recall(store, points, Filter.ALL)).isGreaterThan(0.95);
        assertThat(recall(store, points, new Filter(Map.of("half", List.of("1"))))).isGreaterThan(0.95);
        assertThat(recall(store, points, new Filter(Map.of("few", List.of("3"))))).isEqualTo(1);
        assertThat(store.nearest("many", points.get(0).vector(), new Filter(Map.of("few", List.of("none"))), 20)).isEmpty();
        for (var point : points.subList(2_990, 3_010)) {
            assertThat(store.get("many", point.id()).orElseThrow().vector()).containsExactly(point.vector());
        }
    }

    private static double recall(VectorStore store, List<Point> points, Filter filter) throws VectorStoreException {
        int found = 0;
        for (int i = 1; i <= 10; i++) {
            var query = inHeap(i, -i, 384);
            var expected = points.stream().filter(point -> filter.anyOf().entrySet().stream()
                    .allMatch(entry -> entry.getValue().containsAll(point.payload().get(entry.getKey()))))
                    .sorted(Comparator.comparingDouble(point -> -cosine(point.vector(), query))).limit(20).map(Point::id).toList();
            found += (int) store.nearest("many", query, filter, 20).stream().filter(hit -> expected.contains(hit.point().id())).count();
        }
        return found / 200.0;
    }

    private static float[] inHeap(int heap, int number, int size) {
        var all = vector(1_000_000, size);
        var middle = vector(1_000_001 + heap, size);
        var vector = vector(number, size);
        for (int i = 0; i < size; i++) {
            vector[i] = 0.5f * all[i] + 0.7f * middle[i] + 0.4f * vector[i];
        }
        return vector;
    }

    /** @return the share of the 20 nearest of a filtered search that were found, over 10 searches */
    private static double recall(VectorStore store, int count, int batch) throws VectorStoreException {
        int size = 32;
        store.ensureCollection("many", size);
        var points = IntStream.range(0, count)
                .mapToObj(i -> new Point(id(i), vector(i, size), Map.of("rest", List.of("" + i % 7)), new byte[10])).toList();
        for (int from = 0; from < count; from += batch) {
            store.upsert("many", points.subList(from, from + batch));
        }
        int found = 0;
        for (int i = 1; i <= 10; i++) {
            var query = vector(-i, size);
            var expected = points.stream().filter(LuceneVectorStoreTest::matches)
                    .sorted(Comparator.comparingDouble(point -> -cosine(point.vector(), query))).limit(20).map(Point::id).toList();
            var actual = store.nearest("many", query, new Filter(Map.of("rest", List.of("0", "1", "2", "3"))), 20).stream()
                    .map(hit -> hit.point().id()).toList();
            found += (int) expected.stream().filter(actual::contains).count();
        }
        return found / 200.0;
    }

    private long sizeOfGraphs() throws IOException {
        long bytes = 0;
        try (var directory = FSDirectory.open(root().resolve("many")); var reader = DirectoryReader.open(directory)) {
            for (var segment : reader.leaves()) {
                var vectors = ((CodecReader) segment.reader()).getVectorReader();
                bytes += vectors.getOffHeapByteSize(segment.reader().getFieldInfos().fieldInfo("vector")).getOrDefault("vex", 0L);
            }
        }
        return bytes;
    }

    private static boolean matches(Point point) {
        return List.of("0", "1", "2", "3").contains(point.payload().get("rest").get(0));
    }

    private List<Path> files() throws IOException {
        try (var files = Files.list(root().resolve(POINTS))) {
            return files.filter(file -> !file.endsWith("write.lock")).toList();
        }
    }

    private Process otherProcess(int firstNumber, int batches, int points) throws IOException {
        var classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        return new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp", classPath,
                OtherProcess.class.getName(), root().toString(), String.valueOf(firstNumber), String.valueOf(batches), String.valueOf(points))
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }

    private static void assertEndsWell(Process process) throws InterruptedException {
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
    }
}
