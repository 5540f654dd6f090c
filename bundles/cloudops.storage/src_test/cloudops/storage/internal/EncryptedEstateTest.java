package cloudops.storage.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import cloudops.embedding.Embedder;
import cloudops.embedding.EmbeddingException;
import cloudops.model.AwsResource;
import cloudops.storage.EstateStorage.DamagedRecord;
import cloudops.storage.EstateStorage.Embedded;
import cloudops.storage.EstateStorage.UpsertResult;
import cloudops.storage.ResourceFilter;
import cloudops.storage.SearchHit;
import cloudops.storage.StorageException;
import cloudops.storage.StorageException.Problem;
import cloudops.vectorstore.Filter;
import cloudops.vectorstore.Point;
import cloudops.vectorstore.VectorStore;

class EncryptedEstateTest {

    @TempDir
    Path home;

    private final InMemoryVectorStore store = new InMemoryVectorStore();

    private EncryptedEstate estate;

    private final AwsResource main1 = Estate.rds("pg-instance-main1");

    private final AwsResource server = Estate.in(Estate.ec2("i-0abc123", "web-server"), "210987654321", "Staging", "eu-central-1");

    private final List<EncryptedEstate> processes = new ArrayList<>();

    @BeforeEach
    void open() {
        estate = anotherProcess();
    }

    /** Else a search's index is being written while the home is deleted. */
    @AfterEach
    void close() {
        processes.forEach(EncryptedEstate::close);
    }

    private EncryptedEstate anotherProcess() {
        return process(store, new WordVectors());
    }

    private EncryptedEstate process(VectorStore its, Embedder embedder) {
        var process = new EncryptedEstate(its, embedder, Estate.homeKey(home, "passphrase"));
        processes.add(process);
        return process;
    }

    @Test
    void givesBackWhatWasStored() throws Exception {
        assertThat(estate.upsert(Estate.embedded(main1, server))).isEqualTo(new UpsertResult(2, 0));
        assertThat(estate.get(main1.key())).contains(main1);
        assertThat(estate.get(server.key())).contains(server);
        assertThat(estate.get(Estate.rds("nobody").key())).isEmpty();
        assertThat(anotherProcess().get(main1.key())).contains(main1);
    }

    @Test
    void marksAreTheSameAsLongAsTheContentIs() throws Exception {
        estate.upsert(Estate.embedded(main1, server));
        var keys = List.of(main1.key(), server.key(), Estate.rds("nobody").key());
        var first = estate.marks(keys);
        assertThat(first).containsOnlyKeys(main1.key(), server.key());
        assertThat(anotherProcess().marks(keys)).isEqualTo(first);

        anotherProcess().upsert(Estate.embedded(Estate.at(server, Instant.parse("2026-02-01T00:00:00Z"), "stopped")));
        assertThat(estate.marks(keys)).containsEntry(main1.key(), first.get(main1.key())).doesNotContainEntry(server.key(), first.get(server.key()))
                .containsKey(server.key());
        anotherProcess().upsert(Estate.embedded(server));
        assertThat(estate.marks(keys)).isEqualTo(first);
    }

    @Test
    void whatIsDamagedOrHasNoVectorHasNoMark() throws Exception {
        estate.upsert(List.of(new Embedded(main1, null), Estate.withVector(server)));
        assertThat(estate.marks(List.of(main1.key(), server.key()))).containsOnlyKeys(server.key());

        store.points.replaceAll((id, point) -> {
            var blob = point.blob().clone();
            blob[blob.length - 1] ^= 1;
            return new Point(id, point.vector(), point.payload(), blob);
        });
        assertThat(anotherProcess().marks(List.of(main1.key(), server.key()))).isEmpty();
        assertThat(estate.marks(List.of())).isEmpty();
    }

