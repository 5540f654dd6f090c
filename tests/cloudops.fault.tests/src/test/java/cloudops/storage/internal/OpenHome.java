package cloudops.storage.internal;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;

import cloudops.embedding.Embedder;
import cloudops.model.Environment;
import cloudops.vectorstore.VectorStoreException;
import cloudops.vectorstore.lucene.internal.LuceneStores;
import cloudops.vectorstore.spi.OpenStore;

/** A home with its real store and its real keys, as a process of the product has it open, without OSGi. */
record OpenHome(OpenStore store, HomeKey key, EncryptedEstate estate, EncryptedChats chats, StoreKeys keys) implements AutoCloseable {

    /** Cheap, so that tests are fast. */
    private static final Argon2 CHEAP = new Argon2(64, 1, 1);

    static OpenHome of(Path home) {
        return of(home, "correct horse");
    }

    static OpenHome of(Path home, String passphrase) {
        return of(new LuceneStores().open("lucene:", home), key(home, passphrase));
    }

    static OpenHome of(OpenStore store, HomeKey key) {
        return new OpenHome(store, key, new EncryptedEstate(store, OpenHome::vectors, key), new EncryptedChats(store, OpenHome::vectors, key),
                new StoreKeys(store, key));
    }

    static HomeKey key(Path home, String passphrase) {
        var key = new HomeKey(new Environment(home, home.resolve("config"), home.resolve("credentials"), Optional.empty(), false, false), null,
                CHEAP);
        key.passphraseSources = List.of((where, create) -> Optional.of(passphrase.toCharArray()));
        return key;
    }

    private static List<float[]> vectors(List<String> texts) {
        return texts.stream().map(text -> vector(text.hashCode())).toList();
    }

    static float[] vector(int seed) {
        var random = new Random(seed);
        var vector = new float[Embedder.DIMENSIONS];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = random.nextFloat() - 0.5f;
        }
        return vector;
    }

    @Override
    public void close() throws VectorStoreException {
        estate.close();
        chats.close();
        key.close();
        store.close();
    }
}
