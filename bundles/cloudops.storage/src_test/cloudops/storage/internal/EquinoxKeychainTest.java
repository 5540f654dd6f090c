package cloudops.storage.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is around Equinox secure storage, which itself takes an OSGi framework and a Secret Service. */
class EquinoxKeychainTest {

    private static final byte[] SECRET = { 1, 2, 3, 4 };

    @TempDir
    Path folder;

    private final List<String> forgotten = new ArrayList<>();

    /** How many bytes reach the file. */
    private int written = SECRET.length;

    private boolean lost;

    private final Keychain keychain = new EquinoxKeychain(() -> new EquinoxKeychain.SecureFiles() {
        @Override
        public void write(Path file, byte[] secret) throws IOException {
            if (!lost) {
                Files.write(file, Arrays.copyOf(secret, written));
            }
        }

        @Override
        public byte[] read(Path file) throws IOException {
            return Files.readAllBytes(file);
        }

        @Override
        public void forget(Path file) {
            forgotten.add(file.getFileName().toString());
        }
    });

    @Test
    void anEntryIsWhatWasStored() throws Exception {
        var entry = keychain.store(folder, SECRET);
        assertThat(keychain.read(folder, entry)).isEqualTo(SECRET);
        assertThat(keychain.entries(folder)).containsExactly(entry);
        keychain.remove(folder, entry);
        assertThat(forgotten).containsExactly(entry + ".secure");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void noEntryIsGivenOutThatDoesNotReadAsItWasWritten() {
        written = 3;
        assertThatThrownBy(() -> keychain.store(folder, SECRET)).isInstanceOf(IOException.class).hasMessageContaining("reads otherwise");
        assertThat(folder).isEmptyDirectory();
        assertThat(forgotten).hasSize(1);
    }

    @Test
    void noEntryIsGivenOutThatIsNotOnTheDisk() {
        lost = true;
        assertThatThrownBy(() -> keychain.store(folder, SECRET)).isInstanceOf(IOException.class);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void withoutTheOptionalPartsThereIsNoKeychain() {
        var bare = new EquinoxKeychain(() -> {
            throw new NoClassDefFoundError("ISecurePreferences");
        });
        assertThatThrownBy(() -> bare.store(folder, SECRET)).isInstanceOf(IOException.class).hasMessageContaining("not installed");
    }

    @Test
    void passwordsAreWipedWhenItIsStopped() {
        var given = GivenPasswords.give("master password".toCharArray());
        assertThat(given.getPassword()).isEqualTo("master password".toCharArray());
        new EquinoxKeychain(() -> null).close();
        assertThatThrownBy(given::getPassword).isInstanceOf(IllegalStateException.class);
    }
}
