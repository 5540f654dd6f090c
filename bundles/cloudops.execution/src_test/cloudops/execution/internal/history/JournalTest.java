package cloudops.execution.internal.history;

import static cloudops.execution.internal.history.Samples.START;
import static cloudops.execution.internal.history.Samples.completed;
import static cloudops.execution.internal.history.Samples.encrypted;
import static cloudops.execution.internal.history.Samples.environment;
import static cloudops.execution.internal.history.Samples.keys;
import static cloudops.execution.internal.history.Samples.running;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.logging.Level;
import java.util.logging.Logger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import cloudops.execution.ExecutionRecord;
import cloudops.execution.ExecutionRequest.Metadata;
import cloudops.execution.ExecutionRequest.Resource;
import cloudops.execution.ExecutionStatus;
import cloudops.execution.HistoryFilter;
import cloudops.execution.spi.LogKeys;

class JournalTest {

    private static final boolean LONG = Boolean.getBoolean("cloudops.test.long");

    @TempDir
    Path home;

    private final List<Journal> open = new ArrayList<>();

    @AfterEach
    void closeAll() {
        Logger.getLogger(Journal.class.getName()).setLevel(null);
        open.forEach(Journal::close);
    }

    private Journal journal() {
        var journal = encrypted(home);
        open.add(journal);
        return journal;
    }

    private Path file() {
        return home.resolve("executions/history.log");
    }

    /** @return their records, oldest first */
    private List<ExecutionRecord> write(int count) throws IOException {
        var journal = journal();
        var records = new ArrayList<ExecutionRecord>();
        for (int i = 0; i < count; i++) {
            var record = completed(running("echo " + i, START.plusSeconds(i)));
            journal.append(record);
            records.add(record);
        }
        return records;
    }

    private static List<ExecutionRecord> newestFirst(List<ExecutionRecord> records) {
        var reversed = new ArrayList<>(records);
        Collections.reverse(reversed);
        return reversed;
    }

    @Test
    void servesTheLastStateOfEachNewestFirst() throws Exception {
        var journal = journal();
        var first = running("echo 'naïve 漢字 👍'", START);
        var second = running("echo 2", START.plusSeconds(1));
        journal.append(first);
        journal.append(second);
        journal.append(completed(first));

        var began = second.withStatus(ExecutionStatus.RUNNING);
        assertThat(journal.find(HistoryFilter.ALL)).containsExactly(began, completed(first));
        assertThat(journal.get(first.id())).contains(completed(first));
        assertThat(journal.get(UUID.randomUUID())).isEmpty();
        assertThat(journal().find(HistoryFilter.ALL)).as("another process").containsExactly(began, completed(first));
        journal.close();
        assertThat(journal().find(HistoryFilter.ALL)).as("when the first has ended").first()
                .isEqualTo(second.ended(ExecutionStatus.INTERRUPTED, null, "its process ended while it ran", null));
    }

    @Test
    void isEmptyAndAsksForNoKeyBeforeThereIsAnything() throws Exception {
        var journal = new Journal(environment(home), new LogKeys() {
            @Override
            public javax.crypto.SecretKey logs() throws IOException {
                throw new IOException("asked");
            }

            @Override
            public javax.crypto.SecretKey history() throws IOException {
                throw new IOException("asked");
            }
        });
        assertThat(journal.find(HistoryFilter.ALL)).isEmpty();
        assertThat(Files.exists(home.resolve("executions"))).isFalse();
        assertThatThrownBy(() -> journal.append(running("echo", START))).isInstanceOf(IOException.class).hasMessage("asked");
    }

