package cloudops.storage.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import cloudops.model.Environment;
import cloudops.storage.StorageException;
import cloudops.storage.StorageException.Problem;

class HomeKeyTest {

    @TempDir
    Path temp;

    private final FakeKeychain keychain = new FakeKeychain();

    private Path home() {
        return temp.resolve("home");
    }

    private Path keyring() {
        return home().resolve("keys/keyring.json");
    }

    private static EstateKeys open(HomeKey key) throws StorageException {
        return key.keys(() -> false);
    }

    private HomeKey withKeychain(String passphrase) {
        var environment = Estate.home(home());
        var key = new HomeKey(new Environment(home(), environment.awsConfigFile(), environment.awsCredentialsFile(), Optional.empty(),
                false, true), keychain, Estate.CHEAP);
        key.passphraseSources = List.of(Estate.passphrase(passphrase, new AtomicInteger()));
        return key;
    }

    @Test
    void aHomeMadeWithAPassphraseOpensWithIt() throws Exception {
        var made = open(Estate.homeKey(home(), "correct horse"));
        assertThat(open(Estate.homeKey(home(), "correct horse"))).isEqualTo(made);
        var other = open(Estate.homeKey(temp.resolve("other"), "correct horse"));
        assertThat(other).isNotEqualTo(made);
    }

