package cloudops.vectorstore.qdrant.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import javax.net.ssl.KeyManagerFactory;

import org.junit.jupiter.api.Test;

import cloudops.vectorstore.Filter;
import cloudops.vectorstore.Point;
import cloudops.vectorstore.VectorStoreException;
import cloudops.vectorstore.VectorStoreException.Problem;
import cloudops.vectorstore.qdrant.standin.QdrantDouble;
import cloudops.vectorstore.qdrant.standin.QdrantDouble.Keys;
import cloudops.vectorstore.qdrant.standin.StoredCollection.Stored;
import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.TlsServerCredentials;
import io.qdrant.client.ValueFactory;
import io.qdrant.client.grpc.Collections.PayloadSchemaType;
import io.qdrant.client.grpc.Common.PointId;

/** What a server does that is not well, not ours, or not honest. */
class QdrantFaultsTest extends QdrantServers {

    @Test
    void aServerThatIsAwayForAMomentIsWaitedFor() throws Exception {
        var server = server();
        var store = store(server);
        store.ensureCollection(POINTS, 2);

        server.unavailable.set(4);
        store.upsert(POINTS, List.of(point(1)));

        assertThat(server.unavailable).hasValue(0);
        assertThat(store.count(POINTS, Filter.ALL)).isEqualTo(1);
    }

    @Test
    void aWriteWhoseAnswerIsLostIsRepeatedWithoutHarm() throws Exception {
        var server = server();
        var store = store(server);
        server.lostAnswers.set(1);
        assertThat(store.collections()).isEmpty();
        server.lostAnswers.set(4);
        store.ensureCollection(POINTS, 2);
        server.lostAnswers.set(2);
        store.upsert(POINTS, IntStream.range(0, 250).mapToObj(QdrantServers::point).toList());
        server.lostAnswers.set(1);
        store.delete(POINTS, List.of(new UUID(0, 7)));

        assertThat(store.count(POINTS, Filter.ALL)).isEqualTo(249);
    }

    @Test
    void aServerThatStaysAwayIsGivenUpWithWhatToDo() throws Exception {
        var server = server();
        var store = store(server);
        store.ensureCollection(POINTS, 2);
        int before = server.calls.get();
        server.unavailable.set(1_000);

        assertProblem(Problem.UNREACHABLE, () -> store.count(POINTS, Filter.ALL), server.address(), "try: ");

        assertThat(server.calls.get() - before).isEqualTo(6);
        server.unavailable.set(0);
        assertThat(store.count(POINTS, Filter.ALL)).as("it comes back").isZero();
    }

