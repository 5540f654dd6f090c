package cloudops.storage.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import javax.crypto.AEADBadTagException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import cloudops.storage.StorageException;
import cloudops.storage.StorageException.Problem;
import cloudops.vectorstore.Filter;
import cloudops.vectorstore.Point;

class HomeBackupKeysTest {

    @TempDir
    Path folder;

    private HomeBackupKeys keys(String home, String passphrase) {
        var path = folder.resolve(home);
        return new HomeBackupKeys(Estate.home(path), Estate.homeKey(path, passphrase), new InMemoryVectorStore());
    }

    @Test
    void theKeyIsTheSameForEveryProcessOfAHomeAndForACopyOfItsKeyFiles() throws Exception {
        var keys = keys("home", "correct horse");
        assertThat(keys.homeHasKey()).isFalse();
        var key = keys.ofHome();
        assertThat(keys.homeHasKey()).isTrue();
        assertThat(keys("home", "correct horse").ofHome().fingerprint()).isEqualTo(key.fingerprint()).matches("[0-9a-f]{16}");
        assertThat(keys("other", "correct horse").ofHome().fingerprint()).isNotEqualTo(key.fingerprint());

        var sealed = key.seal("plain".getBytes(UTF_8), "here".getBytes(UTF_8));
        var copy = keys("other", "correct horse").in(copyOfKeyFiles(keys));
        assertThat(copy.fingerprint()).isEqualTo(key.fingerprint());
        assertThat(copy.open(sealed, "here".getBytes(UTF_8))).asString(UTF_8).isEqualTo("plain");
        assertThatThrownBy(() -> copy.open(sealed, "there".getBytes(UTF_8))).isInstanceOf(AEADBadTagException.class);
    }

    @Test
    void aWrongPassphraseAndAMissingKeyFileAreToldApart() throws Exception {
        var keys = keys("home", "right");
        keys.ofHome();
        var copy = copyOfKeyFiles(keys);
        assertThat(problem(() -> keys("other", "wrong").in(copy))).isEqualTo(Problem.WRONG_KEY);
        assertThat(problem(() -> keys("other", "right").in(folder.resolve("nothing")))).isEqualTo(Problem.NO_KEY);
        assertThat(folder.resolve("nothing")).doesNotExist();
        assertThat(problem(() -> keys("nowhere", "right").files())).isEqualTo(Problem.NO_KEY);
    }

    @Test
    void knowsWholeRecordsFromOthers() throws Exception {
        var store = new InMemoryVectorStore();
        var estate = new EncryptedEstate(store, new WordVectors(), Estate.homeKey(folder.resolve("home"), "x"));
        estate.upsert(Estate.embedded(Estate.rds("pg-instance-main1")));
        var keys = keys("home", "x");
        var mark = keys.ofHome().mark(Records.COLLECTION).orElseThrow();
        int[] records = new int[1];
        store.scroll(Records.COLLECTION, Filter.ALL, point -> {
            if (!point.id().equals(mark.id())) {
                records[0]++;
                assertThat(defect(keys, Records.COLLECTION, point)).isEmpty();
                assertThat(defect(keys, "chat_history", point)).isNotEmpty();
                assertThat(defect(keys, Records.COLLECTION, new Point(point.id(), point.vector(), Map.of(), point.blob()))).isNotEmpty();
                assertThat(defect(keys, Records.COLLECTION, new Point(point.id(), point.vector(), point.payload(), new byte[0])))
                        .isEqualTo("truncated");
            }
        });
        assertThat(records[0]).isEqualTo(1);
        assertThat(keys.ofHome().mark(Records.COLLECTION).orElseThrow().blob()).isNotEqualTo(mark.blob());
    }

