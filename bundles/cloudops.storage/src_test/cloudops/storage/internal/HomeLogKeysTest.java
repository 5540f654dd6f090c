package cloudops.storage.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import javax.crypto.SecretKey;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import cloudops.storage.StorageException;
import cloudops.vectorstore.Point;

class HomeLogKeysTest {

    @TempDir
    Path home;

    private HomeLogKeys keys(String passphrase) {
        return new HomeLogKeys(Estate.homeKey(home, passphrase), () -> false);
    }

    @Test
    void areTheSameForEveryProcessOfAHomeAndDifferFromAllOthers() throws Exception {
        var keys = keys("correct horse");
        var again = keys("correct horse");
        assertThat(again.logs()).isEqualTo(keys.logs());
        assertThat(again.history()).isEqualTo(keys.history());

        var estate = Estate.homeKey(home, "correct horse").keys(() -> false);
        assertThat(List.of(encoded(keys.logs()), encoded(keys.history()), encoded(estate.records().get(estate.version())), encoded(estate.ids()),
                encoded(estate.tags()), encoded(estate.content()))).doesNotHaveDuplicates();
        assertThat(keys.logs().getAlgorithm()).isEqualTo("AES");
        assertThat(keys.logs().getEncoded()).hasSize(32);
        var elsewhere = new HomeLogKeys(Estate.homeKey(home.resolve("other"), "correct horse"), () -> false);
        assertThat(elsewhere.history()).isNotEqualTo(keys.history());
    }

    private static List<Byte> encoded(SecretKey key) {
        var bytes = new ArrayList<Byte>();
        for (byte one : key.getEncoded()) {
            bytes.add(one);
        }
        return bytes;
    }

    @Test
    void areAskedForAtFirstUseAndOnce() throws Exception {
        var asked = new AtomicInteger();
        var homeKey = Estate.homeKey(home, "x");
        homeKey.passphraseSources = List.of(Estate.passphrase("x", asked));
        var keys = new HomeLogKeys(homeKey, () -> false);
        assertThat(asked).hasValue(0);
        keys.history();
        keys.logs();
        assertThat(asked).hasValue(1);
    }

    @Test
    void sayWhatIsWrongAndWhatToDo() throws Exception {
        assertThatThrownBy(() -> keys(null).logs()).isInstanceOf(IOException.class).hasMessageContaining("no keychain and no passphrase")
                .hasMessageContaining("; try: set CLOUDOPS_PASSPHRASE").hasCauseInstanceOf(StorageException.class);
        keys("right").history();
        assertThatThrownBy(() -> keys("wrong").history()).isInstanceOf(IOException.class).hasMessageContaining("; try: use the right one");
    }

    @Test
    void areNotMadeAnewForAHomeThatHasRecordsOrAHistory() throws Exception {
        assertThatThrownBy(() -> new HomeLogKeys(Estate.homeKey(home, "x"), () -> true).logs()).isInstanceOf(IOException.class)
                .hasMessageContaining("its key file").hasMessageContaining("is gone");
        Files.createDirectories(home.resolve("executions"));
        Files.writeString(home.resolve("executions/history.log"), "cloudops-history/1 …");
        assertThatThrownBy(() -> keys("x").history()).isInstanceOf(IOException.class).hasMessageContaining("is gone");
    }

    @Test
    void aStoreIsLookedAtWhateverItHolds() throws Exception {
        var store = new InMemoryVectorStore();
        assertThat(Records.any(store)).isFalse();
        store.points.put(Records.GENERATION, new Point(Records.GENERATION, null, Map.of(), new byte[1]));
        assertThat(Records.any(store)).isTrue();
    }
}
