package cloudops.storage.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import cloudops.storage.ChatStorage.Role;
import cloudops.storage.ResourceFilter;
import cloudops.storage.StorageException;
import cloudops.storage.StorageException.Problem;

/** The store's files are deleted, or replaced by those of another process, while a process has them open. */
class DeletedStoreTest {

    @TempDir
    Path home;

    private OpenHome opened;

    @BeforeEach
    void fill() throws Exception {
        opened = OpenHome.of(home);
        opened.estate().upsert(Ledger.group(0, 1));
        opened.chats().append(Ledger.CONVERSATION, Role.USER, "hello", List.of());
        for (var read : reads().values()) {
            read.call();
        }
    }

    @AfterEach
    void close() throws Exception {
        opened.close();
    }

    private Map<String, Callable<?>> reads() {
        var reads = new TreeMap<String, Callable<?>>();
        var estate = opened.estate();
        reads.put("get", () -> estate.get(Ledger.group(0, 1).getFirst().resource().key()));
        reads.put("list", this::list);
        reads.put("keys", () -> estate.keys(ResourceFilter.ALL));
        reads.put("count", () -> estate.count(ResourceFilter.ALL));
        reads.put("search", () -> estate.search("db", ResourceFilter.ALL, 5));
        reads.put("complete", () -> estate.complete("db", ResourceFilter.ALL, 5));
        reads.put("history", () -> opened.chats().history(Ledger.CONVERSATION, 5));
        reads.put("chats", () -> opened.chats().list(5));
        reads.put("search chats", () -> opened.chats().search("hello", 5));
        return reads;
    }

    private List<String> list() throws StorageException {
        var found = new ArrayList<String>();
        opened.estate().list(ResourceFilter.ALL, resource -> found.add(resource.state()));
        return found;
    }

    private void scan(OpenHome home, int round) throws StorageException {
        var all = Ledger.group(0, round);
        assertThat(home.estate().changed(all.stream().map(one -> one.resource()).toList())).hasSize(Ledger.GROUP);
        assertThat(home.estate().upsert(all).written()).isEqualTo(Ledger.GROUP);
    }

    @ParameterizedTest
    @ValueSource(strings = { "store", "store/lucene/aws_estate", "store/lucene/aws_estate/*" })
    void readsSaySoUntilAScanMakesANewOne(String what) throws Exception {
        delete(what);
        for (int again = 0; again < 2; again++) {
            for (var read : reads().entrySet()) {
                if (what.equals("store") || !read.getKey().matches("history|chats|search chats")) {
                    assertGone(() -> read.getValue().call());
                }
            }
        }
        scan(opened, 2);
        assertThat(list()).hasSize(Ledger.GROUP).containsOnly("2");
        opened.chats().append(Ledger.CONVERSATION, Role.USER, "again", List.of());
        for (var read : reads().values()) {
            read.call();
        }
        assertThat(opened.estate().search("db-3", ResourceFilter.ALL, 5)).isNotEmpty();
        assertThat(opened.estate().damaged()).isEmpty();
        try (var another = OpenHome.of(home)) {
            assertThat(another.estate().count(ResourceFilter.ALL)).isEqualTo(Ledger.GROUP);
        }
    }

    /** Who writes first is told, too: a scan compares with what was there before, and would otherwise think that it deleted nothing. */
    @Test
    void theFirstWriteSaysSoAndTheNextMakesANewOne() throws Exception {
        delete("store");
        assertGone(() -> opened.estate().upsert(Ledger.group(0, 2)));
        assertGone(this::list);
        assertGone(() -> opened.chats().append(Ledger.CONVERSATION, Role.USER, "x", List.of()));
        scan(opened, 3);
        assertThat(list()).containsOnly("3");
        opened.chats().append(Ledger.CONVERSATION, Role.USER, "again", List.of());
        assertThat(opened.chats().history(Ledger.CONVERSATION, 5)).singleElement().extracting(message -> message.content()).isEqualTo("again");
    }

    @Test
    void deletingAndRotatingInADeletedStoreSaySo() throws Exception {
        delete("store");
        assertGone(() -> opened.estate().delete(List.of(Ledger.group(0, 1).getFirst().resource().key())));
        assertGone(() -> opened.chats().delete(Ledger.CONVERSATION));
        assertGone(this::list);
        // nothing is encrypted with the old key any more, as nothing is there
        assertThat(opened.keys().rotate((done, total) -> { }).rewritten()).isZero();
    }

    /** What another process wrote into a new store is what is served, whatever that store has in common with the old. */
    @Test
    void aStoreThatAnotherProcessMadeInItsPlaceIsServed() throws Exception {
        for (int round = 2; round < 6; round++) {
            delete("store");
            try (var another = OpenHome.of(home)) {
                another.estate().upsert(Ledger.group(0, round));
                another.chats().append(Ledger.CONVERSATION, Role.USER, "hello " + round, List.of());
            }
            if (round % 2 == 0) {
                opened.estate().upsert(Ledger.group(1, round));
            }
            assertThat(list()).hasSize(round % 2 == 0 ? 2 * Ledger.GROUP : Ledger.GROUP).containsOnly(String.valueOf(round));
            assertThat(opened.chats().history(Ledger.CONVERSATION, 5)).singleElement().extracting(message -> message.content())
                    .isEqualTo("hello " + round);
            assertThat(opened.estate().search("db-3", ResourceFilter.ALL, 5)).isNotEmpty()
                    .allSatisfy(hit -> assertThat(Integer.parseInt(hit.resource().state())).isPositive());
            for (var read : reads().values()) {
                read.call();
            }
        }
        assertThat(opened.estate().damaged()).isEmpty();
    }

    @Test
    void aHomeThatIsDeletedWholeSaysSo() throws Exception {
        delete(".");
        for (var read : reads().values()) {
            assertThat(catchThrowable(read::call)).isInstanceOf(StorageException.class);
        }
        assertThat(catchThrowable(() -> opened.estate().upsert(Ledger.group(0, 2)))).isInstanceOf(StorageException.class);
        assertThat(catchThrowable(() -> opened.chats().append(Ledger.CONVERSATION, Role.USER, "x", List.of()))).isInstanceOf(StorageException.class);
        // another process begins with new keys, and a new store
        try (var another = OpenHome.of(home)) {
            another.estate().upsert(Ledger.group(0, 3));
            assertThat(another.estate().count(ResourceFilter.ALL)).isEqualTo(Ledger.GROUP);
        }
    }

    private void assertGone(ThrowingCallable call) {
        var thrown = catchThrowable(call);
        assertThat(thrown).isInstanceOfSatisfying(StorageException.class, e -> {
            assertThat(e.problem()).isEqualTo(Problem.IO);
            assertThat(e.getMessage() + "; try: " + e.remedy()).contains("gone", home.resolve("store").toString(), "scan");
        });
    }

    private void delete(String what) throws IOException {
        var folder = home.resolve(what.replace("/*", ""));
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                if (!what.endsWith("/*") && !what.equals(".") || !file.equals(folder)) {
                    Files.delete(file);
                }
            }
        }
    }
}
