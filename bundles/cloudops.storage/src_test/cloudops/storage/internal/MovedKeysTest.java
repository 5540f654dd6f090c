package cloudops.storage.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import cloudops.model.AwsResource;
import cloudops.model.Environment;
import cloudops.storage.HomeKeys.Progress;
import cloudops.storage.ResourceFilter;
import cloudops.storage.StorageException;
import cloudops.storage.StorageException.Problem;

/** Keys that are opened in another way than before; each {@link HomeKey} is a process. */
class MovedKeysTest {

    private static final Progress QUIET = (done, total) -> {
    };

    @TempDir
    Path home;

    private final FakeKeychain keychain = new FakeKeychain();

    private final InMemoryVectorStore store = new InMemoryVectorStore();

    private final AtomicInteger asked = new AtomicInteger();

    private EncryptedEstate running;

    @BeforeEach
    void aProcessIsRunning() throws Exception {
        keychain.problem = "not yet";
        running = estate(process("first"));
        running.upsert(List.of(Estate.withVector(Estate.rds("one"))));
        keychain.problem = null;
        asked.set(0);
    }

    private HomeKey process(String passphrase) {
        var key = new HomeKey(new Environment(home, home.resolve("config"), home.resolve("credentials"), Optional.empty(), false, true), keychain,
                Estate.CHEAP);
        key.passphraseSources = List.of(Estate.passphrase(passphrase, asked));
        return key;
    }

    private StoreKeys keys(String passphrase) {
        return new StoreKeys(store, process(passphrase));
    }

    private EncryptedEstate estate(HomeKey key) {
        return new EncryptedEstate(store, new WordVectors(), key);
    }

    private List<String> names(EncryptedEstate estate) throws StorageException {
        var names = new ArrayList<String>();
        estate.list(ResourceFilter.ALL, (AwsResource resource) -> names.add(resource.name()));
        assertThat(estate.damaged()).isEmpty();
        return names;
    }

    private String keyFile() throws IOException {
        return Files.readString(home.resolve("keys/keyring.json"));
    }

    @Test
    void anotherPassphraseOpensTheSameKeys() throws Exception {
        var before = process("first").keys(() -> true);
        keys("first").moveToPassphrase("second".toCharArray());
        assertThat(process("second").keys(() -> true)).isEqualTo(before);
        assertProblem(Problem.WRONG_KEY, () -> process("first").keys(() -> true));
        assertThat(names(estate(process("second")))).containsExactly("one");
    }

    @Test
    void toTheKeychainAndBack() throws Exception {
        keys("first").moveToKeychain();
        asked.set(0);
        assertThat(names(estate(process(null)))).containsExactly("one");
        assertThat(keys(null).status().method()).isEqualTo("keychain");
        assertThat(asked).hasValue(0);

        keychain.problem = "locked";
        assertProblem(Problem.NO_KEY, () -> process("first").keys(() -> true));
        keychain.problem = null;

        keys(null).moveToPassphrase("third".toCharArray());
        keychain.problem = "locked";
        assertThat(names(estate(process("third")))).containsExactly("one");
        assertThat(keys(null).status().method()).isEqualTo("passphrase");
    }

    @Test
    void copiesOfTheKeyFileMadeBeforeStillOpenUntilAllIsDestroyed() throws Exception {
        keys("first").moveToKeychain();
        var copy = keyFile();
        keys(null).moveToKeychain();
        assertThat(keychain.entries).hasSize(2);
        var present = keyFile();
        Files.writeString(home.resolve("keys/keyring.json"), copy);
        assertThat(names(estate(process(null)))).containsExactly("one");
        Files.writeString(home.resolve("keys/keyring.json"), present);
        keys(null).destroy();
        assertThat(keychain.entries).isEmpty();
    }

    @Test
    void aRunningProcessGoesOnWithoutAskingAnybody() throws Exception {
        keys("first").moveToPassphrase("second".toCharArray());
        asked.set(0);
        running.upsert(List.of(Estate.withVector(Estate.rds("two"))));
        assertThat(names(running)).containsExactlyInAnyOrder("one", "two");
        assertThat(asked).hasValue(0);
        assertThat(names(estate(process("second")))).containsExactlyInAnyOrder("one", "two");
    }

