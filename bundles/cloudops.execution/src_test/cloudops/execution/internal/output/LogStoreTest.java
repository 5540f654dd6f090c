package cloudops.execution.internal.output;

import static cloudops.execution.internal.EngineFixture.shell;
import static cloudops.execution.internal.output.Logs.append;
import static cloudops.execution.internal.output.Logs.copy;
import static cloudops.execution.internal.output.Logs.readAll;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
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
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import cloudops.execution.Approval;
import cloudops.execution.ExecutionEngine.Stream;
import cloudops.execution.ExecutionRequest;
import cloudops.execution.ExecutionResult;
import cloudops.execution.ExecutionStatus;
import cloudops.execution.internal.Engine;
import cloudops.execution.internal.EngineFixture;
import cloudops.execution.internal.Latches;
import cloudops.execution.internal.history.MemoryHistory;
import cloudops.execution.spi.LogStore;
import cloudops.execution.spi.OutputLog;
import cloudops.model.Environment;

class LogStoreTest {

    private static final Duration SOON = Duration.ofSeconds(10);

    @TempDir
    private Path home;
    private final List<AutoCloseable> opened = new ArrayList<>();

    /** Every test of both runs on each. */
    enum Kind {
        PLAIN, ENCRYPTED
    }

    @AfterEach
    void close() throws Exception {
        for (var store : opened) {
            store.close();
        }
    }

    private Path folder() {
        return home.resolve("logs");
    }

    /** As another process of the same home would open it. */
    private LogStore store(Kind kind) {
        return store(kind, Retention.DEFAULT);
    }

    private LogStore store(Kind kind, Retention retention) {
        var store = switch (kind) {
            case PLAIN -> new PlainLogStore(folder(), retention);
            case ENCRYPTED -> new EncryptedLogStore(folder(), EngineFixture.KEYS, retention);
        };
        opened.add(store);
        return store;
    }

    private LogFormat format(Kind kind) {
        return kind == Kind.PLAIN ? new PlainFormat(folder()) : new EncryptedFormat(folder(), EngineFixture.KEYS);
    }

    @ParameterizedTest
    @EnumSource
    void givesBackEveryByteInOrderWhileItIsWritten(Kind kind) throws Exception {
        var random = new Random(7);
        var log = store(kind).create(UUID.randomUUID());
        var written = new ByteArrayOutputStream();
        var read = new ByteArrayOutputStream();
        try (var cursor = log.read()) {
            for (int i = 0; i < 400; i++) {
                var bytes = new byte[random.nextInt(1, i % 20 == 0 ? 800_000 : 3_000)];
                random.nextBytes(bytes);
                log.append(random.nextBoolean() ? Stream.STDOUT : Stream.STDERR, bytes, 0, bytes.length);
                written.writeBytes(bytes);
                if (random.nextInt(3) == 0) {
                    assertThat(copy(cursor, read)).isFalse();
                    assertThat(read.size()).isEqualTo(written.size());
                }
            }
            log.seal();
            assertThat(copy(cursor, read)).isTrue();
        }
        assertThat(read.toByteArray()).isEqualTo(written.toByteArray());
        assertThat(readAll(log)).isEqualTo(written.toByteArray());
        assertThat(readAll(store(kind).open(id(log)).orElseThrow())).isEqualTo(written.toByteArray());
    }

    @ParameterizedTest
    @EnumSource
    void keepsTheStreamsApartAfterARestart(Kind kind) throws Exception {
        var first = store(kind);
        var log = first.create(UUID.randomUUID());
        append(log, Stream.STDOUT, "one\n");
        append(log, Stream.STDERR, "oh\n");
        append(log, Stream.STDERR, "no\n");
        append(log, Stream.STDOUT, "two\n");
        log.seal();
        ((AutoCloseable) first).close();

        var again = store(kind).open(id(log)).orElseThrow();
        assertThat(Logs.read(again, Stream.STDOUT)).isEqualTo("one\ntwo\n");
        assertThat(Logs.read(again, Stream.STDERR)).isEqualTo("oh\nno\n");
        assertThat(again.path()).isEqualTo(log.path());
        assertThatThrownBy(() -> append(again, Stream.STDOUT, "more")).hasMessageContaining("reading only");
    }

    @ParameterizedTest
    @EnumSource
    void letsAnotherProcessFollow(Kind kind) throws Exception {
        var log = store(kind).create(UUID.randomUUID());
        var seen = new ByteArrayOutputStream();
        append(log, Stream.STDOUT, "first\n");
        try (var cursor = eventually(() -> readable(kind, id(log))).read()) {
            await(() -> !copy(cursor, seen) && seen.toString(StandardCharsets.UTF_8).equals("first\n"));

            append(log, Stream.STDOUT, "second\n");
            await(() -> !copy(cursor, seen) && seen.toString(StandardCharsets.UTF_8).equals("first\nsecond\n"));

            log.seal();
            assertThat(copy(cursor, seen)).isTrue();
        }
    }

