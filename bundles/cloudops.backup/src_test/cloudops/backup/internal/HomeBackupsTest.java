package cloudops.backup.internal;

import static cloudops.backup.internal.TestHome.CHAT;
import static cloudops.backup.internal.TestHome.ESTATE;
import static cloudops.backup.internal.TestHome.all;
import static cloudops.backup.internal.TestHome.at;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import org.apache.lucene.store.FSDirectory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import cloudops.backup.Backup;
import cloudops.backup.BackupException;
import cloudops.backup.BackupException.Problem;
import cloudops.backup.BackupManager.Outcome;
import cloudops.backup.S3Location;
import cloudops.storage.StorageException;
import cloudops.storage.backup.BackupKeys;
import cloudops.vectorstore.Point;
import cloudops.vectorstore.VectorStore;
import cloudops.vectorstore.VectorStoreException;

class HomeBackupsTest {

    @TempDir
    Path folder;

    @Test
    void restoresWhatWasThereWhenTheBackupWasMade() throws Exception {
        try (var home = home("home")) {
            home.write("before", 100);
            var backup = home.backups().create();
            home.write("after", 120);

            assertThat(home.backups().list()).containsExactly(backup);
            assertThat(backup.records()).isEqualTo(Map.of(ESTATE, 100L, CHAT, 50L));
            assertThat(home.backups().verify(backup.id())).isEqualTo(backup);
            assertThat(home.contents().get(ESTATE)).isEqualTo(Map.of("after", 120));

            home.backups().restore(backup.id());

            assertThat(home.contents()).isEqualTo(all("before", 100));
        }
    }

    @Test
    void aRestoredStoreCanBeSearchedByVectorAndPayloadAndIsMarkedAsAnother() throws Exception {
        try (var home = home("home")) {
            home.write("before", 50);
            var point = home.keys.point(ESTATE, 7, TestHome.vector(new Random(7)), "before x");
            home.store.upsert(ESTATE, List.of(point));
            var mark = mark(home);
            var backup = home.backups().create();
            home.store.delete(ESTATE, List.of(point.id()));

            home.backups().restore(backup.id());

            var nearest = home.store.nearest(ESTATE, point.vector(), new cloudops.vectorstore.Filter(Map.of("state", List.of("running"))), 1);
            assertThat(nearest.getFirst().point().id()).isEqualTo(point.id());
            assertThat(mark(home)).isNotEqualTo(mark);
        }
    }

    private static String mark(TestHome home) throws Exception {
        return new String(home.store.get(ESTATE, home.keys.ofHome().mark(ESTATE).orElseThrow().id()).orElseThrow().blob(), StandardCharsets.UTF_8);
    }

