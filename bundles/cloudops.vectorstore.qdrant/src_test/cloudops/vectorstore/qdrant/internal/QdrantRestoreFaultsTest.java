package cloudops.vectorstore.qdrant.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import cloudops.vectorstore.CollectionContents;
import cloudops.vectorstore.Filter;
import cloudops.vectorstore.VectorStoreException;
import cloudops.vectorstore.VectorStoreException.Problem;
import cloudops.vectorstore.qdrant.standin.QdrantDouble;
import cloudops.vectorstore.spi.OpenStore;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.qdrant.client.QdrantClient;
import io.qdrant.client.QdrantGrpcClient;
import io.qdrant.client.grpc.Collections.Distance;
import io.qdrant.client.grpc.Collections.VectorParams;

/** What comes between a restore and its end. */
class QdrantRestoreFaultsTest extends QdrantServers {

    /** A process that is killed is one whose writes end: here after the first call, after the second, and so on to the last. */
    @Test
    void aRestoreThatIsCutOffAnywhereLeavesAllOfBeforeOrAllOfAfter() throws Exception {
        var outcomes = new TreeSet<Long>();
        boolean cut = true;
        for (int calls = 0; cut; calls++) {
            var server = server();
            var store = store(server);
            for (var name : List.of(POINTS, "other")) {
                store.ensureCollection(name, 2);
                store.upsert(name, IntStream.range(0, 130).mapToObj(QdrantServers::point).toList());
            }
            var left = new AtomicInteger(calls);
            server.onCall = call -> server.locked = left.getAndDecrement() <= 0;
            boolean whole = restored(store);
            cut = left.get() < 0;
            server.onCall = call -> { };
            server.locked = false;

            var after = store(server);
            long points = after.count(POINTS, Filter.ALL);
            assertThat(List.of(points, after.count("other", Filter.ALL))).as("cut off after %s calls", calls)
                    .isEqualTo(whole ? List.of(250L, 7L) : List.of(130L, 130L));
            outcomes.add(points);
            assertThat(restored(after)).isTrue();
            assertThat(server.collections).as("what is left after the next restore").hasSize(2);
            assertThat(after.collections()).containsOnlyKeys(POINTS, "other");
        }
        assertThat(outcomes).containsExactly(130L, 250L);
    }

    private OpenStore storeOfTwo(QdrantDouble server) throws VectorStoreException {
        var store = store(server);
        store.ensureCollection(POINTS, 2);
        store.ensureCollection("other", 2);
        return store;
    }

    private static boolean restored(OpenStore store) {
        try {
            store.restore(List.of(contents(POINTS, 250), contents("other", 7)));
            return true;
        } catch (VectorStoreException e) {
            assertThat(e.problem()).as(e.getMessage()).isIn(Problem.IO, Problem.UNREACHABLE, Problem.UNFINISHED);
            return false;
        }
    }

    private static CollectionContents contents(String collection, int count) {
        return new CollectionContents(collection, 2, each -> IntStream.range(1_000, 1_000 + count).mapToObj(QdrantServers::point).forEach(each));
    }

    @Test
    void aRestoreOfWhichOnlyTheServerKnowsThatItIsDoneIsKept() throws Exception {
        var server = server();
        var store = storeOfTwo(server);
        var asked = new AtomicBoolean();
        server.onCall = call -> {
            asked.compareAndSet(false, call.endsWith("UpdateAliases"));
            server.lostAnswers.set(asked.get() ? 1 : 0);
        };

        assertProblem(Problem.UNFINISHED, () -> store.restore(List.of(contents(POINTS, 250), contents("other", 7))), "Only the server");

        server.onCall = call -> { };
        server.lostAnswers.set(0);
        assertThat(store.count(POINTS, Filter.ALL)).isEqualTo(250);
        assertThat(store.count("other", Filter.ALL)).isEqualTo(7);
    }

    @Test
    void aRestoreWhoseLastAnswerIsLostIsLookedFor() throws Exception {
        var server = server();
        var store = storeOfTwo(server);
        server.onCall = call -> server.lostAnswers.set(call.endsWith("UpdateAliases") ? 1 : 0);
        assertThat(restored(store)).isTrue();
        assertThat(server.collections).as("what is replaced is removed").hasSize(2);
    }

    @Test
    void aRestoreAfterWhichNothingCanBeRemovedIsDone() throws Exception {
        var server = server();
        var store = storeOfTwo(server);
        var moved = new AtomicBoolean();
        server.onCall = call -> {
            moved.compareAndSet(false, call.endsWith("UpdateAliases"));
            server.unavailable.set(moved.get() && call.endsWith("Collections/List") ? 1 : 0);
        };
        assertThat(restored(store)).isTrue();
        server.onCall = call -> { };
        server.unavailable.set(0);
        assertThat(store.count(POINTS, Filter.ALL)).isEqualTo(250);
    }