    @Test
    void isPrivateAndTellsNothingToWhomHasNoKey() throws Exception {
        write(3);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file()))).isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file().getParent()))).isEqualTo("rwx------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home.resolve("executions/runs")))).isEqualTo("rwx------");
        assertThat(Files.readString(file(), ISO_8859_1)).doesNotContain("echo").doesNotContain("111122223333");
    }

    @Test
    void filtersByEverything() throws Exception {
        var journal = journal();
        var plan = UUID.randomUUID();
        var records = new ArrayList<ExecutionRecord>();
        for (int i = 0; i < 20; i++) {
            var from = running("echo " + i, START.plusSeconds(600L * i));
            records.add(new ExecutionRecord(i == 10 ? plan : from.id(), i == 10 ? "plan" : "exec", from.command(),
                    i % 2 == 0 ? ExecutionStatus.COMPLETED : ExecutionStatus.FAILED, i % 2, null, from.startedAt(), from.startedAt(),
                    new Metadata("test", null, "conversation-" + i % 3, "account-" + i % 4, null), null, "resource-" + i % 5, null, null, null,
                    i == 11 || i == 12 ? plan : null, i == 11 || i == 12 ? "step-" + i : null));
        }
        for (var record : records) {
            journal.append(record);
        }
        var newest = newestFirst(records);
        for (var filter : List.of(HistoryFilter.newest(3), HistoryFilter.plan(plan),
                new HistoryFilter(START.plusSeconds(6000), null, null, null, null, null, null, 100),
                new HistoryFilter(null, START.plusSeconds(6000), null, null, null, null, null, 2),
                new HistoryFilter(null, null, Set.of(ExecutionStatus.FAILED), null, null, null, null, 4),
                new HistoryFilter(null, null, null, "resource-3", null, null, null, 100),
                new HistoryFilter(null, null, null, null, "conversation-2", null, null, 100),
                new HistoryFilter(null, null, null, null, null, "account-1", null, 1))) {
            assertThat(journal.find(filter)).as("%s", filter).isNotEmpty()
                    .isEqualTo(newest.stream().filter(filter::accepts).limit(filter.limit()).toList());
        }
    }

    @Test
    void knowsTheResourcesByTheirNames() throws Exception {
        var hostile = "web \"1\"\n\u202e$(x) \ud83d\udc18";
        var web = new Resource("ec2_instance", "111122223333", "us-west-2", "i-0abc", hostile);
        var nameless = new Resource("ec2_instance", "111122223333", "eu-west-1", "i-0def", null);
        var plain = running("echo", START);
        var database = running("stop", START.plusSeconds(1));
        var servers = about(running("reboot", START.plusSeconds(2)), List.of(web, nameless));
        for (var record : List.of(plain, database, servers)) {
            journal().append(record);
        }
        assertThat(journal().get(servers.id()).orElseThrow().metadata().resources()).containsExactly(web, nameless);
        assertThat(journal().get(plain.id()).orElseThrow().metadata().resources()).isEmpty();
        for (var name : List.of(hostile, "i-0abc", "i-0def")) {
            assertThat(journal().find(actingOn(name))).extracting(ExecutionRecord::id).containsExactly(servers.id());
        }
        for (var name : List.of("pg-instance-main1", "arn:aws:rds:us-west-2:111122223333:db:pg-instance-main1")) {
            assertThat(journal().find(actingOn(name))).extracting(ExecutionRecord::id).containsExactly(database.id(), plain.id());
        }
        for (var name : List.of("main1", "web", "I-0ABC", "null")) {
            assertThat(journal().find(actingOn(name))).isEmpty();
        }
        assertThat(Files.readString(file(), ISO_8859_1)).doesNotContain("i-0abc");
    }

    private static HistoryFilter actingOn(String resource) {
        return new HistoryFilter(null, null, null, resource, null, null, null, 100);
    }

    private static ExecutionRecord about(ExecutionRecord r, List<Resource> resources) {
        return new ExecutionRecord(r.id(), r.kind(), r.command(), r.status(), r.exitCode(), r.error(), r.startedAt(), r.completedAt(),
                r.metadata().withResources(resources), null, null, r.risk(), null, null, null, null);
    }

    @Test
    void keepsNoSecretsInErrorsAndNoBooks() throws Exception {
        var record = running("x".repeat(100_000), START).ended(ExecutionStatus.FAILED, null,
                "cannot start: password=hunter2 " + "👍".repeat(50_000), START);
        journal().append(record);
        var read = journal().get(record.id()).orElseThrow();
        assertThat(read.error()).startsWith("cannot start: password=***").doesNotContain("hunter2").contains("more characters)");
        assertThat(read.error().getBytes(UTF_8)).hasSizeLessThan(40_000);
        assertThat(read.command()).hasSizeLessThan(20_000).endsWith("more characters)");
    }

    @Test
    void refusesWhatIsTooLong() throws Exception {
        var record = running("echo", START);
        var tags = java.util.Map.of("book", "x".repeat(2_000_000));
        var long_ = new ExecutionRecord(record.id(), "exec", "echo", ExecutionStatus.PENDING, null, null, START, null,
                new Metadata("test", tags, null, null, null), null, null, null, null, null, null, null);
        assertThatThrownBy(() -> journal().append(long_)).isInstanceOf(IOException.class).hasMessageContaining("more than");
        assertThat(journal().find(HistoryFilter.ALL)).isEmpty();
    }

    /** As a crash or a full disk leaves it. */
    @ParameterizedTest
    @ValueSource(booleans = { true, false })
    void survivesACutAtEveryByteOfTheLastRecord(boolean encrypted) throws Exception {
        var folder = home.resolve("executions");
        try (var journal = encrypted ? encrypted(home) : Journal.plain(folder)) {
            var first = completed(running("echo 1", START));
            journal.append(first);
            long one = Files.size(file());
            var second = completed(running("echo 2", START.plusSeconds(1)));
            journal.append(second);
            var whole = Files.readAllBytes(file());
            var third = completed(running("echo 3", START.plusSeconds(2)));
            for (int length = (int) one; length <= whole.length; length++) {
                Files.write(file(), Arrays.copyOf(whole, length));
                var rest = length >= whole.length - 1 ? List.of(second, first) : List.of(first); // but for the line break it is whole
                try (var after = encrypted ? encrypted(home) : Journal.plain(folder)) {
                    assertThat(after.find(HistoryFilter.ALL)).as("cut to %d of %d", length, whole.length).isEqualTo(rest);
                    after.append(third);
                    assertThat(after.find(HistoryFilter.ALL)).as("cut to %d of %d", length, whole.length)
                            .containsExactlyElementsOf(concat(third, rest));
                    assertThat(after.damaged()).as("cut to %d of %d", length, whole.length).isZero();
                }
            }
        }
    }

    @Test
    void startsAgainWhenTheVeryFirstWriteWasCut() throws Exception {
        var records = write(1);
        var whole = Files.readAllBytes(file());
        for (int length = 0; length < whole.length; length++) {
            Files.write(file(), Arrays.copyOf(whole, length));
            try (var after = encrypted(home)) {
                int kept = length < whole.length - 1 ? 0 : 1;
                assertThat(after.find(HistoryFilter.ALL)).as("cut to %d of %d", length, whole.length).hasSize(kept);
                after.append(records.getFirst());
                assertThat(after.find(HistoryFilter.ALL)).as("cut to %d of %d", length, whole.length).isEqualTo(records);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = { true, false })
    void servesAllOthersWhicheverBitIsFlipped(boolean encrypted) throws Exception {
        var folder = home.resolve("executions");
        var records = new ArrayList<ExecutionRecord>();
        var ends = new ArrayList<Long>();
        try (var journal = encrypted ? encrypted(home) : Journal.plain(folder)) {
            for (int i = 0; i < 4; i++) {
                records.add(completed(running("echo " + i, START.plusSeconds(i))));
                journal.append(records.getLast());
                ends.add(Files.size(file()));
            }
        }
        var whole = Files.readAllBytes(file());
        var others = newestFirst(records);
        others.remove(records.get(1));
        Logger.getLogger(Journal.class.getName()).setLevel(Level.OFF); // thousands of warnings
        for (int at = ends.get(0).intValue(); at < ends.get(1); at++) {
            for (int bit = LONG ? 0 : at % 8; bit < 8; bit += LONG ? 1 : 8) {
                var damaged = whole.clone();
                damaged[at] ^= (byte) (1 << bit);
                Files.write(file(), damaged);
                try (var journal = encrypted ? encrypted(home) : Journal.plain(folder)) {
                    var found = journal.find(HistoryFilter.ALL);
                    if (found.size() == 4) { // a bit that Base64 does not need
                        assertThat(found).isEqualTo(newestFirst(records));
                    } else {
                        assertThat(found).as("bit %d of byte %d", bit, at).isEqualTo(others);
                    }
                    // two when a byte became a line break
                    assertThat(journal.damaged()).as("bit %d of byte %d", bit, at).isBetween(1, 2);
                }
            }
        }
    }

    @Test
    void noticesWhatWasRemovedSwappedRepeatedOrMoved() throws Exception {
        var records = write(5);
        var lines = Files.readAllLines(file()).stream().filter(line -> !line.isEmpty()).toList(); // a header and five records
        assertDamaged(without(lines, 2), without(newestFirst(records), 3));
        assertDamaged(without(lines, 1), without(newestFirst(records), 4));
        var swapped = new ArrayList<>(lines);
        Collections.swap(swapped, 2, 3);
        assertDamaged(swapped, newestFirst(records));
        var repeated = new ArrayList<>(lines);
        repeated.add(3, lines.get(2));
        assertDamaged(repeated, newestFirst(records));
        var blank = new ArrayList<>(lines);
        blank.set(3, " ");
        assertDamaged(blank, without(newestFirst(records), 2));
    }

    private void assertDamaged(List<String> lines, List<ExecutionRecord> served) throws IOException {
        Files.write(file(), lines);
        var journal = journal();
        assertThat(journal.find(HistoryFilter.ALL)).isEqualTo(served);
        assertThat(journal.damaged()).isPositive();
        int damaged = journal.damaged();
        journal.find(HistoryFilter.ALL);
        assertThat(journal.damaged()).as("counted once").isEqualTo(damaged);
    }

    @Test
    void readsRecordsBehindGarbageOfAnyKind() throws Exception {
        var records = write(2);
        Files.write(file(), new byte[5_000_000], StandardOpenOption.APPEND); // as some file systems fill up after a power failure
        var journal = journal();
        var third = completed(running("echo 3", START.plusSeconds(9)));
        journal.append(third);
        assertThat(journal.find(HistoryFilter.ALL)).containsExactly(third, records.get(1), records.get(0));
    }

    @Test
    void leavesAHistoryOfANewerVersionAlone() throws Exception {
        write(2);
        var text = Files.readString(file(), ISO_8859_1).replaceFirst("cloudops-history/1", "cloudops-history/2");
        Files.writeString(file(), text, ISO_8859_1);
        assertThatThrownBy(() -> journal().find(HistoryFilter.ALL)).isInstanceOf(IOException.class)
                .hasMessageContaining("has format 2, this version knows 1");
        assertThatThrownBy(() -> journal().append(running("echo", START))).isInstanceOf(IOException.class)
                .hasMessageContaining("a newer version of this program");
        assertThat(Files.readString(file(), ISO_8859_1)).isEqualTo(text);

        var torn = text.substring(0, text.length() - 10); // it is for the newer version to tidy up
        Files.writeString(file(), torn, ISO_8859_1);
        assertThatThrownBy(() -> journal().append(running("echo", START))).isInstanceOf(IOException.class);
        assertThat(Files.readString(file(), ISO_8859_1)).isEqualTo(torn);
    }

    @ParameterizedTest
    @ValueSource(strings = { "something else\n", "something else without an end", "\n\n\n", "cloudops-history", "cloudops-history/1 plain" })
    void leavesWhatIsNoHistoryAlone(String content) throws Exception {
        Files.createDirectories(file().getParent());
        Files.writeString(file(), content);
        if (content.isBlank() || content.equals("cloudops-history")) {
            journal().append(running("echo", START)); // nothing, or the beginning of one
            assertThat(journal().find(HistoryFilter.ALL)).hasSize(1);
        } else {
            assertThatThrownBy(() -> journal().append(running("echo", START))).isInstanceOf(IOException.class).hasMessageContaining("move it away");
            assertThat(Files.readString(file())).isEqualTo(content);
        }
    }

    @Test
    void saysThatTheKeyIsAnotherOne() throws Exception {
        write(1);
        var before = Files.readAllBytes(file());
        try (var other = new Journal(environment(home), keys(8)); var plain = Journal.plain(home.resolve("executions"))) {
            assertThatThrownBy(() -> other.find(HistoryFilter.ALL)).isInstanceOf(IOException.class).hasMessageContaining("another key");
            assertThatThrownBy(() -> other.append(running("echo", START))).isInstanceOf(IOException.class).hasMessageContaining("another key");
            assertThatThrownBy(() -> plain.append(running("echo", START))).isInstanceOf(IOException.class)
                    .hasMessageContaining("kept as aes-256-gcm, not as plain");
        }
        assertThat(Files.readAllBytes(file())).isEqualTo(before);
    }

    @Test
    void readsEntriesOfALaterVersionAsFarAsItKnowsThem() throws Exception {
        var folder = home.resolve("executions");
        var known = completed(running("echo 1", START));
        try (var journal = Journal.plain(folder)) {
            journal.append(known);
        }
        var seal = new PlainSeal();
        var later = new HistoryFile(file(), new HomeLock(folder.resolve("history.lock")));
        var json = new String(new Entry(START, UUID.randomUUID(), known).toJson(), UTF_8);
        later.append(seal, json.replace("\"exit_code\"", "\"mood\":{\"a\":[1]},\"exit_code\"").getBytes(UTF_8));
        later.append(seal, json.replace("\"completed\"", "\"levitating\"").replace(known.id().toString(), UUID.randomUUID().toString())
                .getBytes(UTF_8));
        try (var journal = Journal.plain(folder)) {
            assertThat(journal.find(HistoryFilter.ALL)).containsExactly(known);
            assertThat(journal.damaged()).as("the one that is not understood").isEqualTo(1);
        }
    }

    @Test
    void plainOnesAreLinesOfJson() throws Exception {
        try (var journal = Journal.plain(home.resolve("executions"))) {
            journal.append(running("echo \"$(id)\"\nnewline \u202e", START));
        }
        assertThat(Files.readAllLines(file())).hasSize(3).last().asString().contains("\"kind\":\"exec\"").contains("\\nnewline");
    }

    @Test
    void saysWhatIsWrongWithTheFolder() throws Exception {
        Files.writeString(home.resolve("executions"), "in the way");
        assertThatThrownBy(() -> journal().append(running("echo", START))).isInstanceOf(IOException.class)
                .hasMessageContaining("executions is in the way");
    }

    @Test
    void saysWhatIsWrongWithTheFile() throws Exception {
        Files.createDirectories(file());
        assertThatThrownBy(() -> journal().append(running("echo", START))).isInstanceOf(IOException.class)
                .hasMessageContaining("history.log").hasMessageContaining("directory");
        assertThatThrownBy(() -> journal().find(HistoryFilter.ALL)).isInstanceOf(IOException.class).hasMessageContaining("directory");
    }

    @Test
    void saysThatAQuestionWasNeverAnswered() throws Exception {
        var journal = journal();
        journal.append(running("rm -r /", START).withStatus(ExecutionStatus.AWAITING_APPROVAL));
        assertThat(journal.find(HistoryFilter.ALL)).first().returns(ExecutionStatus.AWAITING_APPROVAL, ExecutionRecord::status);
        journal.close();
        assertThat(journal().find(HistoryFilter.ALL)).first().returns(ExecutionStatus.INTERRUPTED, ExecutionRecord::status)
                .returns("its process ended before anyone consented; nothing ran", ExecutionRecord::error);
    }

    @Test
    void saysThatTheDiskIsFull() throws Exception {
        Files.createDirectories(file().getParent());
        Files.createSymbolicLink(file(), Path.of("/dev/full"));
        assertThatThrownBy(() -> journal().append(running("echo", START))).isInstanceOf(IOException.class).hasMessageContaining("No space left");
    }

    @Test
    void writesOnAnInterruptedThread() throws Exception {
        var journal = journal();
        var record = running("echo", START);
        Thread.currentThread().interrupt();
        journal.append(record);
        journal.append(completed(record));
        assertThat(Thread.interrupted()).as("the flag").isTrue();
        assertThat(journal.find(HistoryFilter.ALL)).containsExactly(completed(record));
    }

    @Test
    void takesAThousandAtOnceFromTwoJournalsWhileItIsRead() throws Exception {
        var journals = List.of(journal(), journal());
        var ids = Collections.synchronizedSet(new java.util.HashSet<UUID>());
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 1_000; i++) {
                var journal = journals.get(i % 2);
                var record = running("echo " + i, START.plusSeconds(i));
                threads.submit(() -> {
                    journal.append(record);
                    journal.append(completed(record));
                    assertThat(journal.get(record.id())).contains(completed(record));
                    return ids.add(record.id());
                });
            }
        }
        assertThat(ids).hasSize(1_000);
        var reader = journal();
        assertThat(reader.find(HistoryFilter.ALL)).hasSize(1_000).allMatch(record -> record.status() == ExecutionStatus.COMPLETED);
        assertThat(reader.damaged()).isZero();
        assertThat(journals).allMatch(journal -> journal.damaged() == 0);
    }

    private static List<ExecutionRecord> concat(ExecutionRecord first, List<ExecutionRecord> rest) {
        var all = new ArrayList<>(List.of(first));
        all.addAll(rest);
        return all;
    }

    private static <T> List<T> without(List<T> list, int index) {
        var rest = new ArrayList<>(list);
        rest.remove(index);
        return rest;
    }
}
