package cloudops.vectorstore.lucene.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.TieredMergePolicy;
import org.apache.lucene.store.FSDirectory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import cloudops.vectorstore.Filter;
import cloudops.vectorstore.Point;
import cloudops.vectorstore.VectorStoreException;
import cloudops.vectorstore.VectorStoreException.Problem;
import cloudops.vectorstore.lucene.internal.LuceneCollection.Tuning;

/**
 * Bits flipped and files cut in the store's folder. The points are sealed as the estate's are: their blobs tell whether anything of them was
 * changed. Every record is served whole, or handed on so that its seal breaks under its own ID; or the store says that it is damaged and
 * nothing is touched.
 */
class DamageTest {

    private static final boolean LONG = Boolean.getBoolean("cloudops.test.long");
    private static final long SEED = Long.getLong("cloudops.test.seed", 20260101);
    private static final String POINTS = "points";
    private static final int SIZE = 6;
    private static final int RECORDS = 60;
    private static final Tuning TUNING = new Tuning(Duration.ofSeconds(5), 200_000);
    private static final Filter EAST = new Filter(Map.of("region", List.of("us-east-1")));

    @TempDir
    Path root;

    private final Map<UUID, Point> expected = new HashMap<>();
    private final Random random = new Random(SEED);
    /** The folder's files as they were stored. */
    private Map<String, byte[]> files;

    @BeforeEach
    void fill() throws Exception {
        var store = new LuceneVectorStore(root, TUNING);
        store.ensureCollection(POINTS, SIZE);
        var old = IntStream.range(0, 10).mapToObj(number -> sealed(number, "old")).toList();
        store.upsert(POINTS, List.of(sealed(1000, "deleted"), sealed(1001, "deleted")));
        store.upsert(POINTS, old);
        for (int from = 0; from < RECORDS; from += 20) {
            put(store, IntStream.range(from, from + 20).mapToObj(number -> sealed(number, "new")).toList());
        }
        put(store, List.of(sealed(id(5000), null, Map.of(), "without a vector")));
        store.delete(POINTS, List.of(id(1000), id(1001), id(7)));
        expected.remove(id(7));
        store.close();
        files = read();
    }

    private void put(LuceneVectorStore store, List<Point> points) throws VectorStoreException {
        store.upsert(POINTS, points);
        points.forEach(point -> expected.put(point.id(), point));
    }

    @Test
    void everyBitOfTwentyRecordsIsRefusedAndAllOthersServed() throws Exception {
        var twenty = IntStream.range(20, 40).mapToObj(number -> expected.get(id(number))).toList();
        int trials = 0;
        for (var part : List.of(Part.BLOB, Part.PAYLOAD, Part.VECTOR)) {
            var places = twenty.stream().map(point -> place(part.bytes(point))).toList();
            for (int bit = 0; bit < part.bytes(twenty.getFirst()).length * Byte.SIZE; bit += LONG ? 1 : 1 + random.nextInt(15)) {
                for (var place : places) {
                    flip(place.file(), place.offset() + bit / Byte.SIZE, bit % Byte.SIZE);
                }
                assertRefused(twenty, part + " bit " + bit, LONG || trials++ % 10 == 0);
                restore();
            }
        }
    }

    /** The ID is known from the index's terms too. */
    @Test
    void aDamagedIdIsMadeUpFor() throws Exception {
        for (var place : places(PointDocument.bytes(id(30)).bytes)) {
            for (int bit = 0; bit < 128; bit += LONG ? 1 : 5) {
                flip(place.file(), place.offset() + bit / Byte.SIZE, bit % Byte.SIZE);
                assertRefused(List.of(), "ID bit " + bit, bit == 0);
                restore();
            }
        }
    }