    @Test
    void aRestoreRemovesNothingOfOtherPrograms() throws Exception {
        var server = server();
        var store = storeOfTwo(server);
        var theirs = List.of(POINTS + ".notes", POINTS + ".1", POINTS + "." + UUID.randomUUID() + ".old");
        theirs.forEach(name -> server.collections.put(name, server.collection("other")));
        var aliased = POINTS + "." + UUID.randomUUID();
        server.collections.put(aliased, server.collection("other"));
        server.aliases.put("somebody", aliased);
        var otherVector = POINTS + "." + UUID.randomUUID();
        try (var client = new QdrantClient(QdrantGrpcClient.newBuilder(
                Grpc.newChannelBuilder("127.0.0.1:" + server.port(), InsecureChannelCredentials.create()).build(), true, false).build())) {
            client.createCollectionAsync(otherVector, VectorParams.newBuilder().setSize(2).setDistance(Distance.Cosine).build()).get();
        }
        var remains = POINTS + "." + UUID.randomUUID();
        server.collections.put(remains, server.collection("other"));

        assertThat(restored(store)).isTrue();

        assertThat(server.collections).containsKeys(theirs.toArray(String[]::new)).containsKeys(aliased, otherVector)
                .doesNotContainKeys(remains, POINTS + ".0");
    }

    @Test
    void whoMakesACollectionDoesNotTakeItsNameFromARestore() throws Exception {
        var server = server();
        var store = store(server);
        store.ensureCollection("other", 2);
        store.upsert("other", List.of(point(1)));
        var restored = POINTS + "." + UUID.randomUUID();
        server.onCall = call -> {
            if (call.endsWith("CreateFieldIndex")) {
                server.collections.put(restored, server.collection("other"));
                server.aliases.put(POINTS, restored);
            }
        };

        store.ensureCollection(POINTS, 2);

        assertThat(server.aliases).containsEntry(POINTS, restored);
        assertThat(store.count(POINTS, Filter.ALL)).isEqualTo(1);
    }

    @Test
    void aRestoreWhoseNamesSomebodyTakesBackMovesThemAgain() throws Exception {
        var server = server();
        var store = storeOfTwo(server);
        takeBack(server, 1);

        assertThat(restored(store)).isTrue();

        assertThat(store.count(POINTS, Filter.ALL)).isEqualTo(250);
        assertThat(server.collections).hasSize(2);
    }

    @Test
    void aRestoreWhoseNamesAreTakenBackForEverIsNotSaidToBeDoneAndKeepsWhatItMade() throws Exception {
        var server = server();
        var store = storeOfTwo(server);
        takeBack(server, Integer.MAX_VALUE);

        assertProblem(Problem.UNFINISHED, () -> store.restore(List.of(contents(POINTS, 250), contents("other", 7))), "another program", "try: ");

        assertThat(server.collections.keySet()).filteredOn(name -> name.startsWith(POINTS + ".")).hasSize(2).contains(POINTS + ".0");
    }

    /** Once names were moved, somebody with an older view sets one to what it was, so many times. */
    private static void takeBack(QdrantDouble server, int times) {
        var left = new AtomicInteger(times);
        var moved = new AtomicBoolean();
        server.onCall = call -> {
            if (call.endsWith("UpdateAliases")) {
                moved.set(true);
            } else if (call.endsWith("ListAliases") && moved.getAndSet(false) && left.getAndDecrement() > 0) {
                server.aliases.put(POINTS, POINTS + ".0");
            }
        };
    }

    @Test
    void aRestoreOntoAServerWithoutRoomChangesNothing() throws Exception {
        var server = server();
        var store = store(server);
        store.ensureCollection(POINTS, 2);
        store.upsert(POINTS, List.of(point(1)));
        server.room.set(4);

        assertProblem(Problem.IO, () -> store.restore(List.of(contents(POINTS, 250))), "No space left", "try: ");

        assertThat(store.count(POINTS, Filter.ALL)).isEqualTo(1);
        assertThat(server.collections).as("nothing is left behind").hasSize(1);
    }

    @Test
    void aForeignCollectionIsNotRestoredOver() throws Exception {
        var server = server();
        var store = store(server);
        store.ensureCollection("other", 2);
        server.collections.put(POINTS, server.collection("other"));

        assertProblem(Problem.FOREIGN, () -> store.restore(List.of(contents("other", 5), contents(POINTS, 5))), POINTS, "try: ");
        assertThat(store.count("other", Filter.ALL)).isZero();
    }

    @Test
    void aScrollThatARestoreComesBetweenEndsWithWhatToDo() throws Exception {
        var server = server();
        var store = store(server);
        store.ensureCollection(POINTS, 2);
        store.upsert(POINTS, IntStream.range(0, 130).mapToObj(QdrantServers::point).toList());
        var seen = new ArrayList<UUID>();

        assertProblem(Problem.LOCKED, () -> store.scroll(POINTS, Filter.ALL, each -> {
            if (seen.isEmpty()) {
                assertThat(restored(keptStore(server))).isTrue();
            }
            seen.add(each.id());
        }), POINTS, "try: again");
        assertThat(seen).hasSize(100);
    }

    private OpenStore keptStore(QdrantDouble server) {
        try {
            return store(server);
        } catch (VectorStoreException e) {
            throw new IllegalStateException(e);
        }
    }
}