    @Test
    void noServerAtAll() throws Exception {
        int port;
        try (var socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        var store = open("qdrant://127.0.0.1:" + port);

        assertProblem(Problem.UNREACHABLE, () -> store.ensureCollection(POINTS, 2), "127.0.0.1:" + port, "try: ");
    }

    @Test
    void aStoreSurvivesTheRestartOfItsServer() throws Exception {
        var server = server();
        var store = store(server);
        store.ensureCollection(POINTS, 2);
        store.upsert(POINTS, List.of(point(1)));
        int port = server.port();
        server.close();
        var again = keep(new QdrantDouble(Keys.NONE, port, InsecureServerCredentials.create()));
        again.collections.putAll(server.collections);
        again.aliases.putAll(server.aliases);

        assertThat(store.get(POINTS, new UUID(0, 1))).isPresent();
    }

    @Test
    void aServerThatDoesNotAnswerIsNotWaitedForLonger() throws Exception {
        var server = server();
        var store = open(server.address() + "?timeout_seconds=1");
        server.silent.set(1);

        assertProblem(Problem.UNREACHABLE, store::collections, "within 1 s", "try: ");
        assertThat(store.collections()).isEmpty();
    }

    @Test
    void theKeyMustBeRight() throws Exception {
        var server = keep(new QdrantDouble(new Keys(Optional.of("right"), Optional.of("reader")), 0, InsecureServerCredentials.create()));
        var key = Files.writeString(folder.resolve("key"), "right\n");
        var address = server.address() + "?api_key_file=" + key;
        assertThat(open(address).collections()).isEmpty();

        Files.writeString(key, "wr0ng");
        assertProblem(Problem.REFUSED, () -> open(address).collections(), server.address(), "Invalid API key", "try: ");
        assertProblem(Problem.REFUSED, () -> store(server).collections(), "Must provide an API key", ApiKey.VARIABLE);
        assertThat(server.calls).as("refused is refused: no further tries").hasValue(3);

        Files.delete(key);
        assertProblem(Problem.IO, () -> open(address), key.toString());
    }

    @Test
    void aKeyThatMayOnlyReadReads() throws Exception {
        var server = keep(new QdrantDouble(new Keys(Optional.of("right"), Optional.of("reader")), 0, InsecureServerCredentials.create()));
        open(server.address() + "?api_key_file=" + Files.writeString(folder.resolve("all"), "right")).ensureCollection(POINTS, 2);
        var reader = open(server.address() + "?api_key_file=" + Files.writeString(folder.resolve("some"), "reader"));

        assertThat(reader.count(POINTS, Filter.ALL)).isZero();
        assertProblem(Problem.REFUSED, () -> reader.upsert(POINTS, List.of(point(1))), "write access is required", "a key that may write");
    }

    @Test
    void aWriteIsNotTakenForDoneBeforeItIsApplied() throws Exception {
        var server = server();
        var store = store(server);
        store.ensureCollection(POINTS, 2);

        server.late.set(2);
        store.upsert(POINTS, List.of(point(1), point(2)));
        assertThat(store.count(POINTS, Filter.ALL)).isEqualTo(2);
        server.late.set(1);
        store.delete(POINTS, List.of(new UUID(0, 1)));
        assertThat(store.count(POINTS, Filter.ALL)).isEqualTo(1);

        server.late.set(1_000);
        assertProblem(Problem.UNREACHABLE, () -> store.upsert(POINTS, List.of(point(3))), server.address(), "WaitTimeout", "try: ");
    }

    @Test
    void aFullDiskIsNamed() throws Exception {
        var server = server();
        var store = store(server);
        store.ensureCollection(POINTS, 2);
        server.room.set(2);

        assertProblem(Problem.IO, () -> store.upsert(POINTS, IntStream.range(0, 500).mapToObj(QdrantServers::point).toList()), server.address(),
                "No space left on device", "make room");

        assertThat(store.count(POINTS, Filter.ALL)).as("what was acknowledged").isEqualTo(200);
        store.delete(POINTS, List.of(new UUID(0, 1)));
        server.room.set(Integer.MAX_VALUE);
        store.upsert(POINTS, IntStream.range(0, 500).mapToObj(QdrantServers::point).toList());
        assertThat(store.count(POINTS, Filter.ALL)).isEqualTo(500);
    }

    @Test
    void aPointThatIsFirstAndLastIsThereAsItIsFirstWhenThePartsBetweenAreCutShort() throws Exception {
        var server = server();
        var store = store(server);
        store.ensureCollection(POINTS, 2);
        var id = new UUID(0, 1_000);
        var points = new ArrayList<>(IntStream.range(0, 250).mapToObj(QdrantServers::point).toList());
        points.addFirst(new Point(id, null, Map.of(), new byte[] { 1 }));
        points.addLast(new Point(id, null, Map.of(), new byte[] { 2 }));
        server.room.set(2);

        assertProblem(Problem.IO, () -> store.upsert(POINTS, points), server.address());
        assertThat(store.get(POINTS, id)).get().extracting(Point::blob).isEqualTo(new byte[] { 1 });

        server.room.set(Integer.MAX_VALUE);
        store.upsert(POINTS, points);
        assertThat(store.get(POINTS, id)).get().extracting(Point::blob).isEqualTo(new byte[] { 2 });
        assertThat(store.count(POINTS, Filter.ALL)).isEqualTo(251);
    }

    @Test
    void aServerThatIsLockedOrLimitedSaysSo() throws Exception {
        var server = server();
        var store = store(server);
        store.ensureCollection(POINTS, 2);
        int before = server.calls.get();

        server.locked = true;
        assertProblem(Problem.IO, () -> store.upsert(POINTS, List.of(point(1))), server.address(), "Write operations are forbidden", "try: ");
        assertThat(store.count(POINTS, Filter.ALL)).isZero();
        server.locked = false;
        server.limited.set(1);
        assertProblem(Problem.IO, () -> store.upsert(POINTS, List.of(point(1))), server.address(), "Rate limiting exceeded", "again in 60 s");

        assertThat(server.calls.get() - before).as("asking again at once would make it worse").isEqualTo(3);
    }

    @Test
    void aServerOfSomethingElseIsToldFromOne() throws Exception {
        var other = Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create()).build().start();
        keep(() -> other.shutdownNow().awaitTermination());
        var store = open("qdrant://127.0.0.1:" + other.getPort());
        assertProblem(Problem.IO, store::collections, "no Qdrant server", "try: ");

        try (var http = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread.startVirtualThread(() -> answerAsHttp1(http));
            var rest = open("qdrant://127.0.0.1:" + http.getLocalPort() + "?timeout_seconds=5");
            assertProblem(Problem.IO, rest::collections, "no Qdrant server", "6334, not 6333");
        }
    }