    private void assertRefused(List<Point> refused, String what, boolean mend) throws Exception {
        var ids = new HashSet<>(refused.stream().map(Point::id).toList());
        try (var opened = new Opened()) {
            var store = opened.store;
            assertThat(brokenSeals(store)).as(what).isEqualTo(ids);
            for (var id : expected.keySet()) {
                var found = store.get(POINTS, id).orElseThrow();
                assertThat(isWhole(found)).as(what).isEqualTo(!ids.contains(id));
                assertThat(found.id()).isEqualTo(id);
            }
            for (var hit : store.nearest(POINTS, expected.get(id(3)).vector(), Filter.ALL, 100)) {
                assertThat(isWhole(hit.point())).as(what).isEqualTo(!ids.contains(hit.point().id()));
            }
            var east = new HashSet<UUID>();
            store.scroll(POINTS, EAST, point -> east.add(point.id()));
            assertThat(east).as(what + ": found by what was stored, damaged or not").isEqualTo(inTheEast());
            if (mend) {
                store.upsert(POINTS, List.of(sealed(9000, "another")));
                assertThat(brokenSeals(store)).containsAll(ids).hasSize(ids.size());
                store.upsert(POINTS, refused);
                store.delete(POINTS, List.of(id(9000)));
                assertThat(brokenSeals(store)).as(what).isEmpty();
            }
        }
    }

    private Set<UUID> inTheEast() {
        var east = new HashSet<UUID>();
        expected.values().stream().filter(point -> point.payload().getOrDefault("region", List.of()).contains("us-east-1"))
                .forEach(point -> east.add(point.id()));
        return east;
    }

    /** @return the IDs of points that are not what was stored, after all others were found to be */
    private Set<UUID> brokenSeals(LuceneVectorStore store) throws VectorStoreException {
        var broken = new TreeSet<UUID>();
        var seen = new HashSet<UUID>();
        store.scroll(POINTS, Filter.ALL, point -> {
            assertThat(seen.add(point.id())).as("only once").isTrue();
            if (!isWhole(point)) {
                broken.add(point.id());
            } else if (!point.id().equals(id(9000))) {
                assertThat(point.blob()).as("not an older one").isEqualTo(expected.get(point.id()).blob());
            }
        });
        seen.remove(id(9000));
        assertThat(seen).isEqualTo(expected.keySet());
        return broken;
    }

    @ParameterizedTest
    @ValueSource(booleans = { true, false })
    void aBitAnywhereCostsNoOtherRecordOrIsReportedAndNothingTouched(boolean compound) throws Exception {
        if (!compound) {
            rewriteInSeparateFiles();
        }
        var outcomes = new TreeMap<String, Integer>();
        for (var file : files.keySet()) {
            int bits = files.get(file).length * Byte.SIZE;
            for (int bit = 0; bit < bits; bit += LONG ? 1 + random.nextInt(15) : 1 + random.nextInt(Math.max(1, bits / 8))) {
                flip(file, bit / Byte.SIZE, bit % Byte.SIZE);
                outcomes.merge(assertAccountedFor(file + " bit " + bit), 1, Integer::sum);
                restore();
            }
        }
        System.out.println("one bit, " + (compound ? "compound" : "separate") + " files: " + outcomes);
    }

    @ParameterizedTest
    @ValueSource(booleans = { true, false })
    void lostBlocksCutEmptyAndMissingFilesAreAccountedForToo(boolean compound) throws Exception {
        if (!compound) {
            rewriteInSeparateFiles();
        }
        var outcomes = new TreeMap<String, Integer>();
        for (var file : files.keySet()) {
            var whole = files.get(file);
            for (int trial = 0; trial < (LONG ? 100 : 4); trial++) {
                int at = random.nextInt(whole.length);
                var changed = switch (trial % 3) {
                    case 0 -> Arrays.copyOf(whole, at);
                    case 1 -> zeroed(whole, at, at + 64);
                    default -> trial % 2 == 0 ? Arrays.copyOf(whole, whole.length + 1 + random.nextInt(99)) : new byte[0];
                };
                Files.write(folder().resolve(file), changed);
                outcomes.merge(assertAccountedFor(file + " of " + whole.length + " damaged at " + at), 1, Integer::sum);
                restore();
            }
            Files.delete(folder().resolve(file));
            outcomes.merge(assertAccountedFor(file + " missing"), 1, Integer::sum);
            restore();
        }
        System.out.println("more damage, " + (compound ? "compound" : "separate") + " files: " + outcomes);
    }

    private static byte[] zeroed(byte[] bytes, int from, int to) {
        var zeroed = bytes.clone();
        Arrays.fill(zeroed, from, Math.min(to, zeroed.length), (byte) 0);
        return zeroed;
    }