    @Test
    void aBackupMadeWhileOthersWriteHoldsOneMoment() throws Exception {
        try (var home = home("home")) {
            home.write("s0", 400);
            var stop = new AtomicBoolean();
            var writer = CompletableFuture.runAsync(() -> {
                try {
                    for (int i = 1; !stop.get(); i++) {
                        home.write("s" + i, 400);
                    }
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
            var made = new ArrayList<Backup>();
            for (int i = 0; i < 5; i++) {
                made.add(home.backups().create());
            }
            stop.set(true);
            writer.join();
            for (var backup : made) {
                home.backups().restore(backup.id());
                assertThat(home.contents().get(ESTATE)).as("states in one backup").hasSize(1).containsValue(400);
            }
        }
    }

    @Test
    void anotherMachineRestoresWithTheKeyThatIsInTheBackup() throws Exception {
        try (var home = home("home"); var other = home("other")) {
            home.write("before", 20);
            var backup = home.backups().create();
            copy(home.home.resolve("backups").resolve(backup.id()), other.home.resolve("backups").resolve(backup.id()));

            other.backups().restore(backup.id());

            assertThat(other.contents()).isEqualTo(all("before", 20));
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(other.home.resolve("keys/keyring.json")))).isEqualTo("rw-------");
        }
    }

    @Test
    void aBackupOfAnotherHomeIsRefused() throws Exception {
        try (var home = home("home"); var other = home("other")) {
            home.write("before", 20);
            other.write("mine", 10);
            var backup = home.backups().create();
            copy(home.home.resolve("backups").resolve(backup.id()), other.home.resolve("backups").resolve(backup.id()));

            assertThat(failure(() -> other.backups().restore(backup.id()))).returns(Problem.FOREIGN, BackupException::problem)
                    .satisfies(e -> assertThat(e.remedy()).contains("--home"));
            assertThat(other.contents()).isEqualTo(all("mine", 10));
        }
    }

    @Test
    void aHomeKeepsTheKeyOfABackupOnlyWhenItsRecordsAreThereOrWillBe() throws Exception {
        try (var home = home("home"); var other = home("other")) {
            home.write("before", 20);
            var backup = home.backups().create();
            copy(home.home.resolve("backups").resolve(backup.id()), other.home.resolve("backups").resolve(backup.id()));
            for (var problem : List.of(VectorStoreException.Problem.IO, VectorStoreException.Problem.UNFINISHED)) {
                var failing = proxy(VectorStore.class, other.store, "restore", () -> {
                    throw new VectorStoreException(problem, "stopped", null);
                });
                var backups = new HomeBackups(other.environment, failing, other.keys, other.clients(), Clock.systemUTC(), 1 << 20);
                assertThat(failure(() -> backups.restore(backup.id())).problem()).isEqualTo(Problem.STORE);
                assertThat(other.keys.homeHasKey()).isEqualTo(problem == VectorStoreException.Problem.UNFINISHED);
            }
        }
    }

    @Test
    void aKeyThatIsMadeDuringARestoreStaysAndTheBackupIsForeign() throws Exception {
        try (var home = home("home"); var other = home("other")) {
            home.write("before", 20);
            var backup = home.backups().create();
            copy(home.home.resolve("backups").resolve(backup.id()), other.home.resolve("backups").resolve(backup.id()));
            var late = proxy(BackupKeys.class, other.keys, "forRestore", () -> other.write("mine", 10));
            var backups = new HomeBackups(other.environment, other.store, late, other.clients(), Clock.systemUTC(), 1 << 20);

            assertThat(failure(() -> backups.restore(backup.id())).problem()).isEqualTo(Problem.FOREIGN);

            assertThat(other.contents()).isEqualTo(all("mine", 10));
        }
    }

    private interface Step {
        void run() throws Exception;
    }

    /** {@code delegate}, but before {@code method} something happens. */
    private static <T> T proxy(Class<T> type, T delegate, String method, Step before) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type }, (proxy, called, arguments) -> {
            if (called.getName().equals(method)) {
                before.run();
            }
            try {
                return called.invoke(delegate, arguments);
            } catch (java.lang.reflect.InvocationTargetException e) {
                throw e.getCause();
            }
        }));
    }

    @Test
    void otherFormatsAreRefused() throws Exception {
        try (var home = home("home")) {
            home.write("before", 10);
            for (var format : List.of("0", "2", "12")) {
                var id = home.backups().create().id();
                var manifest = home.home.resolve("backups").resolve(id).resolve(Manifest.FILE);
                Files.writeString(manifest, Files.readString(manifest).replace("\"format\":1,", "\"format\":" + format + ","));
                assertThat(failure(() -> home.backups().restore(id))).returns(Problem.UNKNOWN_FORMAT, BackupException::problem)
                        .hasMessageContaining("format " + format);
            }
        }
    }

    @Test
    void oneByteChangedInAnyOf200FilesIsFoundAndNothingIsRestored() throws Exception {
        try (var home = home("home")) {
            home.write("before", 140);
            // a file a record
            var backup = home.backups(Clock.systemUTC(), 1).create();
            home.write("after", 140);
            var root = home.home.resolve("backups").resolve(backup.id());
            var files = files(root);
            assertThat(files).hasSizeGreaterThanOrEqualTo(200);
            var random = new Random(42);
            for (var file : files) {
                var whole = Files.readAllBytes(file);
                var changed = whole.clone();
                changed[random.nextInt(changed.length)] ^= (byte) (1 + random.nextInt(255));
                Files.write(file, changed);

                var failure = failure(() -> home.backups().restore(backup.id()));

                assertThat(failure.problem()).as("%s", file).isIn(file.endsWith(Manifest.FILE)
                        ? List.of(Problem.DAMAGED, Problem.UNKNOWN_FORMAT, Problem.FOREIGN) : List.of(Problem.DAMAGED));
                if (failure.problem() == Problem.DAMAGED && !file.endsWith(Manifest.FILE)) {
                    assertThat(failure.findings()).hasSize(1).allMatch(finding -> finding.startsWith(root.relativize(file).toString()));
                }
                Files.write(file, whole);
            }
            assertThat(home.contents()).isEqualTo(all("after", 140));
            home.backups().verify(backup.id());
        }
    }

    @Test
    void everyByteOfTheManifestCounts() throws Exception {
        try (var home = home("home")) {
            home.write("before", 4);
            var backup = home.backups().create();
            var manifest = home.home.resolve("backups").resolve(backup.id()).resolve(Manifest.FILE);
            var whole = Files.readAllBytes(manifest);
            for (int i = 0; i < whole.length; i++) {
                var changed = whole.clone();
                // case too: hexadecimal has two spellings
                changed[i] ^= 0x20;
                Files.write(manifest, changed);
                assertThatThrownBy(() -> home.backups().verify(backup.id())).as("byte %s", i).isInstanceOf(BackupException.class);
            }
        }
    }

    @Test
    void allThatIsWrongIsFound() throws Exception {
        try (var home = home("home")) {
            home.write("before", 10);
            var backup = home.backups(Clock.systemUTC(), 1).create();
            var root = home.home.resolve("backups").resolve(backup.id());
            Files.delete(root.resolve("aws_estate/000003"));
            Files.write(root.resolve("aws_estate/000004"), new byte[0]);
            Files.copy(root.resolve("aws_estate/000001"), root.resolve("aws_estate/000002"), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            assertThat(failure(() -> home.backups().verify(backup.id())).findings()).containsExactlyInAnyOrder("aws_estate/000002: changed",
                    "aws_estate/000003: missing", "aws_estate/000004: changed");
        }
    }

    @Test
    void namesInAForgedManifestStayInTheBackup() throws Exception {
        try (var home = home("home")) {
            home.write("before", 4);
            var backup = home.backups().create();
            var manifest = home.home.resolve("backups").resolve(backup.id()).resolve(Manifest.FILE);
            var text = Files.readString(manifest);
            for (var name : List.of("../../../etc/passwd", "/etc/passwd", "aws_estate/../../x", "aws_estate/.x", "a\\b", "aws_estate/\\u0000")) {
                Files.writeString(manifest, text.replace("aws_estate/000001", name));
                assertThat(failure(() -> home.backups().verify(backup.id())).problem()).as(name).isEqualTo(Problem.DAMAGED);
            }
            for (var id : List.of("", "..", "../backups", backup.id() + "/..", "20261121T160409Z-3f9a1c00\n")) {
                assertThat(failure(() -> home.backups().restore(id)).problem()).as(id).isEqualTo(Problem.NOT_FOUND);
            }
        }
    }

    @Test
    void damagedRecordsAreLeftOutAndCounted() throws Exception {
        try (var home = home("home")) {
            home.write("before", 10);
            var point = home.keys.point(ESTATE, 3, null, "before");
            home.store.upsert(ESTATE, List.of(new Point(point.id(), null, Map.of(), new byte[40])));
            var backup = home.backups().create();
            assertThat(backup.leftOut()).isEqualTo(1);
            assertThat(backup.records()).containsEntry(ESTATE, 9L);
        }
    }

    @Test
    void aStoreDeletedUnderTheProcessComesBack() throws Exception {
        try (var home = home("home")) {
            home.write("before", 60);
            var backup = home.backups().create();
            BackupFolders.deleteTree(home.home.resolve("store"));
            home.backups().restore(backup.id());
            assertThat(home.contents()).isEqualTo(all("before", 60));
        }
        try (var home = home("home")) {
            assertThat(home.contents()).isEqualTo(all("before", 60));
        }
    }

    @Test
    void aStoreBeyondRepairIsReplaced() throws Exception {
        Backup backup;
        try (var home = home("home")) {
            home.write("before", 60);
            backup = home.backups().create();
        }
        for (var file : files(folder.resolve("home/store/lucene/aws_estate"))) {
            Files.write(file, new byte[] { 1, 2, 3 });
        }
        try (var home = home("home")) {
            home.backups().restore(backup.id());
            assertThat(home.contents()).isEqualTo(all("before", 60));
        }
    }

    @Test
    void aRestoreWaitsForAWriterAndThenGivesUpWithoutAnyChange() throws Exception {
        try (var home = home("home")) {
            home.write("before", 20);
            var backup = home.backups().create();
            home.write("after", 20);
            try (var directory = FSDirectory.open(home.home.resolve("store/lucene/chat_history"));
                    var lock = directory.obtainLock("write.lock")) {
                lock.ensureValid();
                assertThat(failure(() -> home.backups().restore(backup.id())).problem()).isEqualTo(Problem.LOCKED);
            }
            assertThat(home.contents()).isEqualTo(all("after", 20));
            home.backups().restore(backup.id());
            assertThat(home.contents()).isEqualTo(all("before", 20));
        }
    }

    @Test
    void oneAtATimeMakesOrRestores() throws Exception {
        try (var home = home("home")) {
            home.write("before", 20);
            var id = home.backups().create().id();
            try (var hold = new BackupFolders(home.home).hold()) {
                assertThat(hold).isNotNull();
                assertThat(failure(() -> home.backups().create()).problem()).isEqualTo(Problem.LOCKED);
                assertThat(failure(() -> home.backups().restore(id)).problem()).isEqualTo(Problem.LOCKED);
                home.backups().verify(id);
            }
        }
    }

    @Test
    void whoWaitsInVainDoesNotTakeTheLockFromWhoHasIt() throws Exception {
        try (var home = home("home")) {
            home.write("before", 4);
            try (var hold = new BackupFolders(home.home).hold()) {
                assertThat(hold).isNotNull();
                assertThat(failure(() -> home.backups().create()).problem()).isEqualTo(Problem.LOCKED);
                var other = BackupChild.start(home.home.toString(), "create");
                assertThat(other.inputReader().lines().toList()).containsExactly(Problem.LOCKED.name());
                assertThat(other.waitFor(60, TimeUnit.SECONDS)).isTrue();
            }
            home.backups().create();
        }
    }

    @Test
    void aCrashWhileACopyIsReplacedLeavesTheOneOrTheOther() throws Exception {
        try (var home = home("home")) {
            home.write("before", 4);
            var backup = home.backups().create();
            var root = home.home.resolve("backups");
            Files.move(root.resolve(backup.id()), root.resolve(".replaced-" + backup.id()));
            new BackupFolders(home.home).hold().close();
            assertThat(home.backups().list()).containsExactly(backup);
            copy(root.resolve(backup.id()), root.resolve(".replaced-" + backup.id()));
            new BackupFolders(home.home).hold().close();
            assertThat(home.backups().list()).containsExactly(backup);
            assertThat(root.resolve(".replaced-" + backup.id())).doesNotExist();
        }
    }

    @Test
    void whatIsBeingFetchedIsNotForgotten() throws Exception {
        var folders = new BackupFolders(folder.resolve("home"));
        var id = "20261121T160409Z-3f9a1c00";
        Path fetched;
        try (var hold = folders.hold()) {
            fetched = hold.fetching(id);
            Files.setLastModifiedTime(fetched, FileTime.from(Instant.now().minus(Duration.ofDays(30))));
            assertThat(hold.fetching(id)).isEqualTo(fetched);
        }
        folders.hold().close();
        assertThat(fetched).exists();
    }

    @Test
    void theOldAreDeletedAndTheNewestNever() throws Exception {
        var now = Instant.parse("2026-11-21T10:00:00Z");
        try (var home = home("home")) {
            home.write("before", 4);
            var old = home.backups(at(now.minus(Duration.ofDays(30))), 1 << 20).create();
            assertThat(home.backups().list()).containsExactly(old);
            var week = home.backups(at(now.minus(Duration.ofDays(6))), 1 << 20).create();
            assertThat(home.backups().list()).containsExactly(week);
            var today = home.backups(at(now), 1 << 20).create();
            assertThat(home.backups().list()).containsExactly(today, week);
            assertThat(home.backups().newest(home.backups().list(), now.minusSeconds(1))).isEqualTo(week);
            assertThat(failure(() -> home.backups().newest(home.backups().list(), now.minus(Duration.ofDays(7)))).problem())
                    .isEqualTo(Problem.NOT_FOUND);
        }
    }

    @Test
    void theLastGoodOneIsKeptHoweverManyWorseFollow() throws Exception {
        var now = Instant.parse("2026-11-21T10:00:00Z");
        try (var home = home("home")) {
            var empty = home.backups(at(now.minus(Duration.ofDays(60))), 1 << 20).create();
            home.write("before", 4);
            var good = home.backups(at(now.minus(Duration.ofDays(50))), 1 << 20).create();
            home.store.upsert(ESTATE, List.of(new Point(home.keys.point(ESTATE, 3, null, "x").id(), null, Map.of(), new byte[40])));
            var damaged = home.backups(at(now.minus(Duration.ofDays(40))), 1 << 20).create();
            assertThat(damaged.leftOut()).isEqualTo(1);
            home.lose();
            var lost = home.backups(at(now.minus(Duration.ofDays(30))), 1 << 20).create();
            assertThat(home.backups().list()).containsExactly(lost, good).doesNotContain(empty, damaged);
            Files.writeString(home.home.resolve("backups").resolve(good.id()).resolve(Manifest.FILE), "{");
            home.backups(at(now), 1 << 20).create();
            assertThat(home.home.resolve("backups").resolve(good.id())).as("broken since").doesNotExist();
        }
    }

    @Test
    void oneThatIsBrokenIsNotTheLastGoodOneWhateverItsManifestSays() throws Exception {
        var now = Instant.parse("2026-11-21T10:00:00Z");
        try (var home = home("home")) {
            home.write("before", 4);
            var good = home.backups(at(now.minus(Duration.ofDays(60))), 1 << 20).create();
            var broken = home.backups(at(now.minus(Duration.ofDays(58))), 1 << 20).create();
            Files.write(home.home.resolve("backups").resolve(broken.id()).resolve("chat_history/000001"), new byte[10]);
            home.lose();
            var lost = home.backups(at(now.minus(Duration.ofDays(30))), 1 << 20).create();
            assertThat(home.backups().list()).containsExactly(lost, good);
        }
    }

    @Test
    void nothingIsDeletedWhileItCannotBeToldWhichIsGood() throws Exception {
        var now = Instant.parse("2026-11-21T10:00:00Z");
        try (var home = home("home")) {
            home.write("before", 4);
            var old = home.backups(at(now.minus(Duration.ofDays(60))), 1 << 20).create();
            var asked = new AtomicInteger();
            var once = proxy(BackupKeys.class, home.keys, "in", () -> {
                if (asked.incrementAndGet() > 1) {
                    throw new StorageException(StorageException.Problem.NO_KEY, "no passphrase", null);
                }
            });
            var today = new HomeBackups(home.environment, home.store, once, home.clients(), at(now), 1 << 20).create();
            assertThat(home.backups().list()).containsExactly(today, old);
        }
    }

    @Test
    void theNewestOfADateIsOneOfThisHome() throws Exception {
        try (var home = home("home"); var other = home("other"); var fresh = home("fresh")) {
            home.write("before", 4);
            other.write("other", 4);
            var mine = home.backups().create();
            var theirs = other.backups().create();
            var both = List.of(theirs, mine);
            assertThat(home.backups().newest(both, Instant.MAX)).isEqualTo(mine);
            assertThat(other.backups().newest(both, Instant.MAX)).isEqualTo(theirs);
            assertThat(failure(() -> home.backups().newest(List.of(theirs), Instant.MAX)).problem()).isEqualTo(Problem.NOT_FOUND);
            assertThat(failure(() -> fresh.backups().newest(both, Instant.MAX))).returns(Problem.FOREIGN, BackupException::problem)
                    .satisfies(e -> assertThat(e.remedy()).contains("by its ID"));
            assertThat(fresh.backups().newest(List.of(mine), Instant.MAX)).isEqualTo(mine);
        }
    }

    @Test
    void truncatedAndEmptyBackupsAreRefused() throws Exception {
        try (var home = home("home")) {
            home.write("before", 20);
            var backup = home.backups().create();
            home.write("after", 20);
            var root = home.home.resolve("backups").resolve(backup.id());
            for (var file : files(root)) {
                var whole = Files.readAllBytes(file);
                for (int length : List.of(0, 1, whole.length / 2, whole.length - 1)) {
                    Files.write(file, Arrays.copyOf(whole, length));
                    assertThat(failure(() -> home.backups().restore(backup.id())).problem()).as("%s with %s bytes", file, length)
                            .isEqualTo(Problem.DAMAGED);
                }
                Files.delete(file);
                assertThat(failure(() -> home.backups().restore(backup.id())).problem()).as("without %s", file).isEqualTo(Problem.DAMAGED);
                Files.write(file, whole);
            }
            assertThat(home.contents()).isEqualTo(all("after", 20));
            BackupFolders.deleteTree(root);
            Files.createDirectory(root);
            assertThat(failure(() -> home.backups().restore(backup.id())).problem()).isEqualTo(Problem.DAMAGED);
            assertThat(home.backups().list()).isEmpty();
        }
    }

    @Test
    void aStoreThatCannotHoldAMomentIsReadAgainWhileWritersWait() throws Exception {
        try (var home = home("home")) {
            home.write("s0", 400);
            var server = (VectorStore) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] { VectorStore.class },
                    (proxy, method, arguments) -> method.getName().equals("snapshot") ? InvocationHandler.invokeDefault(proxy, method, arguments)
                            : method.invoke(home.store, arguments));
            var backups = new HomeBackups(home.environment, server, home.keys, home.clients(), Clock.systemUTC(), 1 << 20);
            var stop = new AtomicBoolean();
            var writer = CompletableFuture.runAsync(() -> {
                try {
                    for (int i = 1; !stop.get(); i++) {
                        try (var turn = home.keys.alone()) {
                            home.write("s" + i, 400);
                        }
                    }
                } catch (StorageException | VectorStoreException e) {
                    throw new IllegalStateException(e);
                }
            });
            var made = new ArrayList<Backup>();
            for (int i = 0; i < 3; i++) {
                made.add(backups.create());
            }
            stop.set(true);
            writer.join();
            for (var backup : made) {
                home.backups().restore(backup.id());
                assertThat(home.contents().get(ESTATE)).as("states in one backup").hasSize(1).containsValue(400);
            }
        }
    }

    @Test
    void whoWritesDuringARestoreWaitsAndLosesNothing() throws Exception {
        try (var home = home("home")) {
            home.write("before", 200);
            var backup = home.backups().create();
            for (int i = 0; i < 5; i++) {
                var state = "after" + i;
                var point = home.keys.point(ESTATE, 5000 + i, null, state);
                var restored = CompletableFuture.runAsync(() -> {
                    try {
                        home.backups().restore(backup.id());
                    } catch (BackupException e) {
                        throw new IllegalStateException(e);
                    }
                });
                try (var turn = home.keys.alone()) {
                    home.store.upsert(ESTATE, List.of(point));
                }
                boolean before = !restored.isDone();
                restored.join();
                // written before the last step: replaced as all that was there; after it: kept
                assertThat(home.contents().get(ESTATE)).containsEntry("before", 200).hasSizeLessThanOrEqualTo(2);
                if (!before) {
                    assertThat(home.contents().get(ESTATE)).containsEntry(state, 1);
                }
            }
        }
    }

    @Test
    void aFullDiskFailsABackupAndARestoreAndChangesNothing() throws Exception {
        try (var home = home("home")) {
            home.write("before", 200);
            var backup = home.backups().create();
            home.write("after", 200);
            for (var work : List.of(List.of("create"), List.of("restore", backup.id(), backup.id()))) {
                var arguments = new ArrayList<>(List.of(home.home.toString()));
                arguments.addAll(work);
                var process = BackupChild.startOnFullDisk(arguments.toArray(String[]::new));
                assertThat(process.inputReader().lines().toList()).as("%s", work).containsExactly(Problem.DISK_FULL.name());
                assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            }
            assertThat(home.contents()).isEqualTo(all("after", 200));
            assertThat(home.backups().list()).containsExactly(backup);
            assertThat(home.home.resolve("store/lucene/.restore")).doesNotExist();
            home.backups().restore(backup.id());
            assertThat(home.contents()).isEqualTo(all("before", 200));
        }
    }

    @Test
    void aReadOnlyRunRestoresNothing() throws Exception {
        try (var home = home("home"); var reader = new TestHome(folder.resolve("home"), true, null)) {
            home.write("before", 4);
            var id = home.backups().create().id();
            assertThat(failure(() -> reader.backups().restore(id)).problem()).isEqualTo(Problem.READ_ONLY);
            assertThat(failure(() -> reader.backups().create()).problem()).isEqualTo(Problem.READ_ONLY);
            assertThat(failure(() -> reader.backups().download(id, S3Location.parse("s3://bucket/x", "p", null))).problem()).isEqualTo(Problem.READ_ONLY);
            assertThat(home.backups().list()).hasSize(1);
        }
        try (var fresh = new TestHome(folder.resolve("fresh"), true, null)) {
            assertThat(failure(() -> fresh.backups().create()).problem()).isEqualTo(Problem.READ_ONLY);
            assertThat(fresh.home).as("with no key and no folder").doesNotExist();
        }
    }

    @Test
    void nothingOfARecordAndNoVectorIsPlainInABackup() throws Exception {
        try (var home = home("home")) {
            home.write("before", 30);
            var backup = home.backups().create();
            var secret = HexFormat.of().formatHex(TestHome.SECRET.getBytes(StandardCharsets.UTF_8));
            var wide = HexFormat.of().formatHex("running".getBytes(StandardCharsets.UTF_16BE));
            for (var file : files(home.home.resolve("backups").resolve(backup.id()))) {
                assertThat(HexFormat.of().formatHex(Files.readAllBytes(file))).as("%s", file).doesNotContain(secret).doesNotContain(wide);
            }
        }
    }

    @Test
    void scheduledBackupsAreMadeWhenTheyAreDue() throws Exception {
        try (var home = home("home")) {
            home.write("before", 4);
            var outcomes = new LinkedBlockingQueue<Outcome>();
            try (var schedule = home.backups().schedule(Duration.ofSeconds(1), Duration.ZERO, Optional.empty(), outcomes::add)) {
                assertThat(schedule).isNotNull();
                var first = outcomes.poll(30, TimeUnit.SECONDS);
                var second = outcomes.poll(30, TimeUnit.SECONDS);
                assertThat(first.failure()).isNull();
                assertThat(second.backup().createdAt()).isAfter(first.backup().createdAt().plusMillis(900));
            }
            try (var schedule = home.backups().schedule(Duration.ofDays(1), Duration.ZERO, Optional.empty(), outcomes::add)) {
                assertThat(schedule).isNotNull();
                outcomes.clear();
                assertThat(outcomes.poll(1, TimeUnit.SECONDS)).as("not due").isNull();
            }
        }
    }

    @Test
    void spansOfTheScheduleAreChecked() {
        assertThat(ScheduledBackups.interval("90m")).isEqualTo(Duration.ofMinutes(90));
        assertThat(ScheduledBackups.interval("12h")).isEqualTo(Duration.ofHours(12));
        assertThat(ScheduledBackups.interval("1d")).isEqualTo(Duration.ofDays(1));
        for (var bad : List.of("", "0m", "1", "d", "-1d", "1.5h", "1w", "999999d", "1d; rm", "\u0661d")) {
            assertThatThrownBy(() -> ScheduledBackups.interval(bad)).as(bad).isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("try: ");
        }
    }

    @Test
    void aRunThatMayOnlyReadSchedulesNothing() throws Exception {
        try (var home = home("home"); var reader = new TestHome(folder.resolve("home"), true, null)) {
            home.write("before", 4);
            new ScheduledBackups(Duration.ofMinutes(1), Optional.empty(), reader.environment, reader.backups(), Duration.ZERO).close();
            assertThatThrownBy(() -> reader.backups().schedule(Duration.ofDays(1), Duration.ZERO, Optional.empty(), outcome -> {
            })).isInstanceOf(IllegalStateException.class);
            assertThat(home.backups().list()).isEmpty();
        }
    }

    private TestHome home(String name) {
        return new TestHome(folder.resolve(name));
    }

    private static BackupException failure(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        var failure = catchThrowableOfType(BackupException.class, call);
        assertThat(failure).as("a failure").isNotNull();
        return failure;
    }

    private static List<Path> files(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (var files = Files.walk(from)) {
            files.forEach(file -> {
                try {
                    var target = to.resolve(from.relativize(file).toString());
                    Files.createDirectories(target.getParent());
                    Files.copy(file, target);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }
}
