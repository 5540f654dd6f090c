package cloudops.storage.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import com.fasterxml.jackson.databind.node.ObjectNode;

import cloudops.json.Json;
import cloudops.model.AwsResource;
import cloudops.storage.ChatStorage.Role;
import cloudops.storage.EstateStorage.Embedded;
import cloudops.storage.HomeKeys.Progress;
import cloudops.storage.ResourceFilter;
import cloudops.storage.StorageException;
import cloudops.storage.StorageException.Problem;
import cloudops.vectorstore.Point;

class StoreKeysTest {

    private static final Progress QUIET = (done, total) -> {
    };

    @TempDir
    Path home;

    private final InMemoryVectorStore store = new InMemoryVectorStore();

    private EncryptedEstate estate;

    private final List<AwsResource> resources = IntStream.range(0, 600).mapToObj(i -> Estate.rds("x\"$(id)\n\u202e\ud83d\udc18-" + i)).toList();

    @BeforeEach
    void open() {
        estate = new EncryptedEstate(store, new WordVectors(), homeKey());
    }

    /** Which also waits for what is kept in the background. */
    @AfterEach
    void close() {
        estate.close();
    }

    private HomeKey homeKey() {
        return Estate.homeKey(home, "passphrase");
    }

    private StoreKeys anotherProcess() {
        return new StoreKeys(store, homeKey());
    }

    private void fill() throws StorageException {
        estate.upsert(resources.stream().map(resource -> new Embedded(resource, WordVectors.of(resource.name()))).toList());
    }

    private static List<AwsResource> all(EncryptedEstate estate) throws StorageException {
        var found = new ArrayList<AwsResource>();
        estate.list(ResourceFilter.ALL, found::add);
        return found;
    }

    @Test
    void everyRecordIsEncryptedAnewAndTheOldKeyIsGone() throws Exception {
        fill();
        var before = Map.copyOf(store.points);
        var old = homeKey().keys(() -> true);
        var steps = new ArrayList<Long>();
        var rotation = anotherProcess().rotate((done, total) -> {
            assertThat(total).isEqualTo(600);
            steps.add(done);
        });
        assertThat(rotation.version()).isEqualTo(2);
        assertThat(rotation.rewritten()).isEqualTo(600);
        assertThat(steps).containsExactly(250L, 500L, 600L);

        var status = anotherProcess().status();
        assertThat(status.method()).isEqualTo("passphrase");
        assertThat(status.versions()).containsExactly(2);
        assertThat(status.records()).containsOnly(Map.entry(2, 600L));
        assertThat(status.rotating()).isFalse();

        var present = homeKey().keys(() -> true);
        assertThat(present.records()).containsOnlyKeys(2);
        assertThat(present.records().get(2)).isNotEqualTo(old.records().get(1));
        assertThat(present).usingRecursiveComparison().ignoringFields("version", "records").isEqualTo(old);
        for (var point : store.resources()) {
            assertThat(point.payload()).isEqualTo(before.get(point.id()).payload());
            assertThat(point.vector()).isEqualTo(before.get(point.id()).vector());
            assertThatThrownBy(() -> new RecordCipher(old, Records.COLLECTION).open(point)).hasMessageContaining("key version 2");
        }
    }

    @Test
    void whoHasTheHomeOpenReadsAndWritesOn() throws Exception {
        fill();
        assertThat(estate.search("18", ResourceFilter.ALL, 5)).isNotEmpty();
        anotherProcess().rotate(QUIET);
        assertThat(all(estate)).hasSize(600);
        assertThat(estate.upsert(resources.stream().map(Estate::withVector).toList()).written()).isZero();
        estate.upsert(List.of(Estate.withVector(Estate.rds("new"))));
        assertThat(anotherProcess().status().records()).containsOnly(Map.entry(2, 601L));
        assertThat(estate.search("18", ResourceFilter.ALL, 5)).isNotEmpty();
        assertThat(estate.damaged()).isEmpty();
    }

