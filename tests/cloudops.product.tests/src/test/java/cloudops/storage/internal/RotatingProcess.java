package cloudops.storage.internal;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

import cloudops.embedding.Embedder;
import cloudops.model.AwsResource;
import cloudops.model.Environment;
import cloudops.storage.EstateStorage.Embedded;
import cloudops.storage.ResourceFilter;
import cloudops.vectorstore.lucene.internal.LuceneStores;

/**
 * A program that checks a home and then rotates its keys and writes to it until it is killed: {@code home acknowledged both|rotate|write|cut}. The second is a file
 * with lines {@code number round}: what an earlier one said was written. It says {@code whole}, then {@code ack number round}, {@code step}
 * and {@code rotated}. {@code cut} ends it after the first batch of a rotation.
 */
public final class RotatingProcess {

    static final int RESOURCES = 600;

    private RotatingProcess() {
    }

    public static void main(String[] args) throws Exception {
        var home = Path.of(args[0]);
        var environment = new Environment(home, home.resolve("config"), home.resolve("credentials"), Optional.empty(), false, false);
        var key = new HomeKey(environment, null, new Argon2(64, 1, 1));
        key.passphraseSources = List.of((where, create) -> Optional.of("correct horse".toCharArray()));
        var store = new LuceneStores().open("lucene:", home);
        var estate = new EncryptedEstate(store, texts -> {
            throw new AssertionError("nothing is embedded here");
        }, key);
        var rounds = check(estate, Path.of(args[1]));
        say("whole");
        var keys = new StoreKeys(store, key);
        if (args[2].equals("write")) {
            write(estate, rounds);
        } else if (args[2].equals("both")) {
            Thread.ofPlatform().daemon().start(() -> write(estate, rounds));
        }
        for (;;) {
            keys.rotate((done, total) -> {
                say("step");
                if (args[2].equals("cut")) {
                    Runtime.getRuntime().halt(0);
                }
            });
            if (!keys.status().records().keySet().equals(java.util.Set.of(keys.status().version()))) {
                throw new AssertionError("an old key was dropped that is still used: " + keys.status());
            }
            say("rotated");
        }
    }

    /** Ends the process unless all is there, whole and as new as was said. */
    private static Map<Integer, Integer> check(EncryptedEstate estate, Path acknowledged) throws Exception {
        var found = new HashMap<String, Integer>();
        estate.list(ResourceFilter.ALL, resource -> found.put(resource.identifier(), Integer.valueOf(resource.state())));
        var rounds = new HashMap<Integer, Integer>();
        for (var line : Files.readAllLines(acknowledged)) {
            var words = line.split(" ");
            rounds.put(Integer.valueOf(words[0]), Integer.valueOf(words[1]));
        }
        if (!estate.damaged().isEmpty() || !rounds.isEmpty() && found.size() != RESOURCES) {
            throw new AssertionError(found.size() + " found, damaged: " + estate.damaged());
        }
        rounds.forEach((number, round) -> {
            if (found.getOrDefault("db-" + number, -1) < round) {
                throw new AssertionError("db-" + number + " has " + found.get("db-" + number) + ", but " + round + " was acknowledged");
            }
        });
        return rounds;
    }

    private static void write(EncryptedEstate estate, Map<Integer, Integer> rounds) {
        try {
            if (rounds.isEmpty()) {
                var all = new ArrayList<Embedded>();
                for (int i = 0; i < RESOURCES; i++) {
                    all.add(embedded(i, 0));
                }
                estate.upsert(all);
                for (int i = 0; i < RESOURCES; i++) {
                    say("ack " + i + " 0");
                }
            }
            var random = new Random();
            for (int round = rounds.values().stream().mapToInt(Integer::intValue).max().orElse(0) + 1;; round++) {
                int number = random.nextInt(RESOURCES);
                var written = embedded(number, round);
                estate.upsert(List.of(written));
                if (!estate.get(written.resource().key()).map(AwsResource::state).equals(Optional.of(String.valueOf(round)))) {
                    throw new AssertionError("db-" + number + " is not what was just written");
                }
                say("ack " + number + " " + round);
            }
        } catch (Exception e) {
            e.printStackTrace();
            Runtime.getRuntime().halt(3);
        }
    }

    private static Embedded embedded(int number, int round) {
        var random = new Random(number);
        var vector = new float[Embedder.DIMENSIONS];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = random.nextFloat() - 0.5f;
        }
        var id = "db-" + number;
        return new Embedded(new AwsResource("rds_instance", id, "123456789012", "production", "us-west-2", "rds", "arn:aws:rds:" + id, id,
                String.valueOf(round), Map.of("n", id), Instant.parse("2026-01-01T10:30:00Z"), null, null, Map.of()), vector);
    }

    private static synchronized void say(String line) {
        System.out.println(line);
        System.out.flush();
    }
}