    @Test
    void theStoreSeesNoNameIdentifierArnOrTagValue() throws Exception {
        estate.upsert(Estate.embedded(main1, server));
        estate.search("pg-main", ResourceFilter.ALL, 5);
        for (var point : store.points.values()) {
            var all = point.id() + point.payload().toString() + new String(point.blob(), StandardCharsets.ISO_8859_1);
            assertThat(all).doesNotContainIgnoringCase("main1").doesNotContainIgnoringCase("web-server").doesNotContain("i-0abc123")
                    .doesNotContain("arn:").doesNotContainIgnoringCase("staging").doesNotContain("production").doesNotContain("t3.micro");
        }
    }

    @Test
    void unchangedResourcesAreNotWrittenAgain() throws Exception {
        estate.upsert(Estate.embedded(main1, server));
        int writes = store.writes.get();
        var seenLater = Estate.at(main1, Instant.now(), main1.state());

        assertThat(estate.changed(List.of(seenLater, server))).isEmpty();
        assertThat(estate.upsert(Estate.embedded(seenLater, server))).isEqualTo(new UpsertResult(0, 2));
        assertThat(store.writes).hasValue(writes);

        var stopped = Estate.at(main1, Instant.now(), "stopped");
        var fresh = Estate.rds("fresh");
        assertThat(estate.changed(List.of(stopped, server, fresh))).isEqualTo(Set.of(stopped.key(), fresh.key()));
        assertThat(estate.upsert(Estate.embedded(stopped, server, fresh))).isEqualTo(new UpsertResult(2, 1));
        assertThat(estate.get(main1.key())).contains(stopped);
    }

    @Test
    void anUnchangedRecordIsReadAndDecryptedOnceAProcess() throws Exception {
        estate.upsert(Estate.embedded(main1, server));
        int read = store.gets.get();
        assertThat(estate.changed(List.of(main1, server))).isEmpty();
        assertThat(store.gets).as("what this process wrote it knows").hasValue(read);

        var process = anotherProcess();
        for (int again = 0; again < 3; again++) {
            assertThat(process.changed(List.of(main1, server))).isEmpty();
            assertThat(process.upsert(Estate.embedded(main1, server))).isEqualTo(new UpsertResult(0, 2));
            assertThat(store.gets).hasValue(read + 2);
        }
    }

    @Test
    void whatAnotherProcessChangedMeanwhileIsNotTakenForUnchanged() throws Exception {
        estate.upsert(Estate.embedded(main1, server));
        var other = anotherProcess();
        other.upsert(Estate.embedded(Estate.at(main1, Instant.now(), "stopped")));
        other.delete(List.of(server.key()));

        assertThat(estate.changed(List.of(main1, server))).isEqualTo(Set.of(main1.key(), server.key()));
        assertThat(estate.upsert(Estate.embedded(main1, server))).isEqualTo(new UpsertResult(2, 0));
        assertThat(other.changed(List.of(main1, server))).isEmpty();
        assertThat(other.get(main1.key())).contains(main1);
    }

    @Test
    void aMissingVectorIsAskedForAgainButNotTakenFromWhoHasOne() throws Exception {
        estate.upsert(List.of(new Embedded(main1, null)));
        assertThat(estate.search("pg-instance-main1", ResourceFilter.ALL, 5)).hasSize(1);
        assertThat(estate.changed(List.of(main1))).containsExactly(main1.key());
        assertThat(estate.upsert(List.of(new Embedded(main1, null)))).isEqualTo(new UpsertResult(0, 1));
        assertThat(estate.upsert(Estate.embedded(main1))).isEqualTo(new UpsertResult(1, 0));
        assertThat(estate.upsert(List.of(new Embedded(main1, null)))).isEqualTo(new UpsertResult(0, 1));
        assertThat(estate.changed(List.of(main1))).isEmpty();
    }

    @Test
    void ofTheSameResourceTwiceInABatchTheLastIsStored() throws Exception {
        var stopped = Estate.at(main1, main1.lastSynced(), "stopped");
        estate.upsert(Estate.embedded(main1, stopped));
        assertThat(estate.get(main1.key())).contains(stopped);
        assertThat(estate.count(ResourceFilter.ALL)).isEqualTo(1);
    }

