package cloudops.storage.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import cloudops.faults.WatchedFiles;
import cloudops.vectorstore.Filter;
import cloudops.vectorstore.Point;
import cloudops.vectorstore.StoreMigration;
import cloudops.vectorstore.StoreMigration.Leftovers;
import cloudops.vectorstore.VectorStoreException;
import cloudops.vectorstore.lucene.internal.LuceneStores;
import cloudops.vectorstore.spi.OpenStore;

/**
 * Processes killed with SIGKILL at chosen moments of what they do to a home: before the n-th change of a kind of file, in the middle of a write, or
 * some microseconds after. What was acknowledged is there, each batch is there whole or not at all, every record decrypts, and another process
 * writes on at once.
 */
class KillTest {

    private static final boolean LONG = Boolean.getBoolean("cloudops.test.long");
    private static final long SEED = Long.getLong("cloudops.test.seed", System.nanoTime() & 0xffff_ffffL);

    /** In memory where there is such a folder: what a process wrote survives it there as on a disk, and nothing waits for one. */
    @TempDir(factory = InMemory.class)
    Path folder;

    private Random random;

    @ParameterizedTest
    @EnumSource
    void killed(Work work) throws Exception {
        random = new Random(SEED + work.ordinal());
        int trials = LONG ? work.share * Integer.getInteger("cloudops.test.kills", 63) : work.share;
        var home = prepared(work, 0);
        var seen = new Moment.Seen();
        work.run(WatchedFiles.watched(home.path, seen), new Random(SEED), home.ledger.lastRound() + 1, home.ledger::hear);
        check(work, home);
        var kills = new TreeMap<String, Integer>();
        int missed = 0;
        long started = System.nanoTime();
        for (int trial = 1; kills.values().stream().mapToInt(Integer::intValue).sum() < trials; trial++) {
            if (work == Work.CREATE || work == Work.MIGRATE || trial % 50 == 0) {
                home = prepared(work, trial);
            }
            var moment = seen.choose(random);
            try {
                var what = kill(work, home, moment);
                if (what.isPresent()) {
                    kills.merge(what.get(), 1, Integer::sum);
                } else {
                    missed++;
                }
                check(work, home);
            } catch (AssertionError | IOException | VectorStoreException | cloudops.storage.StorageException e) {
                throw new AssertionError("seed %d, %s, trial %d, %s".formatted(SEED, work, trial, moment), e);
            }
            assertThat(missed).as("works that ended before their moment came").isLessThan(10 + trials / 2);
        }
        System.out.printf("Killed: seed %d, %s, %d kills (%d more ended before), %d of %d moments, 0 inconsistent, 0 acknowledged lost, %d ms each; %s%n",
                SEED, work, trials, missed, kills.size(), seen.names(), (System.nanoTime() - started) / 1_000_000 / trials, kills);
    }

    private record Home(Path path, Ledger ledger) {
    }

    private Home prepared(Work work, int trial) throws Exception {
        var home = new Home(folder.resolve(String.valueOf(trial)).resolve("home"), new Ledger());
        if (work != Work.CREATE) {
            try (var opened = OpenHome.of(home.path)) {
                for (int group = 0; group < Ledger.GROUPS; group++) {
                    Work.write(opened, group, 0, home.ledger::hear);
                }
                for (int i = 0; i < 10; i++) {
                    Work.append(opened, "before-" + i, home.ledger::hear);
                }
            }
        }
        return home;
    }

    /** @return what it was about to do; empty when it came to its end before it was killed */
    private Optional<String> kill(Work work, Home home, Moment moment) throws IOException, InterruptedException {
        boolean exactly = random.nextInt(3) > 0;
        long nanos = exactly ? 0 : random.nextInt(5_000_000);
        var errors = folder.resolve("errors").toFile();
        var process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx128m", "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1", "-Xshare:auto", "--enable-native-access=ALL-UNNAMED", "-cp", classPath(), Victim.class.getName(),
                home.path.toString(), work.name(), String.valueOf(random.nextLong()), String.valueOf(home.ledger.lastRound() + 1), moment.what(),
                String.valueOf(moment.time()), String.valueOf(moment.latest()), String.valueOf(exactly)).redirectError(errors).start();
        Optional<String> what = Optional.empty();
        try (var lines = new BufferedReader(new InputStreamReader(process.getInputStream()))) {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("now ")) {
                    LockSupport.parkNanos(nanos);
                    // the process itself would also close what it said last
                    process.toHandle().destroyForcibly();
                    what = Optional.of(line.substring("now ".length()));
                } else {
                    home.ledger.hear(line);
                }
            }
        } finally {
            process.toHandle().destroyForcibly();
        }
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(errors.toPath())).isIn(what.isPresent() ? List.of(128 + 9, 0) : List.of(0));
        return what.filter(said -> process.exitValue() != 0);
    }

    private static String classPath() {
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }

    private void check(Work work, Home home) throws Exception {
        try (var opened = OpenHome.of(home.path)) {
            home.ledger.check(opened);
            home.ledger.writeTo(opened);
            home.ledger.check(opened);
            if (work == Work.MIGRATE) {
                checkMigrated(home, opened);
            } else if (random.nextInt(LONG ? 4 : 2) == 0) {
                opened.keys().rotate((done, total) -> { });
                var status = opened.keys().status();
                assertThat(status.rotating()).isFalse();
                assertThat(status.records().keySet()).containsExactly(status.version());
            }
        }
        try (var opened = OpenHome.of(home.path)) {
            home.ledger.check(opened);
        }
        try (var keys = Files.list(home.path.resolve("keys"))) {
            assertThat(keys.map(file -> file.getFileName().toString())).contains("keyring.json");
        }
    }

    /** The migration is run again, and ends with the same in both stores. */
    private static void checkMigrated(Home home, OpenHome opened) throws Exception {
        try (var copy = new LuceneStores().open("lucene:", home.path.resolve("copy"))) {
            new StoreMigration(opened.store(), copy, Leftovers.REFUSE, (collection, done, total) -> { }).run();
            for (var collection : List.of(Records.COLLECTION, EncryptedChats.COLLECTION)) {
                assertThat(points(copy, collection)).isEqualTo(points(opened.store(), collection));
            }
            home.ledger.check(OpenHome.of(copy, opened.key()));
        }
    }

    private static Map<UUID, List<Object>> points(OpenStore store, String collection) throws VectorStoreException {
        var points = new HashMap<UUID, List<Object>>();
        store.scroll(collection, Filter.ALL, (Point point) -> points.put(point.id(), List.of(point.payload(),
                java.util.HexFormat.of().formatHex(point.blob()), java.util.Arrays.toString(point.vector()))));
        return points;
    }
}