    @Test
    void aRunningProcessThatMeetsNewKeysBesidesOpensThemAsTheyAreOpenedNow() throws Exception {
        keys("first").moveToKeychain();
        keys(null).rotate(QUIET);
        asked.set(0);
        running.upsert(List.of(Estate.withVector(Estate.rds("two"))));
        assertThat(names(running)).containsExactlyInAnyOrder("one", "two");
        assertThat(keys(null).status().records()).containsOnlyKeys(2);
        assertThat(asked).hasValue(0);

        keys(null).moveToPassphrase("second".toCharArray());
        keys("second").rotate(QUIET);
        assertProblem(Problem.WRONG_KEY, () -> running.upsert(List.of(Estate.withVector(Estate.rds("three")))));
        assertThat(names(estate(process("second")))).containsExactlyInAnyOrder("one", "two");
    }

    @Test
    void aRotationGoesOnWhenTheKeysAreMovedMeanwhile() throws Exception {
        var moved = new ArrayList<String>();
        var rotation = keys("first").rotate((done, total) -> {
            if (moved.isEmpty()) {
                moved.add("keychain");
                try {
                    keys("first").moveToKeychain();
                } catch (StorageException e) {
                    throw new AssertionError(e);
                }
            }
        });
        assertThat(moved).hasSize(1);
        assertThat(rotation.version()).isEqualTo(2);
        var status = keys(null).status();
        assertThat(status.method()).isEqualTo("keychain");
        assertThat(status.versions()).containsExactly(2);
        assertThat(names(estate(process(null)))).containsExactly("one");
    }

    @Test
    void whatCannotBeMovedStaysAsItIs() throws Exception {
        var before = keyFile();
        keychain.problem = "no Secret Service";
        assertThatThrownBy(() -> keys("first").moveToKeychain()).isInstanceOf(StorageException.class)
                .hasMessageContaining("cannot take the key").hasMessageContaining("no Secret Service");
        keychain.problem = null;
        assertProblem(Problem.NO_KEY, () -> keys("first").moveToPassphrase(new char[0]));
        assertProblem(Problem.WRONG_KEY, () -> keys("wrong").moveToPassphrase("second".toCharArray()));
        assertProblem(Problem.WRONG_KEY, () -> keys("wrong").moveToKeychain());
        assertThat(keychain.entries).isEmpty();
        assertThat(keyFile()).isEqualTo(before);
        assertThat(names(running)).containsExactly("one");
    }

    @Test
    void aMoveThatFailsOnceTheKeyFileIsThereKeepsWhatOpensIt() throws Exception {
        var draft = Files.createDirectories(home.resolve("keys/keyring-left.tmp/not-empty"));
        assertThatThrownBy(() -> keys("first").moveToKeychain()).isInstanceOf(StorageException.class).hasMessageContaining("was replaced");
        assertThat(keys(null).status().method()).isEqualTo("keychain");
        assertThat(keychain.entries).hasSize(1);
        assertThat(names(estate(process(null)))).containsExactly("one");
        assertThat(names(running)).containsExactly("one");

        Files.delete(draft);
        Files.delete(draft.getParent());
        keys(null).moveToPassphrase("second".toCharArray());
        assertThat(names(estate(process("second")))).containsExactly("one");
    }

    @Test
    void aMoveThatFailsBeforeLeavesNothingInTheKeychain() throws Exception {
        var before = keyFile();
        var keys = keys("first");
        keychain.stored = () -> Files.writeString(home.resolve("keys/keyring.json"), "{");
        assertProblem(Problem.CORRUPT, keys::moveToKeychain);
        assertThat(keychain.entries).as("nobody can tell whether it is needed").hasSize(1);

        Files.writeString(home.resolve("keys/keyring.json"), before);
        keychain.entries.clear();
        keychain.stored = () -> Files.delete(home.resolve("keys/keyring.json"));
        assertProblem(Problem.NO_KEY, keys::moveToKeychain);
        assertThat(keychain.entries).isEmpty();
    }

    @Test
    void aHomeWithoutKeysGetsNone() throws Exception {
        Files.delete(home.resolve("keys/keyring.json"));
        assertProblem(Problem.NO_KEY, () -> keys("first").moveToKeychain());
        assertProblem(Problem.NO_KEY, () -> keys("first").moveToPassphrase("second".toCharArray()));
        assertThat(home.resolve("keys/keyring.json")).doesNotExist();
        assertThat(keychain.entries).isEmpty();
    }

    private interface Call {
        void run() throws Exception;
    }

    private static void assertProblem(Problem problem, Call call) {
        assertThatThrownBy(call::run).isInstanceOf(StorageException.class).extracting(e -> ((StorageException) e).problem()).isEqualTo(problem);
    }
}
