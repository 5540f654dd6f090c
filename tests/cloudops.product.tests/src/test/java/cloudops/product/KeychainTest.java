package cloudops.product;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

import cloudops.product.Product.Run;

/** Homes whose key is in a real Secret Service, each command a process of its own. */
@Execution(ExecutionMode.CONCURRENT)
class KeychainTest {

    @TempDir
    Path folder;

    private SecretSession session;
    private Product product;

    @BeforeEach
    void start() throws Exception {
        product = new Product(folder);
        session = SecretSession.start(product.userHome, "");
        session.give(product);
    }

    @AfterEach
    void stop() throws Exception {
        session.close();
    }

    private Run make(String home) throws Exception {
        return product.run("--home", home(home), "exec", "--", "echo", "made");
    }

    private Run read(String home) throws Exception {
        return product.run("--home", home(home), "executions", "list", "--json");
    }

    private String home(String name) {
        return folder.resolve(name).toString();
    }

    private String entry(String home) throws Exception {
        try (var files = Files.list(folder.resolve(home).resolve("keys"))) {
            return files.map(file -> file.getFileName().toString()).filter(name -> name.endsWith(".secure")).findFirst().orElseThrow();
        }
    }

    private void assertRefused(String home, String why, String remedy) throws Exception {
        var keys = Files.readString(folder.resolve(home).resolve("keys/keyring.json"));
        var processes = new Process[] { product.start("--home", home(home), "executions", "list", "--json"),
            product.start("--home", home(home), "exec", "--", "echo", "made") };
        for (var process : processes) {
            var run = Product.await(process);
            assertThat(run.exit()).isEqualTo(1);
            assertThat(run.err()).startsWith("cloudops: ").contains(why).contains("\n  try: ").contains(remedy);
            assertThat(run.err().lines().count()).as(run.err()).isEqualTo(2);
        }
        assertThat(Files.readString(folder.resolve(home).resolve("keys/keyring.json"))).isEqualTo(keys);
    }

    @Test
    void homesOpenAgainAndLeaveEachOtherAlone() throws Exception {
        session.startKeyring();
        assertThat(make("one").exit()).isZero();
        assertThat(make("two").exit()).isZero();
        assertThat(Files.readString(folder.resolve("one/keys/keyring.json"))).contains("\"keychain\"");
        for (var home : new String[] { "one", "two", "one" }) {
            var run = read(home);
            assertThat(run.exit()).as(run.err()).isZero();
            assertThat(run.json()).hasSize(1);
        }
        assertThat(session.entry(entry("one"))).isNotEmpty().isNotEqualTo(session.entry(entry("two")));
    }