    @Test
    void noWriteIsLostWhileKeysAreRotated() throws Exception {
        fill();
        var done = new AtomicBoolean();
        var written = new AtomicInteger();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var writer = threads.submit(() -> {
                var mine = new EncryptedEstate(store, new WordVectors(), homeKey());
                while (!done.get() || written.get() == 0) {
                    int round = written.incrementAndGet();
                    var batch = resources.subList(round % 590, round % 590 + 10).stream()
                            .map(r -> Estate.withVector(Estate.at(r, r.lastSynced(), "round " + round))).toList();
                    mine.upsert(batch);
                    for (var one : batch) {
                        assertThat(mine.get(one.resource().key())).contains(one.resource());
                    }
                }
                return null;
            });
            for (int i = 0; i < 5; i++) {
                anotherProcess().rotate(QUIET);
                assertThat(all(estate)).hasSize(600);
            }
            done.set(true);
            writer.get();
        }
        assertThat(anotherProcess().status().records()).containsOnly(Map.entry(6, 600L));
        assertThat(estate.damaged()).isEmpty();
    }

    @Test
    void oneThatWasCutShortIsContinued() throws Exception {
        fill();
        assertThatThrownBy(() -> anotherProcess().rotate((done, total) -> {
            throw new IllegalStateException("killed");
        })).hasMessage("killed");
        var cut = anotherProcess().status();
        assertThat(cut.rotating()).isTrue();
        assertThat(cut.versions()).containsExactly(1, 2);
        assertThat(cut.records()).containsOnly(Map.entry(1, 350L), Map.entry(2, 250L));
        assertThat(all(new EncryptedEstate(store, new WordVectors(), homeKey()))).hasSize(600);

        Files.copy(home.resolve("keys/keyring.json"), home.resolve("keys/keyring17.tmp"));
        var rest = anotherProcess().rotate(QUIET);
        assertThat(rest.version()).isEqualTo(2);
        assertThat(rest.rewritten()).isEqualTo(350);
        assertThat(anotherProcess().status().versions()).containsExactly(2);
        try (var files = Files.list(home.resolve("keys"))) {
            assertThat(files.map(file -> file.getFileName().toString())).containsExactlyInAnyOrder("lock", "keyring.json");
        }
    }

    @Test
    void aPauseHoldsWritersAndIsNotHadDuringARotation() throws Exception {
        fill();
        var written = new AtomicBoolean();
        CompletableFuture<Void> writer;
        try (var pause = anotherProcess().pause()) {
            writer = CompletableFuture.runAsync(() -> {
                try {
                    estate.upsert(List.of(Estate.withVector(Estate.rds("new"))));
                    written.set(true);
                } catch (StorageException e) {
                    throw new AssertionError(e);
                }
            });
            assertThat(all(new EncryptedEstate(store, new WordVectors(), homeKey()))).hasSize(600);
            assertThat(written).isFalse();
        }
        writer.get();
        assertThat(written).isTrue();

        assertThatThrownBy(() -> anotherProcess().rotate((done, total) -> {
            throw new IllegalStateException("killed");
        })).hasMessage("killed");
        assertProblem(Problem.LOCKED, () -> anotherProcess().pause());
        anotherProcess().rotate(QUIET);
        anotherProcess().pause().close();
    }

    @Test
    void aDamagedRecordIsLeftAloneAndSaidSo() throws Exception {
        fill();
        var point = store.resources().getFirst();
        var blob = point.blob().clone();
        blob[40] ^= 1;
        store.points.put(point.id(), new Point(point.id(), point.vector(), point.payload(), blob));
        var rotation = anotherProcess().rotate(QUIET);
        assertThat(rotation.rewritten()).isEqualTo(599);
        assertThat(rotation.damaged()).isEqualTo(1);
        assertThat(store.points.get(point.id()).blob()).isEqualTo(blob);
        assertThat(anotherProcess().status().versions()).containsExactly(2);
        assertThat(all(estate)).hasSize(599);
    }

    @Test
    void whatANewerVersionWroteKeepsItsKey() throws Exception {
        fill();
        var point = store.resources().getFirst();
        var blob = point.blob().clone();
        blob[0] = 9;
        store.points.put(point.id(), new Point(point.id(), point.vector(), point.payload(), blob));
        assertThatThrownBy(() -> anotherProcess().rotate(QUIET)).hasMessageStartingWith("1 records are of a format that this version does not know");
        assertThat(anotherProcess().status().versions()).containsExactly(1, 2);
        store.points.remove(point.id());
        assertThat(anotherProcess().rotate(QUIET).version()).isEqualTo(2);
        assertThat(anotherProcess().status().versions()).containsExactly(2);
    }

    @Test
    void aTruncatedRecordIsCounted() throws Exception {
        fill();
        var point = store.resources().getFirst();
        store.points.put(point.id(), new Point(point.id(), point.vector(), point.payload(), new byte[] { 1, 0 }));
        assertThat(anotherProcess().rotate(QUIET).damaged()).isEqualTo(1);
    }

    /** A store on a server, and a home with a copy of the folder keys/ on another machine. */
    @Test
    void aMachineWithTheKeysOfBeforeWritesNothing(@TempDir Path otherMachine) throws Exception {
        fill();
        Files.createDirectory(otherMachine.resolve("keys"));
        Files.copy(home.resolve("keys/keyring.json"), otherMachine.resolve("keys/keyring.json"));
        var otherKey = Estate.homeKey(otherMachine, "passphrase");
        var other = new EncryptedEstate(store, new WordVectors(), otherKey);
        var chats = new EncryptedChats(store, new WordVectors(), otherKey);
        var conversation = UUID.randomUUID();
        assertThat(all(other)).hasSize(600);
        chats.append(conversation, Role.USER, "before", List.of());

        anotherProcess().rotate(QUIET);
        var before = Map.copyOf(store.points);
        var renamed = Estate.withVector(Estate.rds("new"));
        assertProblem(Problem.WRONG_KEY, () -> other.upsert(List.of(renamed)));
        assertProblem(Problem.WRONG_KEY, () -> other.delete(List.of(resources.getFirst().key())));
        assertProblem(Problem.WRONG_KEY, () -> chats.append(conversation, Role.USER, "after", List.of()));
        assertProblem(Problem.WRONG_KEY, () -> new StoreKeys(store, otherKey).rotate(QUIET));
        assertThat(store.points).isEqualTo(before);

        Files.copy(home.resolve("keys/keyring.json"), otherMachine.resolve("keys/keyring.json"), StandardCopyOption.REPLACE_EXISTING);
        other.upsert(List.of(renamed));
        assertThat(all(estate)).hasSize(601);
        assertThat(all(other)).hasSize(601);
        assertThat(chats.history(conversation, 9)).hasSize(1);
    }

    @Test
    void aHomeOfTheFirstFormatOpensAndLosesItsDataKeyWithTheFirstRotation() throws Exception {
        var dataKey = Aead.random(Aead.KEY_BYTES);
        var made = Keyring.forPassphrase(Estate.CHEAP);
        var bare = new Keyring(Keyring.DERIVED, made.method(), null, made.argon2(), made.salt(), 1, null, null, null);
        var wrapping = made.argon2().key("passphrase".toCharArray(), made.salt());
        var json = (ObjectNode) Json.mapper().valueToTree(bare);
        json.put("wrapped_key", Aead.seal(wrapping, dataKey, CanonicalJson.bytes(json)));
        var file = new KeyringFile(home);
        Files.write(file.folder().resolve("keyring.json"), Json.mapper().writeValueAsBytes(json));

        fill();
        assertThat(homeKey().keys(() -> true)).isEqualTo(EstateKeys.derive(dataKey, 1));
        anotherProcess().rotate(QUIET);
        assertThat(file.read().orElseThrow().version()).isEqualTo(Keyring.VERSION);
        assertThat(homeKey().keys(() -> true).executionHistory()).isEqualTo(EstateKeys.derive(dataKey, 1).executionHistory());
        assertThat(all(new EncryptedEstate(store, new WordVectors(), homeKey()))).hasSize(600);
    }

    @Test
    void destroyedKeysOpenNothingAnyMore() throws Exception {
        fill();
        var keyFile = home.resolve("keys/keyring.json");
        Files.writeString(home.resolve("keys/keyring123.tmp"), Files.readString(keyFile));
        anotherProcess().destroy();
        try (var files = Files.list(home.resolve("keys"))) {
            assertThat(files.map(file -> file.getFileName().toString())).containsExactly("lock");
        }
        assertProblem(Problem.NO_KEY, () -> all(new EncryptedEstate(store, new WordVectors(), homeKey())));
        assertProblem(Problem.NO_KEY, () -> estate.upsert(List.of(Estate.withVector(Estate.rds("new")))));
        assertThat(keyFile).doesNotExist();
        assertThat(anotherProcess().status().method()).isNull();
        assertThat(anotherProcess().status().records()).containsOnly(Map.entry(1, 600L));
        assertProblem(Problem.NO_KEY, () -> anotherProcess().destroy());
        assertProblem(Problem.NO_KEY, () -> anotherProcess().rotate(QUIET));
    }

    @Test
    void norInTheProcessThatDestroyedThem() throws Exception {
        fill();
        var key = homeKey();
        var mine = new EncryptedEstate(store, new WordVectors(), key);
        assertThat(all(mine)).hasSize(600);
        new StoreKeys(store, key).destroy();
        assertThat(all(mine)).isEmpty();
        assertThat(mine.damaged()).hasSize(600);
        assertProblem(Problem.NO_KEY, () -> mine.upsert(List.of(Estate.withVector(Estate.rds("new")))));
        assertProblem(Problem.NO_KEY, () -> mine.delete(List.of(resources.getFirst().key())));
    }

    @Test
    void aWrongPassphraseRotatesNothing() throws Exception {
        fill();
        var before = Files.readString(home.resolve("keys/keyring.json"));
        assertProblem(Problem.WRONG_KEY, () -> new StoreKeys(store, Estate.homeKey(home, "another")).rotate(QUIET));
        assertThat(Files.readString(home.resolve("keys/keyring.json"))).isEqualTo(before);
    }

    @Test
    void statusMakesNothing() throws Exception {
        var status = anotherProcess().status();
        assertThat(status.version()).isZero();
        assertThat(status.records()).isEmpty();
        assertThat(new TreeSet<>(List.of(home.toFile().list()))).isEmpty();
    }

    private interface Call {
        void run() throws Exception;
    }

    private static void assertProblem(Problem problem, Call call) {
        assertThatThrownBy(call::run).isInstanceOf(StorageException.class).extracting(e -> ((StorageException) e).problem()).isEqualTo(problem);
    }
}
