package cloudops.storage.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import cloudops.model.AwsResource;
import cloudops.model.ResourceKey;
import cloudops.storage.ChatStorage.Role;
import cloudops.storage.EstateStorage.DamagedRecord;
import cloudops.storage.EstateStorage.Embedded;
import cloudops.storage.ResourceFilter;
import cloudops.storage.StorageException;
import cloudops.storage.StorageException.Problem;
import cloudops.storage.internal.PointCipher.DamagedException;
import cloudops.vectorstore.Filter;
import cloudops.vectorstore.Point;

/** Records changed, moved and swapped in the real store of a home: each is refused by name, and all others are served. */
class TamperedRecordsTest {

    private static final boolean LONG = Boolean.getBoolean("cloudops.test.long");
    private static final long SEED = Long.getLong("cloudops.test.seed", System.nanoTime() & 0xffff_ffffL);
    private static final int RECORDS = 30;
    private static final int TAMPERED = 20;

    @TempDir(factory = InMemory.class)
    Path home;

    private final Random random = new Random(SEED);
    private final List<Embedded> resources = new ArrayList<>();
    private OpenHome opened;

    @BeforeEach
    void fill() throws Exception {
        for (int number = 0; number < RECORDS; number++) {
            resources.add(new Embedded(resource(number), OpenHome.vector(number)));
        }
        open();
        opened.estate().upsert(resources);
        opened.chats().append(Ledger.CONVERSATION, Role.USER, "one", List.of());
        opened.chats().append(Ledger.CONVERSATION, Role.ASSISTANT, "two", List.of());
    }

    private void open() {
        opened = OpenHome.of(home);
    }

    @AfterEach
    void close() throws Exception {
        opened.close();
    }

    private static AwsResource resource(int number) {
        var name = "db-\u05e9\ud83d\udc18-" + number;
        return new AwsResource("rds_instance", "db-" + number, "123456789012", "production", "us-west-2", "rds", "arn:aws:rds:db-" + number, name,
                "available", Map.of("n", name, "team", "a"), java.time.Instant.parse("2026-01-01T10:30:00Z"), null, null, Map.of("number", number));
    }

    private static ResourceKey key(int number) {
        return resource(number).key();
    }

    private Point point(int number) throws Exception {
        return opened.store().get(Records.COLLECTION, id(number)).orElseThrow();
    }

    private UUID id(int number) throws StorageException {
        return cipher().id(key(number));
    }

    private RecordCipher cipher() throws StorageException {
        return new RecordCipher(opened.key().keys(() -> true), Records.COLLECTION);
    }

    @Test
    void everyBitOfTwentyRecordsIsRefused() throws Exception {
        var cipher = cipher();
        var bits = new AtomicLong();
        var accepted = new AtomicLong();
        var points = new ArrayList<Point>();
        for (int number = 0; number < TAMPERED; number++) {
            points.add(point(number));
        }
        points.parallelStream().forEach(point -> flipped(point, changed -> {
            bits.incrementAndGet();
            try {
                cipher.open(changed);
                accepted.incrementAndGet();
            } catch (DamagedException e) {
                assertThat(e).hasMessageNotContainingAny("db-", "production");
            }
        }));
        System.out.printf("Tampered: %d bits of %d records flipped, %d accepted%n", bits.get(), TAMPERED, accepted.get());
        assertThat(accepted).hasValue(0);
        assertThat(bits).hasValueGreaterThan(TAMPERED * 8L * 2_000);
    }

    private interface Each {
        void point(Point changed);
    }