    @Test
    void theKeyFileIsForItsOwnerAndHoldsNoSecret() throws Exception {
        open(Estate.homeKey(home(), "correct horse"));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(keyring()))).isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home()))).isEqualTo("rwx------");
        assertThat(Files.readString(keyring())).contains("\"passphrase\"", "\"memory_kib\"").doesNotContain("horse");
        try (var files = Files.list(keyring().getParent())) {
            assertThat(files).containsExactly(keyring());
        }
    }

    @Test
    void aWrongPassphraseIsAWrongKey() throws Exception {
        open(Estate.homeKey(home(), "correct horse"));
        var before = Files.readString(keyring());
        assertProblem(Problem.WRONG_KEY, () -> open(Estate.homeKey(home(), "battery staple")));
        assertThat(Files.readString(keyring())).isEqualTo(before);
    }

    @Test
    void aPassphraseThatWasMistypedMayBeTypedAgain() throws Exception {
        var made = open(Estate.homeKey(home(), "right"));
        var key = Estate.homeKey(home(), "wrong");
        assertProblem(Problem.WRONG_KEY, () -> open(key));
        key.passphraseSources = List.of(Estate.passphrase("right", new AtomicInteger()));
        assertThat(open(key)).isEqualTo(made);
    }

    @Test
    void noPassphraseIsAnErrorThatSaysWhatToDo() throws Exception {
        assertThatThrownBy(() -> open(Estate.homeKey(home(), null))).isInstanceOf(StorageException.class)
                .hasMessageContaining("no keychain and no passphrase")
                .extracting(e -> ((StorageException) e).remedy()).asString().contains("CLOUDOPS_PASSPHRASE");
        assertThat(keyring()).doesNotExist();
        open(Estate.homeKey(home(), "x"));
        assertProblem(Problem.NO_KEY, () -> open(Estate.homeKey(home(), null)));
        assertProblem(Problem.NO_KEY, () -> open(Estate.homeKey(home(), "")));
    }

    @Test
    void aPassphraseIsAskedForOnceAndTheFirstSourceThatHasOneWins() throws Exception {
        var asked = new AtomicInteger();
        var notAsked = new AtomicInteger();
        var key = new HomeKey(Estate.home(home()), null, Estate.CHEAP);
        key.passphraseSources = List.of(Estate.passphrase("low", notAsked), Estate.passphrase("high", asked),
                Estate.passphrase(null, new AtomicInteger()));
        open(key);
        open(key);
        assertThat(asked).hasValue(1);
        assertThat(notAsked).hasValue(0);
        open(Estate.homeKey(home(), "high"));
    }

    @Test
    void noNewKeyForAStoreThatHasRecords() throws Exception {
        open(Estate.homeKey(home(), "x"));
        Files.delete(keyring());
        assertThatThrownBy(() -> Estate.homeKey(home(), "x").keys(() -> true)).isInstanceOf(StorageException.class)
                .hasMessageContaining(keyring().toString()).hasMessageContaining("is gone");
        assertThat(keyring()).doesNotExist();
    }

    @Test
    void aDamagedKeyFileIsSaidSo() throws Exception {
        open(Estate.homeKey(home(), "x"));
        var whole = Files.readString(keyring());
        for (var broken : List.of("", "{", "{}", whole.substring(0, whole.length() / 2), whole.replace("passphrase", "rot13"),
                whole.replace("\"version\" : 3", "\"version\" : 4"), whole.replace("\"memory_kib\" : 64", "\"memory_kib\" : 2000000000"))) {
            Files.writeString(keyring(), broken);
            assertProblem(Problem.CORRUPT, () -> open(Estate.homeKey(home(), "x")));
            assertThat(Files.readString(keyring())).isEqualTo(broken);
        }
        Files.writeString(keyring(), whole.replace("\"passes\" : 1", "\"passes\" : 2"));
        assertProblem(Problem.WRONG_KEY, () -> open(Estate.homeKey(home(), "x")));
    }

    @Test
    void twoProcessesThatMakeTheSameHomeEndWithTheSameKey() throws Exception {
        for (int round = 0; round < 20; round++) {
            var home = temp.resolve("race" + round);
            var start = new CountDownLatch(1);
            try (var threads = Executors.newFixedThreadPool(4)) {
                var opened = new ArrayList<Future<EstateKeys>>();
                for (int i = 0; i < 4; i++) {
                    var key = Estate.homeKey(home, "the same");
                    opened.add(threads.submit(() -> {
                        start.await();
                        return open(key);
                    }));
                }
                start.countDown();
                var first = opened.getFirst().get();
                for (var other : opened) {
                    assertThat(other.get()).isEqualTo(first);
                }
            }
            try (var files = Files.list(home.resolve("keys"))) {
                assertThat(files).hasSize(1);
            }
        }
    }

    @Test
    void aKeychainIsPreferredAndNeedsNoPassphrase() throws Exception {
        var made = open(withKeychain(null));
        assertThat(open(withKeychain(null))).isEqualTo(made);
        assertThat(Files.readString(keyring())).contains("\"keychain\"").doesNotContain("argon2");
        assertThat(keychain.entries).hasSize(1);
    }

    @Test
    void aNewHomeWithoutAKeychainFallsBackToThePassphrase() throws Exception {
        keychain.problem = "no Secret Service";
        var made = open(withKeychain("x"));
        assertThat(open(Estate.homeKey(home(), "x"))).isEqualTo(made);
        assertThatThrownBy(() -> {
            keychain.problem = "no Secret Service";
            Files.delete(keyring());
            open(withKeychain(null));
        }).hasMessageContaining("no keychain and no passphrase: no Secret Service");
    }

    @Test
    void aHomeMadeWithTheKeychainNeverFallsBack() throws Exception {
        open(withKeychain(null));
        keychain.problem = "locked";
        assertThatThrownBy(() -> open(withKeychain("x"))).isInstanceOf(StorageException.class).hasMessageContaining("locked")
                .extracting(e -> ((StorageException) e).problem()).isEqualTo(Problem.NO_KEY);
        keychain.problem = null;
        keychain.entries.replaceAll((entry, key) -> new byte[32]);
        assertProblem(Problem.WRONG_KEY, () -> open(withKeychain("x")));
        keychain.entries.clear();
        assertProblem(Problem.NO_KEY, () -> open(withKeychain("x")));
    }

    @Test
    void aKeychainThatHangsOrCrashesIsNone() throws Exception {
        keychain.hangs = true;
        long started = System.nanoTime();
        open(withKeychain("x"));
        assertThat(System.nanoTime() - started).isLessThan(60_000_000_000L);
        keychain.hangs = false;
        keychain.crash = new UnsatisfiedLinkError("libsecret-1.so");
        Files.delete(keyring());
        open(withKeychain("x"));
        assertThat(Files.readString(keyring())).contains("argon2");
    }

    @Test
    void theRealKeychainFailsFastWhereThereIsNoSession() throws Exception {
        Files.createDirectories(home());
        assertThatThrownBy(() -> new EquinoxKeychain(Map.of()).store(home(), new byte[32])).isInstanceOf(IOException.class)
                .hasMessageContaining("D-Bus");
    }

    /** The argon2id test vector of RFC 9106 §5.3 needs secret and associated data, which we do not use; this one is from phc-winner-argon2. */
    @Test
    void theKeyIsArgon2id() {
        var key = new Argon2(65536, 2, 1).key("password".toCharArray(), "somesalt".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        assertThat(java.util.HexFormat.of().formatHex(key.getEncoded()))
                .isEqualTo("09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7");
    }

    private static void assertProblem(Problem problem, Callable<?> call) {
        assertThatThrownBy(call::call).isInstanceOf(StorageException.class).extracting(e -> ((StorageException) e).problem())
                .isEqualTo(problem);
    }
}