    private static void answerAsHttp1(ServerSocket http) {
        while (!http.isClosed()) {
            try (var connection = http.accept()) {
                connection.getOutputStream().write("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                connection.getInputStream().read();
            } catch (IOException e) {
                continue; // the test is over, or the client hung up
            }
        }
    }

    @Test
    void manyPointsTakeFewRequests() throws Exception {
        var server = server();
        var store = store(server);
        store.ensureCollection(POINTS, 2);
        var points = IntStream.range(0, 1_000).mapToObj(QdrantServers::point).toList();
        int before = server.calls.get();

        store.upsert(POINTS, points);
        assertThat(store.get(POINTS, points.stream().map(Point::id).toList())).hasSize(1_000);
        store.delete(POINTS, points.stream().map(Point::id).toList());

        assertThat(server.calls.get() - before).isEqualTo(30);
    }

    @Test
    void pointsAreFetchedInSmallerPagesWhereTheyAreLarge() throws Exception {
        var server = server();
        var store = store(server);
        store.ensureCollection(POINTS, 2);
        var blob = new byte[4_000_000];
        for (int i = 0; i < 24; i++) {
            store.upsert(POINTS, List.of(new Point(new UUID(0, i), new float[] { 1, 2 }, Map.of(), blob)));
        }
        var seen = new AtomicInteger();

        store.scroll(POINTS, Filter.ALL, point -> seen.addAndGet(point.blob().length / blob.length));

        assertThat(seen).hasValue(24);
        assertThat(store.get(POINTS, IntStream.range(0, 50).mapToObj(i -> new UUID(0, i)).toList())).hasSize(24);
    }

    @Test
    void aPointThatIsLargerThanAnyRequestIsRefused() throws Exception {
        var server = server();
        var store = store(server);
        store.ensureCollection(POINTS, 2);

        assertThatThrownBy(() -> store.upsert(POINTS, List.of(new Point(new UUID(0, 1), new float[] { 1, 2 }, Map.of(), new byte[60_000_000]))))
                .isInstanceOf(VectorStoreException.class).hasMessageContaining(server.address());

        store.upsert(POINTS, List.of(point(1)));
        assertThat(store.count(POINTS, Filter.ALL)).isEqualTo(1);
    }

    @Test
    void theKeyComesFromTheEnvironmentWhereNoFileIsNamed() throws Exception {
        var plain = QdrantAddress.parse("qdrant://h");
        assertThat(ApiKey.of(plain, Map.of(ApiKey.VARIABLE, " k "))).contains("k");
        assertThat(ApiKey.of(plain, Map.of(ApiKey.VARIABLE, ""))).isEmpty();
        var file = Files.writeString(folder.resolve("key"), "from file");
        assertThat(ApiKey.of(QdrantAddress.parse("qdrant://h?api_key_file=" + file), Map.of(ApiKey.VARIABLE, "k"))).contains("from file");
    }

    @Test
    void speaksTlsAndTrustsOnlyWhomItIsTold() throws Exception {
        var password = "changeit";
        var keystore = folder.resolve("keys.p12");
        keytool("-genkeypair", "-alias", "qdrant", "-keyalg", "EC", "-dname", "CN=localhost", "-ext", "SAN=dns:localhost", "-keystore",
                keystore.toString(), "-storepass", password, "-storetype", "PKCS12");
        var keys = KeyStore.getInstance(keystore.toFile(), password.toCharArray());
        var ca = Files.writeString(folder.resolve("ca.pem"), "-----BEGIN CERTIFICATE-----\n"
                + Base64.getMimeEncoder().encodeToString(keys.getCertificate("qdrant").getEncoded()) + "\n-----END CERTIFICATE-----\n");
        var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, password.toCharArray());
        var server = keep(new QdrantDouble(Keys.NONE, 0, TlsServerCredentials.newBuilder().keyManager(managers.getKeyManagers()).build()));

        assertThat(open("qdrants://localhost:" + server.port() + "?ca_file=" + ca).collections()).isEmpty();

        assertProblem(Problem.UNREACHABLE, () -> open("qdrants://localhost:" + server.port()).collections(), "certification path");
        assertProblem(Problem.UNREACHABLE, () -> open("qdrants://127.0.0.1:" + server.port() + "?ca_file=" + ca).collections(), "127.0.0.1");
        assertProblem(Problem.UNREACHABLE, () -> store(server).collections(), "try: ");
        assertProblem(Problem.IO, () -> open("qdrants://localhost?ca_file=" + folder.resolve("none.pem")), "none.pem");
    }