    @Test
    void aHomeMayHaveAnyName() throws Exception {
        session.startKeyring();
        for (var name : new String[] { "with space", "M\u00fcller", "50%20off+1" }) {
            assertThat(make(name).exit()).isZero();
            assertThat(folder.resolve(name).resolve("keys").resolve(entry(name))).isNotEmptyFile();
            assertThat(read(name).json()).hasSize(1);
        }
        var run = make("a#b");
        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.err()).contains("a # or ? in its path").contains("CLOUDOPS_PASSPHRASE");
        assertThat(folder.toFile().list()).doesNotContain("with%20space", "a");
    }

    @Test
    void aNewSessionWithTheSameKeyringOpensTheHome() throws Exception {
        session.startKeyring();
        assertThat(make("home").exit()).isZero();
        session.close();
        session = SecretSession.start(product.userHome, "");
        session.give(product);
        session.startKeyring();
        assertThat(read("home").json()).hasSize(1);
    }

    @Test
    void everyFailureOfTheKeychainIsAnErrorOfItsOwnAndNeverANewKey() throws Exception {
        session.startKeyring();
        assertThat(make("home").exit()).isZero();
        var entry = entry("home");

        session.lock();
        assertRefused("home", "is locked", "unlock it");
        session.close();

        session = SecretSession.start(product.userHome, "");
        session.give(product);
        assertRefused("home", "no Secret Service runs in this session", "gnome-keyring-daemon");
        session.startLockedKeyring();
        assertRefused("home", "is locked", "unlock it");
        session.close();

        session = SecretSession.start(product.userHome, "<deny send_destination=\"org.freedesktop.secrets\"/>");
        session.give(product);
        session.startKeyring();
        assertRefused("home", "refused", "allow it");
        session.close();

        session = SecretSession.start(product.userHome, "");
        session.give(product);
        session.startKeyring();
        assertThat(read("home").exit()).isZero();
        session.changeEntry(entry);
        assertRefused("home", "was changed", "from a backup");
        session.removeEntry(entry);
        assertRefused("home", "is not there any more", "from a backup");
        var file = folder.resolve("home/keys").resolve(entry);
        var kept = Files.move(file, folder.resolve("kept"));
        assertRefused("home", "its file " + file + " is gone", "put the file back");
        Files.writeString(file, "nothing that is a key");
        assertRefused("home", "holds no key", "put the file back");
        Files.move(kept, file, StandardCopyOption.REPLACE_EXISTING);

        product.with("DBUS_SESSION_BUS_ADDRESS", null).with("XDG_RUNTIME_DIR", null);
        assertRefused("home", "no D-Bus", "desktop session");
        product.with("CLOUDOPS_PASSPHRASE", "x");
        assertRefused("home", "no D-Bus", "desktop session");
    }

    @Test
    void keysMoveBetweenKeychainAndPassphrases() throws Exception {
        session.startKeyring();
        assertThat(make("home").exit()).isZero();
        var first = entry("home");
        assertThat(product.run("--home", home("home"), "--read-only", "keys", "protect", "--with", "passphrase").exit()).isEqualTo(4);
        var none = product.run("--home", home("home"), "keys", "protect", "--with", "passphrase");
        assertThat(none.exit()).isEqualTo(2);
        assertThat(none.err()).contains("there is no new passphrase").contains("CLOUDOPS_NEW_PASSPHRASE");

        product.with("CLOUDOPS_NEW_PASSPHRASE", "correct horse");
        assertThat(product.run("--home", home("home"), "keys", "protect", "--with", "passphrase").exit()).isZero();
        assertThat(read("home").err()).contains("opens with a passphrase");
        session.lock();
        product.with("CLOUDOPS_PASSPHRASE", "correct horse");
        assertThat(read("home").json()).hasSize(1);

        var locked = product.run("--home", home("home"), "keys", "protect", "--with", "keychain");
        assertThat(locked.exit()).isEqualTo(1);
        assertThat(locked.err()).contains("cannot take the key of the home").contains("is locked").contains("\n  try: ").contains("unlock it");
        assertThat(read("home").json()).hasSize(1);
        session.close();
        session = SecretSession.start(product.userHome, "");
        session.give(product);
        session.startKeyring();
        assertThat(product.run("--home", home("home"), "keys", "protect", "--with", "keychain", "--json").json().path("method").asText())
                .isEqualTo("keychain");
        product.with("CLOUDOPS_PASSPHRASE", null);
        assertThat(read("home").json()).hasSize(1);
        assertThat(session.entry(first)).as("what backups made until then need").isNotEmpty();
        assertThat(product.run("--home", home("home"), "keys", "destroy", "--yes").exit()).isZero();
        assertThat(session.entry(first)).isEmpty();
        try (var files = Files.list(folder.resolve("home/keys"))) {
            assertThat(files.map(file -> file.getFileName().toString())).containsExactly("lock");
        }
    }

    @Test
    void destroyedKeysAreGoneFromTheKeyringToo() throws Exception {
        session.startKeyring();
        assertThat(make("home").exit()).isZero();
        assertThat(make("other").exit()).isZero();
        var entry = entry("home");

        session.lock();
        var locked = product.run("--home", home("home"), "keys", "destroy", "--yes");
        assertThat(locked.exit()).isEqualTo(1);
        assertThat(locked.err()).contains("is locked");
        session.close();
        session = SecretSession.start(product.userHome, "");
        session.give(product);
        session.startKeyring();
        assertThat(read("home").exit()).isZero();

        var destroyed = product.run("--home", home("home"), "keys", "destroy", "--yes");
        assertThat(destroyed.exit()).as(destroyed.err()).isZero();
        assertThat(session.entry(entry)).isEmpty();
        assertThat(read("home").exit()).isEqualTo(1);
        assertThat(make("home").err()).contains("is gone");
        assertThat(read("other").json()).hasSize(1);
    }

    @Test
    void withoutAKeychainANewHomeTakesThePassphrase() throws Exception {
        session.startLockedKeyring();
        var none = make("home");
        assertThat(none.exit()).isEqualTo(1);
        assertThat(none.err()).contains("no keychain and no passphrase").contains("CLOUDOPS_PASSPHRASE");
        product.with("CLOUDOPS_PASSPHRASE", "correct horse");
        assertThat(make("home").exit()).isZero();
        // the keychain comes back, and is not asked
        session.startKeyring();
        assertThat(read("home").json()).hasSize(1);
        product.with("CLOUDOPS_PASSPHRASE", null);
        assertThat(read("home").err()).contains("opens with a passphrase");
    }
}
