package cloudops.vectorstore.lucene.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import cloudops.vectorstore.Filter;
import cloudops.vectorstore.Point;
import cloudops.vectorstore.StoreMigration;
import cloudops.vectorstore.StoreMigration.Leftovers;
import cloudops.vectorstore.VectorStoreException;
import cloudops.vectorstore.spi.OpenStore;

/** A migration whose process is killed is resumed by running it again. */
class MigrationKilledTest {

    private static final int POINTS = 2_000;
    private static final String COLLECTION = "aws_estate";

    @TempDir
    Path folder;

    @Test
    void goesOnAfterBeingKilledAnywhere() throws Exception {
        long seed = 20261121;
        var random = new Random(seed);
        try (var from = open("from")) {
            from.ensureCollection(COLLECTION, 8);
            from.upsert(COLLECTION, IntStream.range(0, POINTS).mapToObj(MigrationKilledTest::point).toList());
            int trials = Boolean.getBoolean("cloudops.test.long") ? 300 : 6;
            for (int trial = 0; trial < trials; trial++) {
                int point = random.nextInt(POINTS);
                killAt(point, "to" + trial);
                try (var to = open("to" + trial)) {
                    new StoreMigration(from, to, Leftovers.REFUSE, (collection, done, total) -> { }).run();
                    assertThat(all(to)).as("seed %d, trial %d, killed at point %d", seed, trial, point).isEqualTo(all(from));
                }
            }
        }
    }

    private void killAt(int point, String target) throws IOException {
        var classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        var process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp", classPath,
                MigratingProcess.class.getName(), folder.resolve("from").toString(), folder.resolve(target).toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try (var told = process.inputReader()) {
            var line = told.readLine();
            while (line != null && Integer.parseInt(line) < point) {
                line = told.readLine();
            }
        } finally {
            process.destroyForcibly().onExit().join();
        }
    }

    private OpenStore open(String name) {
        return new LuceneStores().open("lucene:" + folder.resolve(name), folder);
    }

    private static Map<UUID, List<Object>> all(OpenStore store) throws VectorStoreException {
        var all = new HashMap<UUID, List<Object>>();
        store.scroll(COLLECTION, Filter.ALL, point -> all.put(point.id(),
                List.of(List.of(IntStream.range(0, point.vector().length).mapToObj(i -> point.vector()[i]).toArray()), point.payload(),
                        new String(point.blob()))));
        return all;
    }

    private static Point point(int number) {
        var random = new Random(number);
        var vector = new float[8];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = random.nextFloat();
        }
        return new Point(new UUID(1, number), vector, Map.of("number", List.of(String.valueOf(number))), ("blob " + number).getBytes());
    }
}
