package cloudops.vectorstore.qdrant.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;

import javax.net.ssl.KeyManagerFactory;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import cloudops.vectorstore.Filter;
import cloudops.vectorstore.Point;
import cloudops.vectorstore.VectorStoreException;
import cloudops.vectorstore.VectorStoreException.Problem;
import cloudops.vectorstore.qdrant.internal.StoredCollection.Stored;
import cloudops.vectorstore.spi.OpenStore;
import io.grpc.InsecureServerCredentials;
import io.grpc.TlsServerCredentials;
import io.qdrant.client.ValueFactory;
import io.qdrant.client.grpc.Common.PointId;

/** What a server does that is not well, not ours, or not honest. */
class QdrantFaultsTest {

    private static final String POINTS = "points";

    @TempDir
    Path folder;

    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        for (var each : opened.reversed()) {
            each.close();
        }
    }

    private QdrantDouble server() {
        return keep(new QdrantDouble());
    }

    private OpenStore store(QdrantDouble server) throws VectorStoreException {
        return open(server.address());
    }

    private OpenStore open(String address) throws VectorStoreException {
        return keep(new QdrantStores().open(address, folder));
    }

    private <T extends AutoCloseable> T keep(T closeable) {
        opened.add(closeable);
        return closeable;
    }

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
        store.upsert(POINTS, IntStream.range(0, 250).mapToObj(QdrantFaultsTest::point).toList());
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
        var again = keep(new QdrantDouble(null, port, InsecureServerCredentials.create()));
        again.collections.putAll(server.collections);

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
        var server = keep(new QdrantDouble("right", 0, InsecureServerCredentials.create()));
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
        var server = keep(new QdrantDouble(null, 0, TlsServerCredentials.newBuilder().keyManager(managers.getKeyManagers()).build()));

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
        var made = server.collections.get(POINTS);
        assertThat(made.indexed).containsExactly(PointFormat.MATCH);

        made.indexed.clear();
        store(server).ensureCollection(POINTS, 2);
        assertThat(made.indexed).as("of a creation that was interrupted").containsExactly(PointFormat.MATCH);
    }

    @Test
    void aCollectionThatVanishesIsReported() throws Exception {
        var server = server();
        var store = store(server);
        store.ensureCollection(POINTS, 2);
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
        var points = server.collections.get(POINTS).points;
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
        server.collections.get(POINTS).points.put(number, new Stored(number, Map.of(), Map.of(PointFormat.VECTOR, new float[] { 1, 0 })));
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

    private static void assertProblem(Problem problem, ThrowingCallable call, String... said) {
        var thrown = catchThrowableOfType(VectorStoreException.class, call);
        assertThat(thrown).as("expected " + problem).isNotNull();
        assertThat(thrown.problem()).as(thrown.getMessage()).isEqualTo(problem);
        assertThat(thrown.getMessage()).contains(said).doesNotContain("wr0ng");
    }

    private static Point point(int number) {
        return new Point(new UUID(0, number), new float[] { number, 3 }, Map.of("number", List.of(String.valueOf(number))),
                ("blob " + number).getBytes());
    }
}