    private String assertAccountedFor(String what) throws Exception {
        var before = read();
        try (var opened = new Opened()) {
            var thrown = catchThrowable(() -> opened.store.count(POINTS, Filter.ALL));
            if (thrown != null) {
                assertThat(thrown).as(what).isInstanceOfSatisfying(VectorStoreException.class, e -> {
                    assertThat(e.problem()).as(what).isEqualTo(Problem.CORRUPT);
                    assertThat(e).hasMessageContaining(folder().toString()).hasMessageContaining("backup");
                });
                assertThat(catchThrowable(() -> opened.store.ensureCollection(POINTS, SIZE))).as(what).isInstanceOf(VectorStoreException.class);
                assertThat(read()).as(what).usingRecursiveComparison().isEqualTo(before);
                return "refused as a whole";
            }
            var broken = brokenSeals(opened.store);
            opened.store.upsert(POINTS, broken.stream().map(expected::get).toList());
            assertThat(brokenSeals(opened.store)).as(what).isEmpty();
            return "records lost: " + (broken.size() > 2 ? "more" : broken.size());
        }
    }

    @Test
    void damageUnderAnOpenStoreIsFoundByTheNextWriteAndNeverServed() throws Exception {
        var outcomes = new TreeMap<String, Integer>();
        for (int trial = 0; trial < (LONG ? 3_000 : 100); trial++) {
            try (var opened = new Opened()) {
                assertThat(brokenSeals(opened.store)).isEmpty();
                var file = files.keySet().stream().filter(name -> name.endsWith(".cfs")).skip(random.nextInt(2)).findFirst().orElseThrow();
                int bit = random.nextInt(files.get(file).length * Byte.SIZE);
                flip(file, bit / Byte.SIZE, bit % Byte.SIZE);
                var thrown = catchThrowable(() -> {
                    opened.store.get(POINTS, id(20));
                    opened.store.nearest(POINTS, expected.get(id(3)).vector(), EAST, 10);
                    opened.store.scroll(POINTS, Filter.ALL, point -> {
                        if (isWhole(point)) {
                            assertThat(point.blob()).isEqualTo(expected.get(point.id()).blob());
                        }
                    });
                });
                if (thrown != null) {
                    assertThat(thrown).as(file + " bit " + bit).isInstanceOf(VectorStoreException.class);
                }
                outcomes.merge(thrown == null ? "read on" : "reported", 1, Integer::sum);
            }
            assertAccountedFor("reopened");
            restore();
        }
        System.out.println("under an open store: " + outcomes);
    }

    @Test
    void aFileCutUnderAnOpenStoreIsReported() throws Exception {
        try (var opened = new Opened()) {
            assertThat(brokenSeals(opened.store)).isEmpty();
            for (var file : files.keySet().stream().filter(name -> name.endsWith(".cfs")).toList()) {
                try (var cut = new RandomAccessFile(folder().resolve(file).toFile(), "rw")) {
                    cut.setLength(0);
                }
            }
            for (int again = 0; again < 2; again++) {
                var thrown = catchThrowable(() -> opened.store.scroll(POINTS, Filter.ALL, point -> {}));
                assertThat(thrown).isInstanceOfSatisfying(VectorStoreException.class, e -> assertThat(e.problem()).isEqualTo(Problem.CORRUPT));
                thrown = catchThrowable(() -> opened.store.upsert(POINTS, List.of(sealed(1, "x"))));
                assertThat(thrown).isInstanceOfSatisfying(VectorStoreException.class, e -> assertThat(e.problem()).isEqualTo(Problem.CORRUPT));
            }
            for (var file : files.entrySet()) {
                Files.write(folder().resolve(file.getKey()), file.getValue());
            }
        }
        try (var opened = new Opened()) {
            assertThat(brokenSeals(opened.store)).isEmpty();
        }
    }

    @Test
    void aMergeThatMeetsDamageMendsItAndTheWriteSucceeds() throws Exception {
        try (var opened = new Opened()) {
            assertThat(brokenSeals(opened.store)).isEmpty();
            var place = place(Part.BLOB.bytes(expected.get(id(30))));
            flip(place.file(), place.offset(), 3);
            for (int i = 0; i < 40; i++) {
                opened.store.upsert(POINTS, List.of(sealed(9000, "again")));
            }
            assertThat(brokenSeals(opened.store)).containsExactly(id(30));
            opened.store.upsert(POINTS, List.of(expected.get(id(30))));
            assertThat(brokenSeals(opened.store)).isEmpty();
        }
    }

