package cloudops.storage.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import cloudops.faults.WatchedFiles;
import cloudops.faults.WatchedFiles.Change;
import cloudops.faults.WatchedFiles.Watch;
import cloudops.storage.StorageException;
import cloudops.storage.StorageException.Problem;

/**
 * A disk that is full from any one moment on: whatever was being done fails with an error that says so and what to do, what was there before is whole,
 * and as soon as there is room the same objects work on.
 */
class DiskFullTest {

    private static final boolean LONG = Boolean.getBoolean("cloudops.test.long");
    private static final long SEED = Long.getLong("cloudops.test.seed", System.nanoTime() & 0xffff_ffffL);

    @TempDir(factory = InMemory.class)
    Path folder;

    /** Refuses whatever needs room, from a moment on, until there is some again. */
    private static final class Full implements Watch {

        private int from = Integer.MAX_VALUE;
        private int seen;

        @Override
        public synchronized void before(Change change, Path file) throws IOException {
            if (change.grows && ++seen >= from) {
                throw new IOException(file + ": No space left on device");
            }
        }

        synchronized void from(int change) {
            from = change;
            seen = 0;
        }

        synchronized int seen() {
            return seen;
        }
    }

    /** One thing that is asked of a home. */
    private enum Request {
        UPSERT {
            @Override
            void of(OpenHome home, int round, Consumer<String> say) throws StorageException {
                Work.write(home, round % Ledger.GROUPS, round, say);
            }
        },
        APPEND {
            @Override
            void of(OpenHome home, int round, Consumer<String> say) throws StorageException {
                Work.append(home, "message-" + round, say);
            }
        },
        ROTATE {
            @Override
            void of(OpenHome home, int round, Consumer<String> say) throws StorageException {
                Work.rotate(home, say);
            }
        };

        abstract void of(OpenHome home, int round, Consumer<String> say) throws StorageException;
    }

    @ParameterizedTest
    @EnumSource
    void nothingIsLostWhateverDidNotFit(Request request) throws Exception {
        var random = new Random(SEED);
        var full = new Full();
        var home = WatchedFiles.watched(folder.resolve("home"), full);
        var ledger = new Ledger();
        var outcomes = new TreeMap<String, Integer>();
        try (var opened = OpenHome.of(home)) {
            for (int group = 0; group < Ledger.GROUPS; group++) {
                Work.write(opened, group, 0, ledger::hear);
            }
            Work.append(opened, "before", ledger::hear);
            int round = 1;
            full.from(Integer.MAX_VALUE);
            request.of(opened, round++, ledger::hear);
            int moments = full.seen();
            for (int moment = 1; moment <= moments; moment += LONG ? 1 : 1 + random.nextInt(Math.max(1, moments / 12))) {
                full.from(moment);
                int now = round++;
                var thrown = catchThrowable(() -> request.of(opened, now, ledger::hear));
                if (thrown != null) {
                    assertSaysSo(thrown, home);
                    // what can be read can be read from a full disk
                    ledger.check(opened);
                }
                full.from(Integer.MAX_VALUE);
                outcomes.merge(thrown == null ? "done" : "refused", 1, Integer::sum);
                ledger.check(opened);
                int then = round++;
                request.of(opened, then, ledger::hear);
                ledger.check(opened);
                try (var another = OpenHome.of(folder.resolve("home"))) {
                    ledger.check(another);
                }
            }
        }
        System.out.printf("Disk full: seed %d, %s, %s%n", SEED, request, outcomes);
        assertThat(outcomes.get("refused")).isGreaterThan(5);
    }

    private static void assertSaysSo(Throwable thrown, Path home) {
        assertThat(thrown).isInstanceOfSatisfying(StorageException.class, e -> {
            assertThat(e.problem()).as(e.toString()).isEqualTo(Problem.IO);
            assertThat(e).hasMessageContaining("No space left on device").hasMessageContaining(home.toString());
            assertThat(e.getMessage() + "; try: " + e.remedy()).contains("try: make room on the disk of " + home).contains("MB are free");
        });
    }
}