    @Test
    void listsInOrderOfAccountRegionTypeAndName() throws Exception {
        var b = Estate.rds("b");
        var a = Estate.ec2("i-9", "a");
        var c = Estate.rds("a");
        var far = Estate.in(Estate.rds("0"), Estate.ACCOUNT, "production", "ap-east-1");
        estate.upsert(Estate.embedded(server, b, a, c, far));
        assertThat(list(ResourceFilter.ALL)).containsExactly(far, a, c, b, server);
    }

    @Test
    void filtersByEveryField() throws Exception {
        var both = Estate.resource("s3_bucket", "b1", "b1", null, Map.of("team", "a", "env", "x"), Map.of());
        var one = Estate.resource("s3_bucket", "b2", "b2", null, Map.of("team", "a", "env", "y"), Map.of());
        estate.upsert(Estate.embedded(main1, server, both, one));

        assertFilter(filter(List.of(Estate.ACCOUNT), null, null, null, null, null), main1, both, one);
        assertFilter(filter(List.of("staging"), null, null, null, null, null), server);
        assertFilter(filter(List.of("STAGING", Estate.ACCOUNT), null, null, null, null, null), main1, server, both, one);
        assertFilter(filter(List.of("nobody"), null, null, null, null, null));
        assertFilter(filter(null, List.of("eu-central-1", "eu-west-1"), null, null, null, null), server);
        assertFilter(filter(null, null, List.of("s3"), null, null, null), both, one);
        assertFilter(filter(null, null, null, List.of("rds_instance", "ec2_instance"), null, null), main1, server);
        assertFilter(filter(null, null, null, null, List.of("running"), null), server);
        assertFilter(filter(null, null, null, null, null, Map.of("team", "a")), both, one);
        assertFilter(filter(null, null, null, null, null, Map.of("team", "a", "env", "y")), one);
        assertFilter(filter(null, null, null, null, null, Map.of("team", "A")));
        assertFilter(filter(null, List.of("us-west-2"), List.of("s3"), null, null, Map.of("env", "x")), both);
    }

    private void assertFilter(ResourceFilter filter, AwsResource... expected) throws StorageException {
        assertThat(list(filter)).containsExactlyInAnyOrder(expected);
        assertThat(estate.count(filter)).isEqualTo(expected.length);
        assertThat(estate.keys(filter)).containsExactlyInAnyOrder(List.of(expected).stream().map(AwsResource::key).toArray(
                cloudops.model.ResourceKey[]::new));
        for (var query : List.of("pg-instance-main1", "web-server", "b1", "production bucket server postgres")) {
            assertThat(estate.search(query, filter, 100)).extracting(SearchHit::resource).isSubsetOf(expected);
        }
    }