    @Test
    void aProcessKilledWhileItMendsLeavesTheOldOrTheNewIndex() throws Exception {
        try (var opened = new Opened()) {
            for (int from = 10_000; from < 13_000; from += 1_500) {
                put(opened.store, IntStream.range(from, from + 1_500).mapToObj(number -> sealed(number, "many")).toList());
            }
        }
        files = read();
        var place = place(Part.BLOB.bytes(expected.get(id(11_000))));
        var outcomes = new TreeMap<String, Integer>();
        for (int trial = 0; trial < (LONG ? 300 : 8); trial++) {
            flip(place.file(), place.offset() + 5, 1);
            var before = names();
            var mending = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                    System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")), OtherProcess.class.getName(),
                    root.toString(), "0", "0", "0", String.valueOf(SIZE)).redirectErrorStream(true).redirectOutput(root.resolve("log").toFile())
                    .start();
            while (mending.isAlive() && names().equals(before)) {
                Thread.onSpinWait();
            }
            assertThat(mending.isAlive()).as(Files.readString(root.resolve("log"))).isTrue();
            mending.waitFor(random.nextInt(3_000), TimeUnit.MILLISECONDS);
            mending.destroyForcibly().waitFor();
            var after = names();
            outcomes.merge(after.containsAll(before) ? "old" : "new", 1, Integer::sum);
            try (var opened = new Opened()) {
                assertThat(brokenSeals(opened.store)).containsExactly(id(11_000));
            }
            restore();
        }
        System.out.println("killed while mending: " + outcomes);
    }

    @Test
    void twoProcessesMendOnce() throws Exception {
        var place = place(Part.BLOB.bytes(expected.get(id(30))));
        flip(place.file(), place.offset(), 3);
        try (var one = new Opened(); var two = new Opened()) {
            var other = Thread.ofVirtual().start(() -> {
                try {
                    assertThat(brokenSeals(one.store)).containsExactly(id(30));
                } catch (VectorStoreException e) {
                    throw new AssertionError(e);
                }
            });
            assertThat(brokenSeals(two.store)).containsExactly(id(30));
            other.join();
            assertThat(brokenSeals(one.store)).containsExactly(id(30));
        }
    }

    @Test
    void aStoreOfANewerVersionIsRefusedAndLeftAlone() throws Exception {
        var segments = files.keySet().stream().filter(name -> name.startsWith("segments_")).findFirst().orElseThrow();
        for (var change : Map.of("Lucene104", "Lucene199", "segments\0\0\0\13", "segments\0\0\0c").entrySet()) {
            var newer = new String(files.get(segments), StandardCharsets.ISO_8859_1)
                    .replace(change.getKey(), change.getValue()).getBytes(StandardCharsets.ISO_8859_1);
            var sum = new java.util.zip.CRC32();
            sum.update(newer, 0, newer.length - Long.BYTES);
            ByteBuffer.wrap(newer).putLong(newer.length - Long.BYTES, sum.getValue());
            assertThat(newer).isNotEqualTo(files.get(segments));
            Files.write(folder().resolve(segments), newer);
            var before = read();
            try (var opened = new Opened()) {
                for (var thrown : List.of(catchThrowable(() -> opened.store.count(POINTS, Filter.ALL)),
                        catchThrowable(() -> opened.store.ensureCollection(POINTS, SIZE)),
                        catchThrowable(() -> opened.store.upsert(POINTS, List.of(sealed(1, "x")))))) {
                    assertThat(thrown).isInstanceOf(VectorStoreException.class).hasMessageContaining("newer version");
                    assertThat(((VectorStoreException) thrown).problem()).isEqualTo(Problem.CORRUPT);
                }
            }
            assertThat(read()).usingRecursiveComparison().isEqualTo(before);
            restore();
        }
    }

    private final class Opened implements AutoCloseable {

        final LuceneVectorStore store = new LuceneVectorStore(root, TUNING);

        @Override
        public void close() throws VectorStoreException {
            store.close();
        }
    }

    /** What is stored of a point, as the bytes lie in a file. */
    private enum Part {
        BLOB {
            @Override
            byte[] bytes(Point point) {
                return point.blob();
            }
        },
        PAYLOAD {
            @Override
            byte[] bytes(Point point) {
                return PayloadFormat.encode(point.payload());
            }
        },
        VECTOR {
            @Override
            byte[] bytes(Point point) {
                var bytes = ByteBuffer.allocate(point.vector().length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
                bytes.asFloatBuffer().put(point.vector());
                return bytes.array();
            }
        };

        abstract byte[] bytes(Point point);
    }

    private record Place(String file, int offset) {
    }

    /** The one place where {@code bytes} are. */
    private Place place(byte[] bytes) {
        var places = places(bytes);
        assertThat(places).hasSize(1);
        return places.getFirst();
    }

    private List<Place> places(byte[] bytes) {
        var places = new ArrayList<Place>();
        files.forEach((file, content) -> {
            for (int at = 0; at <= content.length - bytes.length; at++) {
                if (Arrays.equals(content, at, at + bytes.length, bytes, 0, bytes.length)) {
                    places.add(new Place(file, at));
                }
            }
        });
        return places;
    }

    private void flip(String file, int offset, int bit) throws IOException {
        try (var opened = new RandomAccessFile(folder().resolve(file).toFile(), "rw")) {
            opened.seek(offset);
            int before = opened.read();
            opened.seek(offset);
            opened.write(before ^ 1 << bit);
        }
    }

    private Path folder() {
        return root.resolve(POINTS);
    }

    private Map<String, byte[]> read() throws IOException {
        var read = new TreeMap<String, byte[]>();
        try (var list = Files.list(folder())) {
            for (var file : list.filter(file -> !file.endsWith("write.lock")).toList()) {
                read.put(file.getFileName().toString(), Files.readAllBytes(file));
            }
        }
        return read;
    }

    private Set<String> names() {
        return Set.of(Objects.requireNonNull(folder().toFile().list()));
    }

    private void restore() throws IOException {
        for (var file : read().keySet()) {
            Files.delete(folder().resolve(file));
        }
        for (var file : files.entrySet()) {
            Files.write(folder().resolve(file.getKey()), file.getValue());
        }
    }

    /** As Lucene stores large segments. */
    private void rewriteInSeparateFiles() throws IOException {
        var merges = new TieredMergePolicy();
        merges.setNoCFSRatio(0);
        try (var directory = FSDirectory.open(folder());
                var writer = new IndexWriter(directory, new IndexWriterConfig(null).setUseCompoundFile(false).setMergePolicy(merges))) {
            writer.forceMerge(1);
            writer.deleteDocuments(PointDocument.idTerm(id(8)));
        }
        expected.remove(id(8));
        files = read();
    }

    private static UUID id(int number) {
        return new UUID(0x1234_5678_9abc_8000L, 0x8000_0000_0000_0000L | number * 0x9e37_79b9_7f4aL);
    }

    private static Point sealed(int number, String content) {
        var random = new Random(number * 31L + content.hashCode());
        var vector = new float[SIZE];
        for (int i = 0; i < SIZE; i++) {
            vector[i] = (float) random.nextGaussian();
        }
        return sealed(id(number), vector, Map.of("region", List.of(number % 2 == 0 ? "us-east-1" : "eu-west-1"),
                "content", List.of("%010d".formatted(random.nextInt(1_000_000_000)))), content + " " + "x".repeat(20) + number % 10);
    }

    private static Point sealed(UUID id, float[] vector, Map<String, List<String>> payload, String content) {
        var bytes = content.getBytes(StandardCharsets.UTF_8);
        return new Point(id, vector, payload, ByteBuffer.allocate(32 + bytes.length).put(seal(id, vector, payload, bytes)).put(bytes).array());
    }

    private static boolean isWhole(Point point) {
        return point.blob().length > 32 && Arrays.equals(point.blob(), 0, 32,
                seal(point.id(), point.vector(), point.payload(), Arrays.copyOfRange(point.blob(), 32, point.blob().length)), 0, 32);
    }

    private static byte[] seal(UUID id, float[] vector, Map<String, List<String>> payload, byte[] content) {
        try {
            var hash = MessageDigest.getInstance("SHA-256");
            hash.update(PointDocument.bytes(id).bytes);
            hash.update(PayloadFormat.encode(new TreeMap<>(payload)));
            hash.update(Arrays.toString(vector).getBytes(StandardCharsets.US_ASCII));
            return hash.digest(content);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
