package cloudops.storage.internal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.zip.DataFormatException;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.Inflater;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import cloudops.embedding.Embedder;
import cloudops.embedding.EmbeddingException;
import cloudops.model.AwsResource;
import cloudops.storage.EstateStorage.Embedded;
import cloudops.storage.ResourceFilter;
import cloudops.storage.StorageException;
import cloudops.vectorstore.Point;

class IndexSnapshotTest {

    private static final int MANY = 1_200;

    private static final String HOSTILE = "x\"$(id)\n\u202e\ud83d\udc18";

    private static final Embedder NONE = texts -> {
        throw new EmbeddingException("words alone are tested here", null);
    };

    @TempDir
    Path home;

    private final InMemoryVectorStore store = new InMemoryVectorStore();

    private final List<EncryptedEstate> processes = new ArrayList<>();

    /** Else a search's index is being written while the home is deleted. */
    @AfterEach
    void close() {
        processes.forEach(EncryptedEstate::close);
    }

    private HomeKey homeKey() {
        return Estate.homeKey(home, "passphrase");
    }

    private EncryptedEstate process() {
        var estate = new EncryptedEstate(store, NONE, homeKey());
        processes.add(estate);
        return estate;
    }

    private Path file() {
        return home.resolve("search").resolve("words.sealed");
    }

    private static AwsResource server(int number) {
        return Estate.ec2("i-%05x".formatted(number), "billing-api-" + HOSTILE + "-" + number);
    }

    private void fill() throws StorageException {
        var estate = process();
        estate.upsert(IntStream.range(0, MANY).mapToObj(i -> Estate.withVector(server(i))).toList());
        estate.close();
    }

    /** The first search of a new process. */
    private static List<String> ids(EncryptedEstate estate, String query) throws StorageException {
        return estate.search(query, ResourceFilter.ALL, 10).stream().map(hit -> hit.resource().identifier()).toList();
    }

    @Test
    void afterManyWritesTheNextProcessReadsNoRecordsToSearch() throws Exception {
        fill();
        int before = store.scrolls.get();
        var estate = process();
        assertThat(ids(estate, server(77).name())).first().isEqualTo("i-%05x".formatted(77));
        assertThat(estate.complete("i-0000", ResourceFilter.ALL, 100)).hasSize(16);
        assertThat(store.scrolls).hasValue(before);
    }

    @Test
    void aSearchThatHadToReadMuchKeepsTheIndexToo() throws Exception {
        fill();
        Files.delete(file());
        var estate = process();
        assertThat(ids(estate, "i-00001")).first().isEqualTo("i-00001");
        estate.close();
        assertThat(file()).exists();
    }

    @Test
    void whatOthersChangedSinceIsReadAndNothingElse() throws Exception {
        fill();
        var other = process();
        other.upsert(List.of(Estate.withVector(Estate.ec2("i-new", "fresh")), Estate.withVector(Estate.ec2("i-00003", "renamed"))));
        other.delete(List.of(server(4).key()));
        var estate = process();
        assertThat(ids(estate, "fresh")).containsExactly("i-new");
        assertThat(ids(estate, "renamed")).containsExactly("i-00003");
        assertThat(ids(estate, server(3).name())).doesNotContain("i-00003");
        assertThat(ids(estate, server(4).name())).doesNotContain("i-00004");
        assertThat(ids(estate, server(5).name())).first().isEqualTo("i-00005");
        estate.close();
        int before = store.scrolls.get();
        assertThat(ids(process(), "fresh")).containsExactly("i-new");
        assertThat(store.scrolls).hasValue(before);
    }

    /** As if the process had been killed. */
    private static final class Killed extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    /** As a server, which takes 100 points at a time, by a process that is killed when {@code parts} are through. */
    private EncryptedEstate killedAfter(int parts) {
        var left = new AtomicInteger(parts);
        var server = new InMemoryVectorStore(store) {
            @Override
            public void upsert(String collection, List<Point> written) {
                for (int from = 0; from < written.size(); from += 100) {
                    part();
                    super.upsert(collection, written.subList(from, Math.min(written.size(), from + 100)));
                }
            }

            @Override
            public void delete(String collection, Collection<UUID> ids) {
                part();
                super.delete(collection, ids);
            }

            private void part() {
                if (left.getAndDecrement() == 0) {
                    throw new Killed();
                }
            }
        };
        return new EncryptedEstate(server, NONE, homeKey());
    }

