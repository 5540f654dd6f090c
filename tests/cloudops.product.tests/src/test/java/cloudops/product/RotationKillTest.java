package cloudops.product;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Rotations of keys with the product's own bundles, killed with SIGKILL while records are written, and continued by the product. Many more kills,
 * at chosen moments, are in cloudops.fault.tests.
 */
class RotationKillTest {

    private static final long SEED = 20260404;

    @TempDir
    Path folder;

    @Test
    void nothingIsLostWhenARotationIsKilled() throws Exception {
        int trials = Boolean.getBoolean("cloudops.test.long") ? 60 : 3;
        var random = new Random(SEED);
        var acknowledged = new TreeMap<Integer, Integer>();
        int rotations = 0;
        int steps = 0;
        for (int trial = 0; trial < trials; trial++) {
            var process = start(acknowledged);
            try (var lines = new BufferedReader(new InputStreamReader(process.getInputStream()))) {
                assertThat(lines.readLine()).as("trial %d: %s", trial, errors()).isEqualTo("whole");
                // seeded: after so many things the process said, and a moment that falls anywhere into the next
                int after = (acknowledged.isEmpty() ? 600 : 0) + 1 + random.nextInt(12);
                String line;
                for (int said = 0; (line = lines.readLine()) != null; said++) {
                    var words = line.split(" ");
                    switch (words[0]) {
                        case "ack" -> acknowledged.merge(Integer.valueOf(words[1]), Integer.valueOf(words[2]), Math::max);
                        case "step" -> steps++;
                        case "rotated" -> rotations++;
                        default -> throw new AssertionError(line);
                    }
                    if (said == after) {
                        LockSupport.parkNanos(random.nextInt(30_000_000));
                        // the process itself would also close what it said last
                        process.toHandle().destroyForcibly();
                    }
                }
            }
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).as(errors()).isEqualTo(128 + 9);
        }
        System.out.printf("Rotation: %d kills, %d batches, %d rotations done, %d writes acknowledged, none lost%n", trials, steps, rotations,
                acknowledged.values().stream().mapToInt(Integer::intValue).max().orElse(0));
        var product = new Product(folder.resolve("product")).with("CLOUDOPS_HOME", folder.resolve("home").toString())
                .with("CLOUDOPS_PASSPHRASE", "correct horse");
        var rotated = product.run("keys", "rotate", "--json");
        assertThat(rotated.exit()).as(rotated.err()).isZero();
        assertThat(rotated.json().path("damaged").asInt(-1)).isZero();
        var status = product.run("keys", "status", "--json").json();
        assertThat(status.path("rotating").asBoolean(true)).isFalse();
        assertThat(status.path("records").path(status.path("version").asText()).asInt()).isEqualTo(600);
        assertThat(product.run("resources", "list", "--json").json()).hasSize(600);
    }

    @Test
    void othersReadAndWriteOnWhileAProcessRotates() throws Exception {
        var acknowledged = new TreeMap<Integer, Integer>();
        var writer = start(acknowledged, "write");
        try (var written = new BufferedReader(new InputStreamReader(writer.getInputStream()))) {
            assertThat(written.readLine()).as(errors()).isEqualTo("whole");
            for (int i = 0; i < 600; i++) {
                take(written.readLine(), acknowledged);
            }
            var rotator = start(acknowledged, "rotate");
            try (var rotated = new BufferedReader(new InputStreamReader(rotator.getInputStream()))) {
                assertThat(rotated.readLine()).as(errors()).isEqualTo("whole");
                for (int rotations = 0, writes = 0; rotations < 3 || writes < 20;) {
                    // a line of each in turn: were one of them held up by the other, this would not end
                    if ("rotated".equals(rotated.readLine())) {
                        rotations++;
                    }
                    take(written.readLine(), acknowledged);
                    writes++;
                }
            } finally {
                end(rotator);
            }
        } finally {
            end(writer);
        }
        var check = start(acknowledged, "write");
        try (var lines = new BufferedReader(new InputStreamReader(check.getInputStream()))) {
            assertThat(lines.readLine()).as(errors()).isEqualTo("whole");
        } finally {
            end(check);
        }
    }

    @Test
    void theCommandShowsHowFarItIsAndContinuesWhatWasCutShort() throws Exception {
        var acknowledged = new TreeMap<Integer, Integer>();
        for (var what : new String[] { "write", "cut" }) {
            var process = start(acknowledged, what);
            try (var lines = new BufferedReader(new InputStreamReader(process.getInputStream()))) {
                assertThat(lines.readLine()).as(errors()).isEqualTo("whole");
                for (int i = 0; what.equals("write") && i < 600; i++) {
                    take(lines.readLine(), acknowledged);
                }
                if (what.equals("cut")) {
                    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
                }
            } finally {
                end(process);
            }
        }
        var product = new Product(folder).with("CLOUDOPS_HOME", folder.resolve("home").toString()).with("CLOUDOPS_PASSPHRASE", "correct horse");
        var cut = product.run("keys", "status", "--json").json();
        assertThat(cut.path("rotating").asBoolean()).isTrue();
        assertThat(cut.at("/records/1").asInt()).isPositive();
        assertThat(cut.at("/records/2").asInt()).isPositive();
        assertThat(product.run("keys", "status").err()).contains("try: cloudops keys rotate, which continues it");
        assertThat(product.run("resources", "list", "--format", "jsonl").out().lines()).as("served meanwhile").hasSize(600);

        var rest = product.onTerminal("keys", "rotate");
        assertThat(rest.exit()).as(rest.out()).isZero();
        int left = cut.at("/records/1").asInt();
        assertThat(rest.out()).contains("\r" + left + " of " + left + " records encrypted anew", "Key version 2: " + left + " records encrypted anew");
        var done = product.run("keys", "status", "--json").json();
        assertThat(done.path("rotating").asBoolean(true)).isFalse();
        assertThat(done.path("records")).hasSize(1);
        assertThat(done.at("/records/2").asInt()).isEqualTo(600);
    }

    private static void take(String line, TreeMap<Integer, Integer> acknowledged) {
        var words = line.split(" ");
        assertThat(words[0]).isEqualTo("ack");
        acknowledged.merge(Integer.valueOf(words[1]), Integer.valueOf(words[2]), Math::max);
    }

    private static void end(Process process) throws InterruptedException {
        process.toHandle().destroyForcibly();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    }

    private Process start(TreeMap<Integer, Integer> acknowledged) throws IOException {
        return start(acknowledged, "both");
    }

    private Process start(TreeMap<Integer, Integer> acknowledged, String what) throws IOException {
        var file = folder.resolve("acknowledged");
        Files.write(file, acknowledged.entrySet().stream().map(one -> one.getKey() + " " + one.getValue()).toList());
        var classPath = new ArrayList<>(List.of(System.getProperty("cloudops.test.classes", "target/test-classes")));
        try (var plugins = Files.list(Product.FOLDER.resolve("plugins"))) {
            plugins.map(Path::toString).filter(name -> name.endsWith(".jar")).forEach(classPath::add);
        }
        return new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx256m", "-XX:TieredStopAtLevel=1", "-cp",
                String.join(File.pathSeparator, classPath), "cloudops.storage.internal.RotatingProcess", folder.resolve("home").toString(),
                file.toString(), what).redirectError(folder.resolve("errors").toFile()).start();
    }

    private String errors() throws IOException {
        return Files.readString(folder.resolve("errors"));
    }
}