    /** Each waits for the store, which takes its time however little is deleted: so those that wait go together. */
    @Test
    void deletesTogetherAndTellsEachWhatWasItsOwn() throws Exception {
        var entered = new CountDownLatch(1);
        var go = new CountDownLatch(1);
        var deletes = new AtomicInteger();
        var slow = new InMemoryVectorStore() {
            @Override
            public void delete(String collection, Collection<UUID> ids) {
                deletes.incrementAndGet();
                entered.countDown();
                try {
                    assertThat(go.await(1, TimeUnit.MINUTES)).isTrue();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
                super.delete(collection, ids);
            }
        };
        var process = process(slow, new WordVectors());
        var all = IntStream.range(0, 40).mapToObj(i -> Estate.rds("pg-" + i)).toList();
        process.upsert(all.stream().map(Estate::withVector).toList());
        process.upsert(Estate.embedded(server));
        var counts = new ConcurrentHashMap<Integer, Integer>();
        var threads = IntStream.range(0, 10).mapToObj(i -> Thread.ofPlatform().unstarted(() -> {
            try {
                // three of its own, one that is everybody's, one that is nobody's
                counts.put(i, process.delete(List.of(all.get(3 * i).key(), all.get(3 * i + 1).key(), all.get(3 * i + 2).key(), all.get(39).key(),
                        Estate.rds("nobody").key())));
            } catch (StorageException e) {
                throw new AssertionError(e);
            }
        })).toList();
        threads.getFirst().start();
        assertThat(entered.await(1, TimeUnit.MINUTES)).isTrue();
        threads.subList(1, 10).forEach(Thread::start);
        while (threads.subList(1, 10).stream().anyMatch(thread -> thread.getState() != Thread.State.WAITING)) {
            Thread.onSpinWait();
        }
        go.countDown();
        for (var thread : threads) {
            thread.join();
        }

        assertThat(counts).containsOnlyKeys(IntStream.range(0, 10).boxed().toList()).containsEntry(0, 4);
        assertThat(counts.values().stream().mapToInt(Integer::intValue).sum()).as("the one of everybody counts once").isEqualTo(31);
        assertThat(deletes).hasValue(2);
        assertThat(process.keys(ResourceFilter.ALL)).hasSize(10).contains(server.key(), all.get(30).key());
    }

    @Test
    void eachOfManyDeletesCountsItsOwn() throws Exception {
        var all = IntStream.range(0, 400).mapToObj(i -> Estate.rds("pg-" + i)).toList();
        estate.upsert(all.stream().map(Estate::withVector).toList());
        try (var threads = Executors.newFixedThreadPool(8)) {
            var counts = threads.invokeAll(all.stream().map(each -> (Callable<Integer>) () -> estate.delete(List.of(each.key()))).toList());
            assertThat(counts).extracting(Future::resultNow).containsOnly(1);
        }
        assertThat(estate.count(ResourceFilter.ALL)).isZero();
    }

    @Test
    void deletesWhatIsThere() throws Exception {
        estate.upsert(Estate.embedded(main1, server));
        estate.search("main1", ResourceFilter.ALL, 1);
        assertThat(estate.delete(List.of(main1.key(), Estate.rds("nobody").key()))).isEqualTo(1);
        assertThat(list(ResourceFilter.ALL)).containsExactly(server);
        assertThat(estate.search("pg-instance-main1", ResourceFilter.ALL, 5)).extracting(SearchHit::resource).doesNotContain(main1);
        assertThat(estate.count(ResourceFilter.ALL)).isEqualTo(1);
    }

    @Test
    void anEmptyEstateIsEmpty() throws Exception {
        assertThat(estate.count(ResourceFilter.ALL)).isZero();
        assertThat(list(ResourceFilter.ALL)).isEmpty();
        assertThat(estate.search("anything", ResourceFilter.ALL, 5)).isEmpty();
        assertThat(estate.delete(List.of(main1.key()))).isZero();
        assertThat(estate.upsert(List.of())).isEqualTo(new UpsertResult(0, 0));
        assertThat(estate.damaged()).isEmpty();
    }

    @Test
    void aDamagedRecordIsReportedAndTheRestServed() throws Exception {
        estate.upsert(Estate.embedded(main1, server));
        var id = flip(main1);

        for (var process : List.of(estate, anotherProcess())) {
            assertThatThrownBy(() -> process.get(main1.key())).isInstanceOf(StorageException.class)
                    .hasMessageContaining(id).extracting(e -> ((StorageException) e).problem()).isEqualTo(Problem.DAMAGED_RECORD);
            var listed = new ArrayList<AwsResource>();
            process.list(ResourceFilter.ALL, listed::add);
            assertThat(listed).containsExactly(server);
            assertThat(process.keys(ResourceFilter.ALL)).containsExactly(server.key());
            assertThat(process.search("pg-instance-main1", ResourceFilter.ALL, 5)).extracting(SearchHit::resource)
                    .doesNotContain(main1);
            assertThat(process.search("web-server", ResourceFilter.ALL, 5)).extracting(SearchHit::resource).contains(server);
            assertThat(process.damaged()).singleElement().satisfies(record -> {
                assertThat(record.id()).isEqualTo(id);
                assertThat(record.reason()).contains("does not decrypt");
            });
        }
    }

    /** As a bit flipped in the fields that are read, but not in the index of the store, leaves it. */
    @Test
    void aRecordThatTheStoreFindsUnderAnotherScopeThanItNamesIsReported() throws Exception {
        var lost = new AtomicReference<UUID>();
        var damagedStore = new InMemoryVectorStore() {
            @Override
            public void scroll(String collection, Filter filter, Consumer<Point> each) {
                super.scroll(collection, filter, point -> {
                    if (filter.equals(Filter.ALL) || !point.id().equals(lost.get())) {
                        each.accept(point);
                    }
                });
            }
        };
        var mine = process(damagedStore, new WordVectors());
        mine.upsert(Estate.embedded(Estate.rds("one"), Estate.ec2("i-1", "two")));
        var point = damagedStore.resources().getFirst();
        var payload = new HashMap<>(point.payload());
        payload.put(RecordCipher.REGION, List.of("us-west-3"));
        damagedStore.points.put(point.id(), new Point(point.id(), point.vector(), payload, point.blob()));
        lost.set(point.id());
        var listed = new ArrayList<AwsResource>();
        mine.list(ResourceFilter.ALL, listed::add);
        assertThat(listed).hasSize(1);
        assertThat(mine.damaged()).extracting(DamagedRecord::id).containsExactly(point.id().toString());
    }

    @Test
    void theNextScanMendsADamagedRecord() throws Exception {
        estate.upsert(Estate.embedded(main1, server));
        flip(main1);
        list(ResourceFilter.ALL);
        assertThat(estate.changed(List.of(main1, server))).containsExactly(main1.key());
        assertThat(estate.upsert(Estate.embedded(main1))).isEqualTo(new UpsertResult(1, 0));
        assertThat(estate.get(main1.key())).contains(main1);
        assertThat(estate.damaged()).isEmpty();
    }

    @Test
    void theNextProcessMendsADamagedRecordThatNobodyRead() throws Exception {
        estate.upsert(Estate.embedded(main1, server));
        flip(main1);
        var process = anotherProcess();
        assertThat(process.changed(List.of(main1, server))).containsExactly(main1.key());
        assertThat(process.upsert(Estate.embedded(main1, server))).isEqualTo(new UpsertResult(1, 1));
        assertThat(process.get(main1.key())).contains(main1);
    }

    @Test
    void anotherRecordsBlobIsNotTakenForItsOwn() throws Exception {
        estate.upsert(Estate.embedded(main1, server));
        var points = store.resources();
        var one = points.get(0);
        var other = points.get(1);
        store.points.put(one.id(), new Point(one.id(), other.vector(), other.payload(), other.blob()));
        assertThat(estate.changed(List.of(main1, server))).hasSize(1);
        assertThat(anotherProcess().changed(List.of(main1, server))).hasSize(1);
    }

    private String flip(AwsResource resource) {
        var id = store.resources().stream().filter(point -> point.payload().get("resource_type").contains(resource.resourceType()))
                .findFirst().orElseThrow();
        var blob = id.blob().clone();
        blob[blob.length / 2] ^= 1;
        store.points.put(id.id(), new Point(id.id(), id.vector(), id.payload(), blob));
        return id.id().toString();
    }

    @Test
    void aSearchSeesWhatAnotherProcessWrote() throws Exception {
        estate.upsert(Estate.embedded(main1));
        assertThat(estate.search("main1", ResourceFilter.ALL, 5)).hasSize(1);
        var other = anotherProcess();
        other.upsert(Estate.embedded(server, Estate.at(main1, Instant.now(), "stopped")));
        assertThat(estate.search("web-server", ResourceFilter.ALL, 1)).extracting(SearchHit::resource).containsExactly(server);
        var stopped = filter(null, null, null, null, List.of("stopped"), null);
        assertThat(estate.search("main1", stopped, 1)).hasSize(1);
        other.delete(List.of(server.key()));
        assertThat(estate.search("web-server", ResourceFilter.ALL, 5)).extracting(SearchHit::resource).doesNotContain(server);
    }

    @Test
    void aSearchReadsTheRecordsAgainOnlyAfterAWrite() throws Exception {
        estate.upsert(Estate.embedded(main1));
        estate.search("main1", ResourceFilter.ALL, 5);
        int scrolls = store.scrolls.get();
        estate.search("main1", ResourceFilter.ALL, 5);
        assertThat(store.scrolls).hasValue(scrolls);
        estate.upsert(Estate.embedded(server));
        assertThat(estate.search("web-server", ResourceFilter.ALL, 1)).extracting(SearchHit::resource).containsExactly(server);
        estate.delete(List.of(main1.key()));
        assertThat(estate.search("main1", ResourceFilter.ALL, 5)).extracting(SearchHit::resource).doesNotContain(main1);
    }

    @Test
    void withoutTheModelWordsStillFind() throws Exception {
        var wordsOnly = process(store, texts -> {
            throw new EmbeddingException("no native libraries here", null);
        });
        wordsOnly.upsert(Estate.embedded(main1));
        assertThat(wordsOnly.search("main1", ResourceFilter.ALL, 5)).extracting(SearchHit::resource).containsExactly(main1);
    }

    @Test
    void aWrongPassphraseOpensNothing() throws Exception {
        estate.upsert(Estate.embedded(main1));
        var stranger = new EncryptedEstate(store, new WordVectors(), Estate.homeKey(home, "guess"));
        assertThatThrownBy(() -> stranger.get(main1.key())).isInstanceOf(StorageException.class)
                .extracting(e -> ((StorageException) e).problem()).isEqualTo(Problem.WRONG_KEY);
    }

    @ParameterizedTest
    @ValueSource(strings = { "a\"b'c`d", "two  words", "$(touch /tmp/x); rm -rf /", "line\nbreak\ttab", "\u202Etxt.exe\u202C",
            "\u05E9\u05DC\u05D5\u05DD-\u05E2\u05D5\u05DC\u05DD", "\uD83D\uDC18\uD83D\uDC18 db", "\uD83D\uDE00", "+-&&||!(){}[]^~*?:\\/",
            "\u0000", "___", "AND OR NOT" })
    void hostileNamesAreStoredListedAndFound(String name) throws Exception {
        var hostile = Estate.resource("ec2_instance", name, name, name, Map.of(name, name, "Name", name), Map.of(name, name));
        estate.upsert(Estate.embedded(hostile, server));
        assertThat(estate.get(hostile.key())).contains(hostile);
        assertThat(list(filter(null, null, null, null, null, Map.of(name, name)))).containsExactly(hostile);
        assertThat(list(filter(null, null, null, null, List.of(name), null))).containsExactly(hostile);
        if (!name.isBlank()) {
            assertThat(estate.search(name, ResourceFilter.ALL, 5)).first().extracting(SearchHit::resource).isEqualTo(hostile);
            assertThat(estate.search(name, filter(null, null, null, null, List.of(name), Map.of(name, name)), 5)).hasSize(1);
        }
    }

    @Test
    void aNameOfAbsurdLengthIsStoredAndFound() throws Exception {
        var name = "x-".repeat(40_000);
        var absurd = Estate.resource("ec2_instance", name, name, null, Map.of("t", name), Map.of());
        estate.upsert(Estate.embedded(absurd));
        assertThat(estate.search(name, filter(null, null, null, null, null, Map.of("t", name)), 5)).hasSize(1);
        assertThat(estate.get(absurd.key())).contains(absurd);
    }

    private List<AwsResource> list(ResourceFilter filter) throws StorageException {
        var listed = new ArrayList<AwsResource>();
        estate.list(filter, listed::add);
        return listed;
    }

    private static ResourceFilter filter(List<String> accounts, List<String> regions, List<String> services, List<String> types,
            List<String> states, Map<String, String> tags) {
        return new ResourceFilter(or(accounts), or(regions), or(services), or(types), or(states), tags == null ? Map.of() : tags);
    }

    private static List<String> or(List<String> values) {
        return values == null ? List.of() : values;
    }
}