    @Test
    void whatAWriteThatWasCutShortLeftIsFound() throws Exception {
        fill();
        var fresh = IntStream.range(0, 250).mapToObj(i -> Estate.withVector(Estate.ec2("i-new" + i, "fresh-" + i))).toList();
        assertThat(catchThrowable(() -> killedAfter(1).upsert(fresh))).isInstanceOf(Killed.class);
        var estate = process();
        assertThat(ids(estate, "fresh-7")).first().isEqualTo("i-new7");
        // what the killed one wrote, then the others: nobody may have taken the first look for the last
        assertThat(catchThrowable(() -> killedAfter(1).upsert(fresh))).isInstanceOf(Killed.class);
        assertThat(ids(estate, "fresh-170")).first().isEqualTo("i-new170");
        estate.close();

        // a scan finds that all that is there is as it should be: from then on nobody has to read it again
        var scan = process();
        assertThat(scan.changed(fresh.subList(0, 90).stream().map(Embedded::resource).toList())).isEmpty();
        assertThat(ids(scan, "fresh-170")).first().isEqualTo("i-new170");
        int before = store.scrolls.get();
        assertThat(ids(scan, "fresh-7")).first().isEqualTo("i-new7");
        assertThat(store.scrolls).hasValue(before);
    }

    @Test
    void aLookInTheMiddleOfAWriteThatWasCutShortIsNotTheLast() throws Exception {
        fill();
        var reader = process();
        var fresh = IntStream.range(0, 250).mapToObj(i -> Estate.withVector(Estate.ec2("i-new" + i, "fresh-" + i))).toList();
        var looks = new ArrayList<List<String>>();
        var parts = new AtomicInteger();
        var server = new InMemoryVectorStore(store) {
            @Override
            public void upsert(String collection, List<Point> written) {
                for (int from = 0; from < 200; from += 100) {
                    super.upsert(collection, written.subList(from, from + 100));
                    if (parts.getAndIncrement() == 0) {
                        looks.add(assertDoesNotThrow(() -> ids(reader, "fresh-170")));
                    }
                }
                throw new Killed();
            }
        };
        assertThat(catchThrowable(() -> new EncryptedEstate(server, NONE, homeKey()).upsert(fresh))).isInstanceOf(Killed.class);
        assertThat(looks).singleElement().satisfies(found -> assertThat(found).doesNotContain("i-new170"));
        assertThat(ids(reader, "fresh-170")).first().isEqualTo("i-new170");
    }

    @Test
    void nothingIsOfferedThatADeletionThatWasCutShortTookAway() throws Exception {
        fill();
        var gone = IntStream.range(0, 16).mapToObj(i -> server(i).key()).toList();
        // the mark, the deletion; killed before the generation
        assertThat(catchThrowable(() -> killedAfter(2).delete(gone))).isInstanceOf(Killed.class);
        assertThat(store.resources()).hasSize(MANY - 16);
        assertThat(process().complete("i-0000", ResourceFilter.ALL, 100)).isEmpty();
    }

    @Test
    void oneAtomicWriteIsOneCallToTheStore() throws Exception {
        fill();
        int before = store.writes.get();
        var estate = process();
        estate.upsert(IntStream.range(0, 300).mapToObj(i -> Estate.withVector(Estate.ec2("i-new" + i, "fresh-" + i))).toList());
        assertThat(store.writes).hasValue(before + 1);
        assertThat(Generation.of(store.points.get(Records.GENERATION))).get().extracting(Generation::finished).isEqualTo(true);
    }

