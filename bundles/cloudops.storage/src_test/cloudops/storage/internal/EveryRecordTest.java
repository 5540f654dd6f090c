package cloudops.storage.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import cloudops.storage.ChatStorage.Role;
import cloudops.storage.EstateStorage.DamagedRecord;
import cloudops.storage.StorageException;
import cloudops.storage.StoreVerification.Verified;
import cloudops.vectorstore.Point;
import cloudops.vectorstore.VectorStore;
import cloudops.vectorstore.VectorStoreException;
import cloudops.vectorstore.VectorStoreException.Problem;

class EveryRecordTest {

    @TempDir
    Path home;

    private final InMemoryVectorStore store = new InMemoryVectorStore();

    private List<Verified> verify() throws StorageException {
        return new EveryRecord(store, Estate.homeKey(home, "passphrase")).verify();
    }

    private void fill() throws StorageException {
        var key = Estate.homeKey(home, "passphrase");
        new EncryptedEstate(store, new WordVectors(), key).upsert(Estate.embedded(Estate.rds("a"), Estate.rds("b"), Estate.rds("c"), Estate.rds("d"), Estate.rds("e")));
        var chats = new EncryptedChats(store, new WordVectors(), key);
        for (int i = 0; i < 3; i++) {
            chats.append(new UUID(1, 1), Role.USER, "Stop the database " + i, List.of());
        }
    }

    @Test
    void countsWhatIsWhole() throws Exception {
        assertThat(verify()).isEmpty();
        assertThat(home).as("no key for nothing").isEmptyDirectory();
        fill();

        assertThat(verify()).extracting(Verified::collection, Verified::whole, Verified::intact)
                .containsExactly(tuple("aws_estate", 5L, true), tuple("chat_history", 3L, true));
    }

    @Test
    void namesWhatIsNotInEitherCollection() throws Exception {
        fill();
        var record = damage("aws_estate");
        var message = damage("chat_history");

        var verified = verify();

        assertThat(verified).extracting(Verified::whole).containsExactly(4L, 2L);
        assertThat(verified.get(0).damaged()).extracting(DamagedRecord::id).containsExactly(record.toString());
        assertThat(verified.get(1).damaged()).extracting(DamagedRecord::id).containsExactly(message.toString());
        assertThat(verified).noneMatch(Verified::intact);
        assertThat(verify()).as("nothing is remembered").isEqualTo(verified);
    }

    @Test
    void aRecordOfOneCollectionIsNoneOfTheOther() throws Exception {
        fill();
        var moved = store.points("chat_history").values().iterator().next();
        store.points("aws_estate").put(moved.id(), moved);

        assertThat(verify().getFirst().damaged()).extracting(DamagedRecord::id).containsExactly(moved.id().toString());
    }

    @Test
    void aCollectionThatIsBeyondReadingDoesNotHideTheOther() throws Exception {
        fill();
        var half = (VectorStore) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] { VectorStore.class }, (proxy, method, arguments) -> {
            var result = method.invoke(store, arguments);
            if (method.getName().equals("scroll") && arguments[0].equals("aws_estate")) {
                throw new VectorStoreException(Problem.CORRUPT, "a file is cut", null);
            }
            return result;
        });

        var verified = new EveryRecord(half, Estate.homeKey(home, "passphrase")).verify();

        assertThat(verified.get(0).failure()).isEqualTo("a file is cut");
        assertThat(verified.get(0).intact()).isFalse();
        assertThat(verified.get(1).intact()).isTrue();
    }

    @Test
    void aWrongPassphraseIsNoDamage() throws Exception {
        fill();

        assertThatThrownBy(() -> new EveryRecord(store, Estate.homeKey(home, "another")).verify()).isInstanceOf(StorageException.class);
    }

    private UUID damage(String collection) {
        var points = store.points(collection);
        var whole = points.values().stream().filter(point -> !point.id().equals(Records.GENERATION)).findFirst().orElseThrow();
        var blob = whole.blob().clone();
        blob[blob.length / 2] ^= 1;
        points.put(whole.id(), new Point(whole.id(), whole.vector(), Map.copyOf(whole.payload()), blob));
        return whole.id();
    }
}