    /** Each bit of ID, vector, payload (of fields and of values, in UTF-16) and blob. */
    private static void flipped(Point point, Each each) {
        for (int bit = 0; bit < 128; bit++) {
            each.point(new Point(new UUID(point.id().getMostSignificantBits() ^ (bit < 64 ? 1L << bit : 0),
                    point.id().getLeastSignificantBits() ^ (bit < 64 ? 0 : 1L << bit)), point.vector(), point.payload(), point.blob()));
        }
        for (int bit = 0; bit < point.vector().length * Float.SIZE; bit++) {
            var vector = point.vector().clone();
            vector[bit / Float.SIZE] = Float.intBitsToFloat(Float.floatToRawIntBits(vector[bit / Float.SIZE]) ^ 1 << bit % Float.SIZE);
            each.point(new Point(point.id(), vector, point.payload(), point.blob()));
        }
        for (int bit = 0; bit < point.blob().length * Byte.SIZE; bit++) {
            var blob = point.blob().clone();
            blob[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
            each.point(new Point(point.id(), point.vector(), point.payload(), blob));
        }
        point.payload().forEach((field, values) -> {
            for (int bit = 0; bit < field.length() * Character.SIZE; bit++) {
                var payload = new TreeMap<>(point.payload());
                payload.remove(field);
                payload.put(flip(field, bit), values);
                each.point(new Point(point.id(), point.vector(), payload, point.blob()));
            }
            for (int value = 0; value < values.size(); value++) {
                for (int bit = 0; bit < values.get(value).length() * Character.SIZE; bit++) {
                    var changed = new ArrayList<>(values);
                    changed.set(value, flip(values.get(value), bit));
                    var payload = new TreeMap<>(point.payload());
                    payload.put(field, changed);
                    each.point(new Point(point.id(), point.vector(), payload, point.blob()));
                }
            }
        });
    }

    private static String flip(String text, int bit) {
        var letters = text.toCharArray();
        letters[bit / Character.SIZE] ^= (char) (1 << bit % Character.SIZE);
        return new String(letters);
    }

    /** The same bit of twenty records at once, in the store's files; a quarter of the trials under a home that is open. */
    @Test
    void bitsFlippedOnTheDiskAreRefusedByNameAndAllOthersServed() throws Exception {
        var parts = new HashMap<String, List<byte[]>>();
        for (int number = 0; number < TAMPERED; number++) {
            var point = point(number);
            parts.computeIfAbsent("blob", part -> new ArrayList<>()).add(point.blob());
            var vector = ByteBuffer.allocate(point.vector().length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            vector.asFloatBuffer().put(point.vector());
            parts.computeIfAbsent("vector", part -> new ArrayList<>()).add(vector.array());
            parts.computeIfAbsent("content", part -> new ArrayList<>())
                    .add(point.payload().get(RecordCipher.CONTENT).getFirst().getBytes(StandardCharsets.UTF_16BE));
        }
        opened.close();
        var files = read();
        int trials = 0;
        for (var part : parts.entrySet()) {
            int bits = part.getValue().stream().mapToInt(bytes -> bytes.length).min().orElseThrow() * Byte.SIZE;
            int tried = Math.min(bits, LONG ? 2_000 : 12);
            for (int trial = 0; trial < tried; trial++, trials++) {
                int bit = tried == bits ? trial : random.nextInt(bits);
                var changed = new HashMap<Path, byte[]>();
                int places = 0;
                for (var bytes : part.getValue()) {
                    places += flip(files, changed, bytes, bit);
                }
                assertThat(places).as("places of %s", part.getKey()).isGreaterThanOrEqualTo(TAMPERED);
                boolean underUs = random.nextInt(4) == 0;
                if (underUs) {
                    open();
                    list();
                }
                write(changed);
                if (!underUs) {
                    open();
                }
                assertRefused(IntStream.range(0, TAMPERED).boxed().toList(), "seed %d, %s, bit %d".formatted(SEED, part.getKey(), bit));
                opened.close();
                clear();
                write(files);
            }
        }
        open();
        assertThat(list()).hasSize(RECORDS);
        System.out.printf("Tampered on the disk: seed %d, %d bits of %d records at once, all refused, all others served%n", SEED, trials, TAMPERED);
    }

    /** Of each record that is changed a typed error that names it; the others are there, in lists, in look-ups and in searches. */
    private void assertRefused(List<Integer> refused, String what) throws Exception {
        var others = new HashSet<>(IntStream.range(0, RECORDS).boxed().toList());
        others.removeAll(refused);
        assertThat(list()).as(what).isEqualTo(others);
        var ids = new HashSet<String>();
        for (int number : refused) {
            ids.add(id(number).toString());
            var thrown = catchThrowable(() -> opened.estate().get(key(number)));
            assertThat(thrown).as(what).isInstanceOfSatisfying(StorageException.class, e -> {
                assertThat(e.problem()).isEqualTo(Problem.DAMAGED_RECORD);
                assertThat(e.remedy()).contains("scan");
            });
            assertThat(thrown).hasMessageContaining(id(number).toString());
            // an ID may have these letters in it, too
            assertThat(thrown.getMessage().replace(id(number).toString(), "")).doesNotContain("db-");
        }
        for (int number : others) {
            assertThat(opened.estate().get(key(number))).as(what).contains(resource(number));
        }
        assertThat(opened.estate().damaged()).as(what).extracting(DamagedRecord::id).containsExactlyInAnyOrderElementsOf(ids);
        int one = others.iterator().next();
        assertThat(opened.estate().search("db-" + one, ResourceFilter.ALL, RECORDS)).as(what).isNotEmpty()
                .allSatisfy(hit -> assertThat(others).contains((Integer) hit.resource().metadata().get("number")));
        assertThat(opened.estate().changed(resources.stream().map(Embedded::resource).toList())).as("what a scan writes anew: " + what)
                .hasSize(refused.size());
    }

    private Set<Integer> list() throws StorageException {
        var numbers = new HashSet<Integer>();
        opened.estate().list(ResourceFilter.ALL, resource -> {
            int number = (Integer) resource.metadata().get("number");
            assertThat(resource).isEqualTo(resource(number));
            numbers.add(number);
        });
        return numbers;
    }

    @Test
    void recordsSwappedOrMovedAreRefused() throws Exception {
        var one = point(0);
        var other = point(1);
        put(new Point(one.id(), other.vector(), other.payload(), other.blob()), new Point(other.id(), one.vector(), one.payload(), one.blob()));
        // of two records the blobs alone, which changes nothing that a filter sees
        var third = point(2);
        var fourth = point(3);
        put(new Point(third.id(), third.vector(), third.payload(), fourth.blob()), new Point(fourth.id(), fourth.vector(), fourth.payload(), third.blob()));
        // one record in another's place, the other gone
        put(new Point(id(4), point(5).vector(), point(5).payload(), point(5).blob()));
        opened.store().delete(Records.COLLECTION, List.of(id(5)));
        var listed = list();
        assertThat(listed).isEqualTo(new HashSet<>(IntStream.range(6, RECORDS).boxed().toList()));
        assertThat(opened.estate().damaged()).hasSize(5);
        assertThat(opened.estate().get(key(5))).isEmpty();
        // the next scan mends all of it
        assertThat(opened.estate().upsert(resources).written()).isEqualTo(6);
        assertThat(list()).hasSize(RECORDS);
        assertThat(opened.estate().damaged()).isEmpty();
    }

    @Test
    void recordsOfAnotherCollectionAreRefused() throws Exception {
        var messages = new ArrayList<Point>();
        opened.store().scroll(EncryptedChats.COLLECTION, Filter.ALL, messages::add);
        put(new Point(id(0), messages.getFirst().vector(), messages.getFirst().payload(), messages.getFirst().blob()), messages.getLast());
        assertThat(list()).isEqualTo(new HashSet<>(IntStream.range(1, RECORDS).boxed().toList()));
        assertThat(opened.estate().damaged()).extracting(DamagedRecord::id)
                .containsExactlyInAnyOrder(id(0).toString(), messages.getLast().id().toString());
        opened.store().upsert(EncryptedChats.COLLECTION, List.of(point(7),
                new Point(messages.getFirst().id(), point(8).vector(), messages.getFirst().payload(), point(8).blob())));
        assertThat(opened.chats().history(Ledger.CONVERSATION, 10)).extracting(message -> message.id()).containsExactly(messages.getLast().id());
        assertThat(opened.chats().list(10)).singleElement().extracting(conversation -> conversation.messages()).isEqualTo(1);
        assertThat(opened.chats().damaged()).isEqualTo(2);
    }

    @Test
    void recordsOfANewerVersionTruncatedAndEmptyOnesAreRefused() throws Exception {
        var newer = point(0).blob().clone();
        newer[0]++;
        var keyOfTheFuture = ByteBuffer.wrap(point(1).blob().clone()).putInt(1, 99).array();
        put(with(0, newer), with(1, keyOfTheFuture), with(2, new byte[0]), with(3, Arrays.copyOf(point(3).blob(), 7)),
                with(4, Arrays.copyOf(point(4).blob(), point(4).blob().length - 1)), new Point(id(5), null, Map.of(), point(5).blob()));
        assertRefused(List.of(0, 1, 2, 3, 4, 5), "newer and cut");
        assertThat(opened.estate().damaged()).extracting(DamagedRecord::reason).anyMatch(reason -> reason.contains("format"))
                .anyMatch(reason -> reason.contains("key version 99")).anyMatch(reason -> reason.contains("truncated"));
    }

    private Point with(int number, byte[] blob) throws Exception {
        return new Point(id(number), point(number).vector(), point(number).payload(), blob);
    }

    private void put(Point... points) throws Exception {
        opened.store().upsert(Records.COLLECTION, List.of(points));
    }

    /** @return in how many places {@code bytes} were */
    private static int flip(Map<Path, byte[]> files, Map<Path, byte[]> changed, byte[] bytes, int bit) {
        int places = 0;
        for (var file : files.entrySet()) {
            for (int at = 0; at <= file.getValue().length - bytes.length; at++) {
                if (file.getValue()[at] == bytes[0]
                        && Arrays.equals(file.getValue(), at, at + bytes.length, bytes, 0, bytes.length)) {
                    changed.computeIfAbsent(file.getKey(), path -> file.getValue().clone())[at + bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
                    places++;
                }
            }
        }
        return places;
    }

    private Path store() {
        return home.resolve("store/lucene").resolve(Records.COLLECTION);
    }

    private Map<Path, byte[]> read() throws IOException {
        var files = new HashMap<Path, byte[]>();
        Files.walkFileTree(store(), new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (!file.endsWith("write.lock")) {
                    files.put(file, Files.readAllBytes(file));
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return files;
    }

    private static void write(Map<Path, byte[]> files) throws IOException {
        for (var file : files.entrySet()) {
            Files.write(file.getKey(), file.getValue());
        }
    }

    private void clear() throws IOException {
        for (var file : read().keySet()) {
            Files.delete(file);
        }
    }
}
