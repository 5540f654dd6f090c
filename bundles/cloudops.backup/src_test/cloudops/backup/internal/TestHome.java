package cloudops.backup.internal;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;

import cloudops.aws.AwsClients;
import cloudops.model.Environment;
import cloudops.storage.StorageException;
import cloudops.storage.backup.BackupKeys;
import cloudops.vectorstore.Filter;
import cloudops.vectorstore.Point;
import cloudops.vectorstore.VectorStoreException;
import cloudops.vectorstore.lucene.internal.LuceneStores;
import cloudops.vectorstore.spi.OpenStore;

/** A home with a store of two collections on Lucene, whose records all say which state of the store they belong to. */
final class TestHome implements AutoCloseable {

    static final String ESTATE = "aws_estate", CHAT = "chat_history";
    static final String SECRET = "billing-db-hauptbuch";

    final Path home;
    final Environment environment;
    final TestKeys keys;
    final OpenStore store;

    TestHome(Path home) {
        this(home, false, null);
    }

    TestHome(Path home, boolean readOnly, URI endpoint) {
        this.home = home;
        environment = new Environment(home, home.resolve("aws-config"), home.resolve("aws-credentials"), Optional.ofNullable(endpoint), readOnly,
                false);
        keys = new TestKeys(home);
        store = openStore(home);
    }

    private static OpenStore openStore(Path home) {
        return new LuceneStores().open("lucene:", home);
    }

    static Clock at(Instant time) {
        return Clock.fixed(time, ZoneOffset.UTC);
    }

    HomeBackups backups() {
        return backups(Clock.systemUTC(), 16 << 20);
    }

    HomeBackups backups(Clock clock, int fileBytes) {
        return new HomeBackups(environment, store, keys, clients(), clock, fileBytes);
    }

    /** The product's own, which is nobody's API; without key pairs in a keychain. */
    AwsClients clients() {
        try {
            var pairs = Class.forName("cloudops.aws.internal.KeychainKeys");
            var keychain = pairs.getConstructors()[0].newInstance(environment, null);
            var pacing = Class.forName("cloudops.aws.internal.Pacing");
            return (AwsClients) Class.forName("cloudops.aws.internal.ProfileClients").getConstructor(Environment.class, pairs, pacing)
                    .newInstance(environment, keychain, pacing.getConstructor().newInstance());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    void profile(String name) throws IOException {
        Files.createDirectories(home);
        Files.writeString(environment.awsConfigFile(), "[profile " + name + "]\nregion = us-east-1\n");
        Files.writeString(environment.awsCredentialsFile(), "[" + name + "]\naws_access_key_id = AKIAEXAMPLE\naws_secret_access_key = none\n");
    }

    /** Makes {@code count} records in the estate and half as many in the chat, all of {@code state}; leaves others as they are. */
    void write(String state, int count) throws StorageException, VectorStoreException {
        write(ESTATE, state, count);
        write(CHAT, state, count / 2);
    }

    private void write(String collection, String state, int count) throws StorageException, VectorStoreException {
        store.ensureCollection(collection, BackupKeys.COLLECTIONS.get(collection));
        var random = new Random(count);
        var points = new ArrayList<Point>();
        for (int i = 0; i < count; i++) {
            points.add(keys.point(collection, i, vector(random), state + " " + SECRET));
        }
        keys.ofHome().mark(collection).ifPresent(points::add);
        store.upsert(collection, points);
    }

    /** Deletes all records. */
    void lose() throws VectorStoreException {
        for (var collection : List.of(ESTATE, CHAT)) {
            var ids = new ArrayList<UUID>();
            store.scroll(collection, Filter.ALL, point -> ids.add(point.id()));
            store.delete(collection, ids);
        }
    }

    static float[] vector(Random random) {
        var vector = new float[384];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = random.nextFloat() - 0.5f;
        }
        return vector;
    }

    /** Collection → text of its records → how many have it. */
    Map<String, Map<String, Integer>> contents() throws VectorStoreException, StorageException {
        var contents = new TreeMap<String, Map<String, Integer>>();
        for (var collection : List.of(ESTATE, CHAT)) {
            var texts = new TreeMap<String, Integer>();
            var points = new ArrayList<Point>();
            try (var snapshot = store.snapshot(List.of(collection))) {
                for (var there : snapshot.collections()) {
                    snapshot.each(there, points::add);
                }
            }
            for (var point : points) {
                if (!TestKeys.isMark(point)) {
                    texts.merge(keys.text(collection, point).split(" ")[0], 1, Integer::sum);
                }
            }
            contents.put(collection, texts);
        }
        return contents;
    }

    static Map<String, Map<String, Integer>> all(String state, int count) {
        return Map.of(ESTATE, Map.of(state, count), CHAT, Map.of(state, count / 2));
    }

    @Override
    public void close() throws VectorStoreException {
        store.close();
    }
}