    @Test
    void theIndexOfAStoreThatWasPutBackIsNotTrusted() throws Exception {
        fill();
        var old = Files.readAllBytes(file());
        var estate = process();
        estate.delete(IntStream.range(0, 700).mapToObj(i -> server(i).key()).toList());
        assertThat(ids(estate, server(3).name())).doesNotContain("i-00003");
        estate.close();
        assertThat(Files.readAllBytes(file())).isNotEqualTo(old);
        Files.write(file(), old);
        assertThat(ids(process(), server(3).name())).doesNotContain("i-00003");
        assertThat(ids(process(), server(703).name())).first().isEqualTo("i-002bf");
    }

    @Test
    void anyDamageIsAsIfThereWereNone() throws Exception {
        fill();
        var key = homeKey();
        key.keys(() -> true);
        var snapshot = new IndexSnapshot(key, file().getParent());
        assertThat(snapshot.read()).isPresent();
        var whole = Files.readAllBytes(file());
        int step = Boolean.getBoolean("cloudops.test.long") ? 1 : 997;
        for (int i = 0; i < whole.length; i += i < 96 ? 1 : step) {
            var damaged = whole.clone();
            damaged[i] ^= (byte) (1 << i % 8);
            Files.write(file(), damaged);
            assertThat(snapshot.read()).as("byte %d", i).isEmpty();
        }
        for (var cut : List.of(0, 1, 20, 60, 100, whole.length / 2, whole.length - 1)) {
            Files.write(file(), Arrays.copyOf(whole, cut));
            assertThat(snapshot.read()).as("cut to %d", cut).isEmpty();
        }
        Files.write(file(), Arrays.copyOf(whole, whole.length + 1));
        assertThat(snapshot.read()).isEmpty();
        assertThat(ids(process(), server(5).name())).first().isEqualTo("i-00005");
    }

    @Test
    void chunksOfAnotherSnapshotAreRefused() throws Exception {
        var key = Aead.key(Aead.random(Aead.KEY_BYTES));
        var plain = Aead.random(1_300_000);
        var one = SealedChunks.seal(plain, key, new byte[] { 1 });
        var other = SealedChunks.seal(plain, key, new byte[] { 1 });
        assertThat(SealedChunks.open(ByteBuffer.wrap(one), key, new byte[] { 1 })).isEqualTo(plain);
        var mixed = one.clone();
        System.arraycopy(other, one.length / 2, mixed, one.length / 2, one.length - one.length / 2);
        for (var refused : List.of(mixed, Arrays.copyOf(one, one.length - 100))) {
            assertThat(catchThrowable(() -> SealedChunks.open(ByteBuffer.wrap(refused), key, new byte[] { 1 })))
                    .isInstanceOf(IOException.class);
        }
        assertThat(catchThrowable(() -> SealedChunks.open(ByteBuffer.wrap(one), key, new byte[] { 2 })))
                .isInstanceOf(IOException.class);
        assertThat(SealedChunks.open(ByteBuffer.wrap(SealedChunks.seal(new byte[0], key, plain)), key, plain)).isEmpty();
    }

    @Test
    void thatOfAnotherHomeIsNotTrusted(@TempDir Path elsewhere) throws Exception {
        fill();
        var foreign = new EncryptedEstate(new InMemoryVectorStore(), NONE, Estate.homeKey(elsewhere, "passphrase"));
        foreign.upsert(IntStream.range(0, MANY).mapToObj(i -> Estate.withVector(Estate.ec2("i-" + i, "foreign-" + i))).toList());
        foreign.close();
        Files.copy(elsewhere.resolve("search").resolve("words.sealed"), file(), StandardCopyOption.REPLACE_EXISTING);
        var estate = process();
        assertThat(ids(estate, "foreign-7")).doesNotContain("i-7");
        assertThat(ids(estate, server(7).name())).first().isEqualTo("i-00007");
    }

    @Test
    void aRotationOfTheKeysEndsIt() throws Exception {
        fill();
        var old = Files.readAllBytes(file());
        new StoreKeys(store, homeKey()).rotate((done, total) -> {
        });
        var key = homeKey();
        key.keys(() -> true);
        assertThat(new IndexSnapshot(key, file().getParent()).read()).isEmpty();
        var estate = process();
        assertThat(ids(estate, server(5).name())).first().isEqualTo("i-00005");
        estate.close();
        assertThat(Files.readAllBytes(file())).isNotEqualTo(old);
        assertThat(new IndexSnapshot(key, file().getParent()).read()).isPresent();
    }