    /** A log of which something can be read, once there is. */
    private OutputLog readable(Kind kind, UUID id) throws IOException {
        var log = new StoredLog(id, format(kind)); // no store, which would clean
        return readAll(log).length > 0 ? log : null;
    }

    @ParameterizedTest
    @EnumSource
    void readsACutLogUpToItsLastWholeSegment(Kind kind) throws Exception {
        var log = store(kind).create(UUID.randomUUID());
        var bytes = "0123456789".repeat(60_000).getBytes(StandardCharsets.UTF_8);
        log.append(Stream.STDOUT, bytes, 0, bytes.length);
        log.seal();
        var file = kind == Kind.PLAIN ? folder().resolve(id(log) + ".idx") : log.path();
        var whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length - 7));

        try (var cursor = store(kind).open(id(log)).orElseThrow().read()) {
            var read = new ByteArrayOutputStream();
            assertThat(copy(cursor, read)).isFalse();
            assertThat(read.size()).isBetween(2 * LogFormat.SEGMENT - 100, bytes.length - 1);
            assertThat(read.toByteArray()).isEqualTo(Arrays.copyOf(bytes, read.size()));
        }
    }

    @ParameterizedTest
    @EnumSource
    void knowsOnlyLogsThatThereAre(Kind kind) throws Exception {
        var store = store(kind);
        assertThat(store.open(UUID.randomUUID())).isEmpty();
        var log = store.create(UUID.randomUUID());
        log.seal();
        store.delete(id(log));
        store.delete(id(log));

        assertThat(store.open(id(log))).isEmpty();
        assertThat(folder()).isEmptyDirectory();
    }

    @ParameterizedTest
    @EnumSource
    void doesNotWriteTwoLogsIntoOneFile(Kind kind) throws Exception {
        var log = store(kind).create(UUID.randomUUID());

        assertThatThrownBy(() -> store(kind).create(id(log))).hasMessageContaining("already");
    }

    @ParameterizedTest
    @EnumSource
    void keepsFilesFromOthers(Kind kind) throws Exception {
        var log = store(kind).create(UUID.randomUUID());
        log.seal();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder()))).isEqualTo("rwx------");
        for (var file : format(kind).files(id(log))) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");
        }
    }

    @ParameterizedTest
    @EnumSource
    void closesAFolderThatWasOpenToOthers(Kind kind) throws Exception {
        Files.createDirectory(folder(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        store(kind).create(UUID.randomUUID()).seal();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder()))).isEqualTo("rwx------");
    }

    @ParameterizedTest
    @EnumSource
    void doesNotFollowALinkThatSomebodyLaid(Kind kind) throws Exception {
        Files.createSymbolicLink(folder(), Files.createDirectory(home.resolve("theirs")));

        assertThatThrownBy(() -> store(kind).create(UUID.randomUUID())).isInstanceOf(IOException.class).hasMessageContaining("symbolic link");
        assertThat(home.resolve("theirs")).isEmptyDirectory();
    }

    @Test
    void isPlainTextForPeople() throws Exception {
        var log = store(Kind.PLAIN).create(UUID.randomUUID());
        append(log, Stream.STDOUT, "out\n");
        append(log, Stream.STDERR, "err\n");
        append(log, Stream.STDOUT, "out again");
        log.seal();

        assertThat(log.path()).hasFileName(id(log) + ".log").hasContent("out\nerr\nout again");
    }

    @Test
    void noticesAChangedIndex() throws Exception {
        var log = store(Kind.PLAIN).create(UUID.randomUUID());
        append(log, Stream.STDOUT, "out\n");
        log.seal();
        var index = folder().resolve(id(log) + ".idx");
        var bytes = Files.readAllBytes(index);

        for (int at : new int[] { 0, 1, 4 }) {
            var changed = bytes.clone();
            changed[at] = 99;
            Files.write(index, changed);
            assertThatThrownBy(() -> readAll(log)).as("byte " + at).isInstanceOf(IOException.class);
        }
    }

    /** The real thing: every write to this file fails with ENOSPC. */
    @Test
    void saysThatTheDiskIsFull() throws Exception {
        var timer = Executors.newSingleThreadScheduledExecutor();
        try (var full = new FileOutputStream("/dev/full")) {
            var log = logTo(full, timer);
            append(log, Stream.STDOUT, "some");

            // without any further output, too
            assertThat(log.failure().get(10, TimeUnit.SECONDS)).hasMessageContaining("No space left on device");
            assertThatThrownBy(() -> append(log, Stream.STDOUT, "more")).hasMessageContaining("No space left on device");
            assertThatThrownBy(log::seal).hasMessageContaining("No space left on device");
            assertThat(new String(readAll(log), StandardCharsets.UTF_8)).isEqualTo("some");
        } finally {
            timer.shutdownNow();
        }
    }

    @Test
    void doesNotWaitForAFullDiskForever() throws Exception {
        var timer = Executors.newSingleThreadScheduledExecutor();
        try (var full = new FileOutputStream("/dev/full")) {
            var log = logTo(full, timer);
            var bytes = new byte[LogFormat.SEGMENT];

            assertThatThrownBy(() -> {
                for (int i = 0; i < 100; i++) {
                    log.append(Stream.STDOUT, bytes, 0, bytes.length);
                }
            }).hasMessageContaining("No space left on device");
        } finally {
            timer.shutdownNow();
        }
    }

    /** Also what came while the disk was busy is written soon, even if nothing follows. */
    @Test
    void writesSoonWhatCameWhileTheDiskWasBusy() throws Exception {
        var timer = Executors.newSingleThreadScheduledExecutor();
        var written = new LinkedBlockingQueue<Integer>();
        var slow = new CountDownLatch(1);
        try (var writers = Executors.newCachedThreadPool()) {
            var log = logTo((segment, length, last) -> {
                written.add(length);
                Latches.await(slow);
            }, writers, timer);
            append(log, Stream.STDOUT, "one");
            assertThat(written.poll(10, TimeUnit.SECONDS)).isNotNull();
            append(log, Stream.STDOUT, "two");
            timer.schedule(slow::countDown, 600, TimeUnit.MILLISECONDS); // three times as long as output is gathered

            assertThat(written.poll(10, TimeUnit.SECONDS)).isNotNull();
        } finally {
            timer.shutdownNow();
        }
    }

    @Test
    void endsThoughItsStoreWasClosed() throws Exception {
        var timer = Executors.newSingleThreadScheduledExecutor();
        try {
            var log = logTo((segment, length, last) -> {
                // it is not written anyway
            }, task -> {
                throw new RejectedExecutionException("on purpose");
            }, timer);
            var bytes = new byte[2 * LogFormat.SEGMENT];
            assertThatThrownBy(() -> log.append(Stream.STDOUT, bytes, 0, bytes.length)).isInstanceOf(IOException.class)
                    .hasMessageContaining("closed");
            assertThat(log.failure()).isDone();
            var sealing = CompletableFuture.runAsync(() -> assertThatThrownBy(log::seal).hasMessageContaining("closed"));
            sealing.get(10, TimeUnit.SECONDS);
        } finally {
            timer.shutdownNow();
        }
        var late = logTo((segment, length, last) -> {
            // it is not written anyway
        }, Runnable::run, timer);
        append(late, Stream.STDOUT, "late");
        assertThatThrownBy(late::seal).isInstanceOf(IOException.class).hasMessageContaining("closed");
    }

    private interface Written {
        void write(byte[] segment, int length, boolean last) throws IOException;
    }

    private SegmentedLog logTo(Written to, Executor writers, ScheduledExecutorService timer) {
        var sink = new LogFormat.Sink() {
            @Override
            public void write(byte[] segment, int length, boolean last) throws IOException {
                to.write(segment, length, last);
            }

            @Override
            public void close() {
                // nothing is open
            }
        };
        return new SegmentedLog(UUID.randomUUID(), format(Kind.PLAIN), sink, writers, timer, log -> {
            // nobody needs to know
        });
    }

    @Test
    void endsACommandWhoseOutputCannotBeKeptAndGoesOn() throws Exception {
        var real = store(Kind.PLAIN);
        var timer = Executors.newSingleThreadScheduledExecutor();
        var full = new ArrayList<>(List.of(new FileOutputStream("/dev/full"), new FileOutputStream("/dev/full")));
        var store = new LogStore() {
            @Override
            public OutputLog create(UUID execution) throws IOException {
                return full.isEmpty() ? real.create(execution) : logTo(full.removeLast(), timer);
            }

            @Override
            public Optional<OutputLog> open(UUID execution) throws IOException {
                return real.open(execution);
            }

            @Override
            public void delete(UUID execution) throws IOException {
                real.delete(execution);
            }
        };
        var environment = new Environment(home, home.resolve("config"), home.resolve("credentials"), Optional.empty(), false, false);
        try (var engine = new Engine(environment, store, new MemoryHistory(), System.getenv(), Clock.systemUTC())) {
            for (var script : List.of("echo x; sleep 60", "while echo x; do :; done")) {
                var result = run(engine, shell(script));
                assertThat(result.status()).isEqualTo(ExecutionStatus.FAILED);
                assertThat(result.error()).contains("No space left on device", "was ended");
            }
            assertThat(run(engine, shell("echo fine")).stdout()).isEqualTo("fine\n");
        } finally {
            timer.shutdownNow();
        }
    }

    private static ExecutionResult run(Engine engine, ExecutionRequest request) throws Exception {
        var approval = new Approval(engine.approvalHash(request), "tester", Instant.now());
        return engine.completion(engine.execute(request.withApproval(approval))).get(10, TimeUnit.SECONDS);
    }

    private SegmentedLog logTo(FileOutputStream file, ScheduledExecutorService timer) {
        var sink = new LogFormat.Sink() {
            @Override
            public void write(byte[] segment, int length, boolean last) throws IOException {
                file.write(segment, 0, length);
            }

            @Override
            public void close() throws IOException {
                file.close();
            }
        };
        return new SegmentedLog(UUID.randomUUID(), format(Kind.PLAIN), sink, Runnable::run, timer, log -> {
            // nobody needs to know
        });
    }

    @ParameterizedTest
    @EnumSource
    void deletesOldLogs(Kind kind) throws Exception {
        var old = ended(kind, 10, Duration.ofDays(8));
        var young = ended(kind, 10, Duration.ofDays(6));
        var notOurs = Files.writeString(folder().resolve("notes.log"), "mine");
        Files.setLastModifiedTime(notOurs, FileTime.from(Instant.EPOCH));

        Retention.DEFAULT.clean(folder(), format(kind), Set.of());

        assertThat(remaining()).containsExactlyInAnyOrder(young.toString(), "notes");
        assertThat(store(kind).open(old)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void deletesTheOldestOfTooMuch(Kind kind) throws Exception {
        var first = ended(kind, 400_000, Duration.ofHours(3));
        var second = ended(kind, 400_000, Duration.ofHours(2));
        var third = ended(kind, 400_000, Duration.ofHours(1));

        new Retention(Duration.ofDays(7), 1_000_000).clean(folder(), format(kind), Set.of());

        assertThat(remaining()).containsExactlyInAnyOrder(second.toString(), third.toString()).doesNotContain(first.toString());
    }

    @ParameterizedTest
    @EnumSource
    void sparesWhatIsWritten(Kind kind) throws Exception {
        var store = store(kind);
        var mine = store.create(UUID.randomUUID());
        var theirs = store.create(UUID.randomUUID());
        var abandoned = store.create(UUID.randomUUID());
        for (var log : List.of(mine, theirs, abandoned)) {
            append(log, Stream.STDOUT, "x");
            eventually(() -> readable(kind, id(log))); // then it has been written, and nothing changes its time any more
        }
        age(id(mine), Duration.ofDays(30));
        age(id(theirs), Duration.ofHours(2));
        age(id(abandoned), Duration.ofDays(2));

        new Retention(Duration.ofDays(7), 0).clean(folder(), format(kind), Set.of(id(mine)));

        assertThat(remaining()).containsExactlyInAnyOrder(id(mine).toString(), id(theirs).toString());
        assertThat(Files.getLastModifiedTime(mine.path()).toInstant()).isAfter(Instant.now().minusSeconds(60));
    }

    private UUID ended(Kind kind, int size, Duration ago) throws IOException {
        var log = store(kind).create(UUID.randomUUID());
        append(log, Stream.STDOUT, "x".repeat(size));
        log.seal();
        age(id(log), ago);
        return id(log);
    }

    private void age(UUID id, Duration ago) throws IOException {
        Files.setLastModifiedTime(folder().resolve(id + ".log"), FileTime.from(Instant.now().minus(ago)));
    }

    private List<String> remaining() throws IOException {
        try (var files = Files.list(folder())) {
            return files.map(file -> file.getFileName().toString()).filter(name -> name.endsWith(".log"))
                    .map(name -> name.substring(0, name.length() - 4)).toList();
        }
    }

    private static UUID id(OutputLog log) {
        return UUID.fromString(log.path().getFileName().toString().replace(".log", ""));
    }

    private interface Condition {
        boolean holds() throws IOException;
    }

    private interface Found<T> {
        T find() throws IOException;
    }

    private static void await(Condition condition) throws Exception {
        eventually(() -> condition.holds() ? Boolean.TRUE : null);
    }

    /** Files tell nobody of a change, so the reader has to look again. */
    private static <T> T eventually(Found<T> found) throws Exception {
        var limit = Instant.now().plus(SOON);
        var value = found.find();
        while (value == null && Instant.now().isBefore(limit)) {
            TimeUnit.MILLISECONDS.sleep(10);
            value = found.find();
        }
        assertThat(value).as("within " + SOON).isNotNull();
        return value;
    }
}