    @Test
    void recordsUnderAKeyThatWasRotatedAwayAreRenewed() throws Exception {
        var store = new InMemoryVectorStore();
        var estate = new EncryptedEstate(store, new WordVectors(), Estate.homeKey(folder.resolve("home"), "x"));
        estate.upsert(Estate.embedded(Estate.rds("pg-instance-main1")));
        var old = store.resources().getFirst();
        var before = keys("home", "x");
        var copy = copyOfKeyFiles(before);
        new StoreKeys(store, Estate.homeKey(folder.resolve("home"), "x")).rotate((done, total) -> {
        });

        var now = keys("home", "x").ofHome();
        var then = keys("other", "x").in(copy);

        assertThat(now.fingerprint()).isEqualTo(then.fingerprint());
        assertThat(now.defect(Records.COLLECTION, old)).hasValueSatisfying(why -> assertThat(why).contains("key version 1"));
        assertThat(then.defect(Records.COLLECTION, old)).isEmpty();
        var renewed = now.renewed(Records.COLLECTION, old, then);
        assertThat(now.defect(Records.COLLECTION, renewed)).isEmpty();
        assertThat(then.defect(Records.COLLECTION, renewed)).isNotEmpty();
        assertThat(now.renewed(Records.COLLECTION, renewed, then)).isSameAs(renewed);
        assertThatThrownBy(() -> now.renewed("chat_history", old, then)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void recordsAreRenewedWhileARotationIsUnderWay() throws Exception {
        var home = Estate.homeKey(folder.resolve("home"), "x");
        var store = new InMemoryVectorStore();
        new EncryptedEstate(store, new WordVectors(), home).upsert(Estate.embedded(Estate.rds("pg-instance-main1")));
        var old = store.resources().getFirst();
        var keys = new HomeBackupKeys(Estate.home(folder.resolve("home")), home, store);
        var then = keys.ofHome();
        try (var alone = home.changing()) {
            home.change(EstateKeys::rotated);
        }
        var now = keys.ofHome();
        assertThat(now.defect(Records.COLLECTION, old)).as("both keys are kept").isEmpty();
        assertThat(PointCipher.version(now.renewed(Records.COLLECTION, old, then))).as("one of them goes").isEqualTo(2);
    }

    @Test
    void thePassphraseOfAnOpenHomeOpensItsBackupsWithoutBeingAskedAgain() throws Exception {
        var home = Estate.homeKey(folder.resolve("home"), "x");
        var keys = new HomeBackupKeys(Estate.home(folder.resolve("home")), home, new InMemoryVectorStore());
        var key = keys.ofHome();
        home.passphraseSources = List.of();
        assertThat(keys.in(copyOfKeyFiles(keys)).fingerprint()).isEqualTo(key.fingerprint());
    }

    @Test
    void keysThatAreOlderThanTheStoresAreRefused() throws Exception {
        var store = new InMemoryVectorStore();
        var keys = new HomeBackupKeys(Estate.home(folder.resolve("home")), Estate.homeKey(folder.resolve("home"), "x"), store);
        keys.ofHome();
        keys.checkAgainstStore();
        store.upsert(Records.COLLECTION, List.of(Generation.next(2).point()));
        assertThat(problem(keys::checkAgainstStore)).isEqualTo(Problem.WRONG_KEY);
    }

    @Test
    void recordsOfAnotherHomeAreNotRenewed() throws Exception {
        var store = new InMemoryVectorStore();
        new EncryptedEstate(store, new WordVectors(), Estate.homeKey(folder.resolve("other"), "x")).upsert(Estate.embedded(Estate.rds("pg-main1")));
        var foreign = store.resources().getFirst();
        var theirs = keys("other", "x").ofHome();
        var mine = keys("home", "x").ofHome();
        assertThatThrownBy(() -> mine.renewed(Records.COLLECTION, foreign, theirs)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("another home");
    }

    @Test
    void aHomeWithoutAKeyGetsThatOfTheBackupAndKeepsItOnlyWhenItIsToldTo() throws Exception {
        var theirs = keys("home", "x");
        theirs.ofHome();
        var copy = copyOfKeyFiles(theirs);
        Files.write(copy.resolve("keys/keychain-1.secure"), new byte[] { 1 });
        var files = List.of(Path.of("keys/keyring.json"), Path.of("keys/keychain-1.secure"));
        var fresh = keys("fresh", "x");
        var key = fresh.in(copy);
        try (var turn = fresh.forRestore(copy, files, key)) {
            assertThat(turn.key()).isSameAs(key);
            assertThat(fresh.homeHasKey()).isTrue();
        }
        assertThat(fresh.homeHasKey()).isFalse();
        assertThat(folder.resolve("fresh/keys/keychain-1.secure")).doesNotExist();
        try (var turn = fresh.forRestore(copy, files, key)) {
            turn.keep();
        }
        assertThat(fresh.ofHome().fingerprint()).isEqualTo(key.fingerprint());
        assertThat(folder.resolve("fresh/keys/keychain-1.secure")).hasBinaryContent(new byte[] { 1 });
    }

    @Test
    void aKeyThatWasMadeMeanwhileIsNotReplaced() throws Exception {
        var theirs = keys("home", "x");
        theirs.ofHome();
        var copy = copyOfKeyFiles(theirs);
        Files.write(copy.resolve("keys/keychain-1.secure"), new byte[] { 1 });
        var files = List.of(Path.of("keys/keyring.json"), Path.of("keys/keychain-1.secure"));
        var mine = keys("mine", "x");
        var key = mine.ofHome().fingerprint();
        var ring = Files.readAllBytes(folder.resolve("mine/keys/keyring.json"));

        // as for one that asked before
        assertThat(new AdoptedKeyFiles(folder.resolve("mine")).install(copy, files)).isFalse();
        try (var turn = mine.forRestore(copy, files, mine.in(copy))) {
            assertThat(turn.key().fingerprint()).isEqualTo(key);
        }

        assertThat(folder.resolve("mine/keys/keyring.json")).hasBinaryContent(ring);
        assertThat(folder.resolve("mine/keys/keychain-1.secure")).doesNotExist();
        assertThat(mine.ofHome().fingerprint()).isEqualTo(key);
    }

    @Test
    void nobodyWritesOrRotatesWhileOneIsAlone() throws Exception {
        var store = new InMemoryVectorStore();
        var estate = new EncryptedEstate(store, new WordVectors(), Estate.homeKey(folder.resolve("home"), "x"));
        var keys = keys("home", "x");
        CompletableFuture<Void> written;
        try (var alone = keys.alone()) {
            written = CompletableFuture.runAsync(() -> {
                try {
                    estate.upsert(Estate.embedded(Estate.rds("pg-instance-main1")));
                } catch (StorageException e) {
                    throw new IllegalStateException(e);
                }
            });
            assertThatThrownBy(() -> written.get(300, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
            assertThat(store.resources()).isEmpty();
        }
        written.get(60, TimeUnit.SECONDS);
        assertThat(store.resources()).hasSize(1);
    }

    private static String defect(HomeBackupKeys keys, String collection, Point point) {
        try {
            return keys.ofHome().defect(collection, point).orElse("");
        } catch (StorageException e) {
            throw new IllegalStateException(e);
        }
    }

    private Path copyOfKeyFiles(HomeBackupKeys keys) throws Exception {
        var copy = folder.resolve("copy");
        for (var file : keys.files()) {
            Files.createDirectories(copy.resolve(file).getParent());
            Files.copy(folder.resolve("home").resolve(file), copy.resolve(file));
        }
        return copy;
    }

    @FunctionalInterface
    private interface Call {
        void run() throws StorageException;
    }

    private static Problem problem(Call call) {
        try {
            call.run();
            return null;
        } catch (StorageException e) {
            return e.problem();
        }
    }
}