    @Test
    void destroyedKeysMakeItWorthNothing() throws Exception {
        fill();
        var key = homeKey();
        key.keys(() -> true);
        var snapshot = new IndexSnapshot(key, file().getParent());
        var kept = snapshot.read().orElseThrow();
        new StoreKeys(store, key).destroy();
        assertThat(snapshot.read()).isEmpty();
        Files.delete(file());
        snapshot.write(kept.generation(), kept.index().copy());
        assertThat(file()).doesNotExist();
    }

    /** What of {@code secrets} is in {@code bytes}, as it is or deflated from any place on, with or without the header of zlib. */
    private static Set<String> found(List<String> secrets, byte[] bytes) {
        var found = new TreeSet<String>();
        Consumer<byte[]> look = part -> {
            var text = new String(part, ISO_8859_1);
            secrets.stream().filter(text::contains).forEach(found::add);
        };
        look.accept(bytes);
        var inflater = new Inflater(true);
        var inflated = new byte[1 << 20];
        for (int at = 0; at < bytes.length; at++) {
            inflater.reset();
            inflater.setInput(bytes, at, bytes.length - at);
            int length = 0;
            try {
                for (int more = 1; more > 0 && length < inflated.length; length += more) {
                    more = inflater.inflate(inflated, length, inflated.length - length);
                }
            } catch (DataFormatException e) {
                // where it goes wrong; what came out until then counts
                length = Math.toIntExact(inflater.getBytesWritten());
            }
            look.accept(Arrays.copyOf(inflated, length));
        }
        inflater.end();
        return found;
    }

    @Test
    void nothingOfItIsPlainAndNobodyElseMayRead() throws Exception {
        fill();
        var secrets = List.of("billing", "i-00", "t3.micro", new String(HOSTILE.getBytes(UTF_8), ISO_8859_1), "Lucene", "segments");
        assertThat(found(secrets, Files.readAllBytes(file()))).isEmpty();

        // so that we know that we would have found them
        var key = homeKey();
        key.keys(() -> true);
        var index = new IndexSnapshot(key, file().getParent()).read().orElseThrow().index().copy();
        var compressed = new ByteArrayOutputStream();
        compressed.write(Aead.random(1_000));
        try (var deflating = new DeflaterOutputStream(compressed)) {
            deflating.write(index);
        }
        assertThat(new String(compressed.toByteArray(), ISO_8859_1)).doesNotContain("Lucene");
        assertThat(found(secrets, compressed.toByteArray())).contains("billing", "Lucene", "segments");

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file()))).isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file().getParent()))).isEqualTo("rwx------");
        try (var files = Files.list(file().getParent())) {
            assertThat(files).containsExactly(file());
        }
    }

    @Test
    void aSmallEstateNeedsNone() throws Exception {
        var estate = process();
        estate.upsert(Estate.embedded(server(1), server(2)));
        assertThat(ids(estate, "i-00001")).first().isEqualTo("i-00001");
        estate.close();
        assertThat(file()).doesNotExist();
    }

    @Test
    void whereItCannotBeWrittenSearchGoesOn() throws Exception {
        fill();
        Files.delete(file());
        Files.delete(file().getParent());
        Files.writeString(file().getParent(), "a file where the folder should be");
        var estate = process();
        assertThat(ids(estate, server(5).name())).first().isEqualTo("i-00005");
        estate.close();
    }

    @Test
    void searchesWhileItIsWrittenFindEverything() throws Exception {
        fill();
        Files.delete(file());
        var estate = process();
        var found = new ArrayList<String>();
        for (int i = 0; i < 20; i++) {
            estate.upsert(Estate.embedded(Estate.resource("s3_bucket", "bucket" + i, "bucket" + i, null, Map.of(), Map.of())));
            found.addAll(ids(estate, "bucket" + i).subList(0, 1));
        }
        estate.close();
        assertThat(found).isEqualTo(IntStream.range(0, 20).mapToObj(i -> "bucket" + i).toList());
        assertThat(ids(process(), "bucket19")).first().isEqualTo("bucket19");
    }
}
