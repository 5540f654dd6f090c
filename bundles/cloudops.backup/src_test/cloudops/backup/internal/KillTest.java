package cloudops.backup.internal;

import static cloudops.backup.internal.TestHome.all;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import cloudops.backup.Backup;

/**
 * A process is killed, with signal 9, at a seeded moment of its work, every second time near the step that decides; whoever comes next finds all
 * whole.
 */
class KillTest {

    private static final int TRIALS = Boolean.getBoolean("cloudops.test.long") ? 600 : 8;
    private static final int RECORDS = 200;
    private static final int LONGEST_MILLIS = 400;
    private static final int NEAR_MICROS = 4_000;

    @TempDir
    Path folder;

    @Test
    void aKilledBackupIsThereWholeOrNotAtAll() throws Exception {
        int made = 0;
        try (var home = new TestHome(folder)) {
            home.write("a", RECORDS);
            for (int trial = 0; trial < TRIALS; trial++) {
                var acknowledged = kill(trial, this::isBackupWritten, folder.toString(), "create");
                var listed = home.backups().list().stream().map(Backup::id).toList();
                assertThat(listed).as("trial %s", trial).containsAll(acknowledged);
                for (var id : listed) {
                    assertThat(home.backups().verify(id).records()).as("trial %s", trial).containsEntry(TestHome.ESTATE, (long) RECORDS);
                    BackupFolders.deleteTree(new BackupFolders(folder).get(id));
                }
                assertThat(home.contents()).isEqualTo(all("a", RECORDS));
                made += listed.size();
            }
            home.backups().create();
            assertThat(folder.resolve("backups").toFile().list()).as("nothing is left behind").hasSize(2);
        }
        System.out.println("kill -9 of backups: trials=" + TRIALS + " backups=" + made + " damaged=0");
        assertThat(made).as("backups that were made before the kills").isPositive();
    }

    @Test
    void aKilledRestoreLeavesOneStoreOrTheOther() throws Exception {
        int[] restored = new int[2];
        try (var home = new TestHome(folder)) {
            home.write("a", RECORDS);
            var a = home.backups().create();
            home.write("b", RECORDS);
            var b = home.backups().create();
            for (int trial = 0; trial < TRIALS; trial++) {
                var acknowledged = kill(trial, () -> Files.exists(folder.resolve("store/lucene/.restore/ready")), folder.toString(), "restore",
                        a.id(), b.id());
                var contents = home.contents();
                assertThat(contents).as("trial %s after %s restores", trial, acknowledged.size()).isIn(all("a", RECORDS), all("b", RECORDS));
                restored[contents.equals(all("a", RECORDS)) ? 0 : 1]++;
            }
            home.write("c", RECORDS);
            assertThat(home.contents()).isEqualTo(all("c", RECORDS));
        }
        System.out.println("kill -9 of restores: trials=" + TRIALS + " a=" + restored[0] + " b=" + restored[1] + " inconsistent=0");
        assertThat(restored).as("both ends were seen").doesNotContain(0);
    }

    /** All but the last: it is verified, and then it gets its name. */
    private boolean isBackupWritten() {
        var making = folder.resolve("backups").toFile().list((parent, name) -> name.startsWith(".making-"));
        return making != null && making.length > 0 && Files.exists(folder.resolve("backups").resolve(making[0]).resolve(Manifest.FILE));
    }

    /** What a process said it had done when it was killed: some time after its beginning, or just when it has come to {@code step}. */
    private static List<String> kill(int trial, BooleanSupplier step, String... arguments) throws Exception {
        var random = new Random(trial);
        var process = BackupChild.start(arguments);
        try (BufferedReader lines = process.inputReader()) {
            assertThat(lines.readLine()).isEqualTo("go");
            if (trial % 2 == 0) {
                assertThat(process.waitFor(random.nextInt(LONGEST_MILLIS), TimeUnit.MILLISECONDS)).as("still at work").isFalse();
            } else {
                // the moment is too short to be waited for in any other way
                while (!step.getAsBoolean() && process.isAlive()) {
                    Thread.onSpinWait();
                }
                for (long end = System.nanoTime() + random.nextInt(NEAR_MICROS) * 1_000L; System.nanoTime() < end;) {
                    Thread.onSpinWait();
                }
            }
            // unlike the process's own method this leaves what it said to be read
            process.toHandle().destroyForcibly();
            process.waitFor();
            var said = new ArrayList<String>();
            lines.lines().filter(BackupFolders::isId).forEach(said::add);
            return said;
        } finally {
            process.destroyForcibly();
        }
    }
}