    private static void keytool(String... arguments) throws Exception {
        var command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(List.of(arguments));
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    }

    @Test
    void makesWhatASearchNeeds() throws Exception {
        var server = server();
        var store = store(server);
        store.ensureCollection(POINTS, 2);
        var made = server.collection(POINTS);
        assertThat(made.indexed).containsOnly(Map.entry(PointFormat.MATCH, PayloadSchemaType.Keyword));

        made.indexed.clear();
        store(server).ensureCollection(POINTS, 2);
        assertThat(made.indexed).as("of a creation that was interrupted").containsOnlyKeys(PointFormat.MATCH);

        made.indexed.put(PointFormat.MATCH, PayloadSchemaType.Integer);
        store(server).ensureCollection(POINTS, 2);
        assertThat(made.indexed).as("of another type").containsEntry(PointFormat.MATCH, PayloadSchemaType.Keyword);
    }

    @Test
    void aCollectionThatVanishesIsReported() throws Exception {
        var server = server();
        var store = store(server);
        store.ensureCollection(POINTS, 2);
        server.aliases.clear();
        server.collections.clear();

        assertProblem(Problem.NO_COLLECTION, () -> store.upsert(POINTS, List.of(point(1))), POINTS);
        assertProblem(Problem.NO_COLLECTION, () -> store.count(POINTS, Filter.ALL), POINTS);
        store.ensureCollection(POINTS, 2);
        assertThat(store.count(POINTS, Filter.ALL)).isZero();
    }

    @Test
    void whatTheServersHostChangesComesBackChanged() throws Exception {
        var server = server();
        var store = store(server);
        store.ensureCollection(POINTS, 2);
        var point = point(1);
        store.upsert(POINTS, List.of(point));
        var points = server.collection(POINTS).points;
        var id = points.firstKey();
        var whole = points.get(id);
        assertThat(store.get(POINTS, point.id()).orElseThrow().vector()).isEqualTo(point.vector());

        points.put(id, new Stored(id, whole.payload(), Map.of(PointFormat.VECTOR, new float[] { 0, 1 })));
        assertThat(store.get(POINTS, point.id()).orElseThrow().vector()).as("what searches see").containsExactly(0, 1);
        points.put(id, new Stored(id, whole.payload(), Map.of()));
        assertThat(store.get(POINTS, point.id()).orElseThrow().vector()).isNull();
        points.put(id, new Stored(id, Map.of(), whole.vectors()));
        var bare = store.get(POINTS, point.id()).orElseThrow();
        assertThat(bare.blob()).isEmpty();
        assertThat(bare.payload()).isEmpty();
        assertThat(bare.vector()).hasSize(2);
        points.put(id, new Stored(id, Map.of("blob", ValueFactory.value("no base64!"), "exact", ValueFactory.value(7), "payload",
                ValueFactory.value(Map.of("a", ValueFactory.value(List.of(ValueFactory.value("\\"))))), "match", ValueFactory.value(true)),
                whole.vectors()));
        store.scroll(POINTS, Filter.ALL, damaged -> assertThat(damaged.id()).isEqualTo(point.id()));
        store.upsert(POINTS, List.of(point));
        assertThat(store.get(POINTS, point.id()).orElseThrow().blob()).as("mended").isEqualTo(point.blob());
    }

    @Test
    void aPointThatIsNotOursIsLeftOut() throws Exception {
        var server = server();
        var store = store(server);
        store.ensureCollection(POINTS, 2);
        store.upsert(POINTS, List.of(point(1)));
        var number = PointId.newBuilder().setNum(5).build();
        server.collection(POINTS).points.put(number, new Stored(number, Map.of(), Map.of(PointFormat.VECTOR, new float[] { 1, 0 })));
        var seen = new ArrayList<UUID>();

        store.scroll(POINTS, Filter.ALL, each -> seen.add(each.id()));

        assertThat(seen).containsExactly(new UUID(0, 1));
        assertThat(store.nearest(POINTS, new float[] { 1, 0 }, Filter.ALL, 5)).hasSize(1);
    }

    @Test
    void waitingThreadsCanBeInterrupted() throws Exception {
        var server = server();
        var store = store(server);
        server.silent.set(1);
        Thread.currentThread().interrupt();

        assertThatThrownBy(store::collections).isInstanceOf(VectorStoreException.class).hasMessageContaining("Interrupted");
        assertThat(Thread.interrupted()).isTrue();
    }
}
