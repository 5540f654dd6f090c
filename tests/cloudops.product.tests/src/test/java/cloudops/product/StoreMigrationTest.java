package cloudops.product;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

import com.fasterxml.jackson.databind.ObjectMapper;

import cloudops.product.Product.Run;
import cloudops.vectorstore.qdrant.standin.QdrantDouble;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.qdrant.client.QdrantClient;
import io.qdrant.client.QdrantGrpcClient;
import io.qdrant.client.grpc.Collections.Distance;
import io.qdrant.client.grpc.Collections.VectorParams;

/** {@code store migrate} to a server and back, each command a process of its own; the server is the stand-in for Qdrant. */
@Execution(ExecutionMode.CONCURRENT)
class StoreMigrationTest {

    private static final String UPSERT = "qdrant.Points/Upsert";
    private static final String SCROLL = "qdrant.Points/Scroll";
    private static final int POINTS = 700;
    private static final String SETTINGS = "{\"events\": {}, \"store\": {\"note\": \"ours\"}}";

    @TempDir
    Path folder;

    private QdrantDouble server;
    private Product product;
    private StoreInFiles files;

    @BeforeEach
    void start() throws Exception {
        server = new QdrantDouble();
        product = home("one");
        files = new StoreInFiles(folder.resolve("one/home/store/lucene"));
        Files.createDirectories(folder.resolve("one/home"));
        Files.writeString(folder.resolve("one/home/settings.json"), SETTINGS);
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    private Product home(String name) throws Exception {
        return new Product(folder.resolve(name)).with("CLOUDOPS_HOME", folder.resolve(name + "/home").toString())
                .with("CLOUDOPS_PASSPHRASE", "correct horse");
    }

    private Run migrate(String to, String... options) throws Exception {
        var arguments = new ArrayList<>(List.of("store", "migrate", "--json", "--to", to));
        arguments.addAll(List.of(options));
        return product.run(arguments.toArray(String[]::new));
    }

    @Test
    void aKilledMigrationGoesOnEitherWay() throws Exception {
        files.put(0, POINTS, 1);
        var all = files.contents();
        int trials = Boolean.getBoolean("cloudops.test.long") ? 40 : 2;
        var random = new Random(20261121);
        for (int trial = 0; trial < trials; trial++) {
            killAt(UPSERT, 1 + random.nextInt(12), server.address());
        }
        var done = migrate(server.address());
        assertThat(done.exit()).as(done.err()).isZero();
        assertThat(done.json().at("/collections/0/points").asInt()).isEqualTo(POINTS);
        assertThat(done.json().at("/collections/1/points").asInt()).isEqualTo(POINTS);
        assertThat(new ObjectMapper().readTree(folder.resolve("one/home/settings.json").toFile()).toString())
                .isEqualTo("{\"events\":{},\"store\":{\"note\":\"ours\",\"url\":\"" + server.address() + "\"}}");

        var back = "lucene:" + folder.resolve("back");
        for (int trial = 0; trial < trials; trial++) {
            killAt(SCROLL, 1 + random.nextInt(30), back);
        }
        var returned = migrate(back);
        assertThat(returned.exit()).as(returned.err()).isZero();
        assertThat(new StoreInFiles(folder.resolve("back")).contents()).isEqualTo(all).hasSize(2 * POINTS);
        assertThat(files.contents()).as("the old place").isEqualTo(all);
    }

    /** Ends the migrating process with SIGKILL at its n-th such call, which the server may serve or not. */
    private void killAt(String call, int nth, String to) throws Exception {
        var before = Files.readString(folder.resolve("one/home/settings.json"));
        var left = new AtomicInteger(nth);
        var started = new CompletableFuture<Process>();
        server.onCall = name -> {
            if (name.equals(call) && left.decrementAndGet() == 0) {
                // the process itself would also close what it said last
                started.join().toHandle().destroyForcibly();
            }
        };
        started.complete(product.start("store", "migrate", "--to", to));
        var killed = Product.await(started.join());
        server.onCall = name -> { };
        assertThat(killed.exit()).as(killed.out() + killed.err()).isEqualTo(128 + 9);
        assertThat(folder.resolve("one/home/settings.json")).as("not switched before it is done").hasContent(before);
    }

    @Test
    void whatIsWrittenMeanwhileIsCopiedToo() throws Exception {
        files.put(0, POINTS, 1);
        var calls = new AtomicInteger();
        var written = new CompletableFuture<Void>();
        server.onCall = name -> {
            if (name.equals(UPSERT) && calls.incrementAndGet() == 3) {
                try {
                    files.put(POINTS, POINTS + 50, 1);
                    files.put(0, 20, 2);
                    files.delete(100, 110);
                    written.complete(null);
                } catch (Exception e) {
                    written.completeExceptionally(e);
                }
            }
        };
        var done = migrate(server.address());
        written.join();

        assertThat(done.exit()).as(done.err()).isZero();
        assertThat(done.json().at("/collections/0/points").asInt()).isEqualTo(POINTS + 40);
        assertThat(migrate("lucene:" + folder.resolve("back")).exit()).isZero();
        assertThat(new StoreInFiles(folder.resolve("back")).contents()).isEqualTo(files.contents());
    }

    @Test
    void aServerThatIsAwayOrFullIsTriedAgainLater() throws Exception {
        files.put(0, POINTS, 1);
        server.unavailable.set(1_000);
        var away = migrate(server.address());
        assertThat(away.exit()).isEqualTo(1);
        assertThat(away.err()).contains("No Qdrant server answers at " + server.address()).contains("\n  try: ");
        server.unavailable.set(0);

        server.room.set(6);
        var full = migrate(server.address());
        assertThat(full.exit()).isEqualTo(1);
        assertThat(full.err()).contains("No space left on device", "  try: make room on its disk");
        assertThat(folder.resolve("one/home/settings.json")).hasContent(SETTINGS);
        server.room.set(Integer.MAX_VALUE);

        var done = migrate(server.address());
        assertThat(done.exit()).as(done.err()).isZero();
        assertThat(done.json().at("/collections/0/copied").asInt()).as("the rest").isLessThan(POINTS).isPositive();
    }

    @Test
    void aWrongTargetIsRefusedBeforeAnythingIsCopied() throws Exception {
        files.put(0, 30, 1);
        var connection = QdrantGrpcClient.newBuilder(
                Grpc.newChannelBuilder("127.0.0.1:" + server.port(), InsecureChannelCredentials.create()).build(), true, false).build();
        try (var other = new QdrantClient(connection)) {
            var unnamed = VectorParams.newBuilder().setSize(384).setDistance(Distance.Cosine).build();
            other.createCollectionAsync("chat_history", unnamed).get();
            refused("was made by another program");
            other.deleteCollectionAsync("chat_history").get();

            other.createCollectionAsync("chat_history.0", Map.of("cloudops", unnamed.toBuilder().setSize(3).build())).get();
            other.createAliasAsync("chat_history", "chat_history.0").get();
            refused("3 dimensions, not 384");
            other.deleteAliasAsync("chat_history").get();
            other.deleteCollectionAsync("chat_history.0").get();
        }
        var another = home("another");
        assertThat(another.run("ask", "--conversation", "new", "--dry-run", "Which buckets are public?").exit()).isZero();
        assertThat(another.run("store", "migrate", "--to", server.address()).exit()).isZero();
        long there = server.collection("chat_history").points.size();
        refused("that this store never had");
        assertThat(migrate(server.address(), "--replace").exit()).as("nor when told to replace").isEqualTo(1);
        assertThat(server.collection("chat_history").points).hasSize((int) there);
    }

    private void refused(String why) throws Exception {
        var run = migrate(server.address());
        assertThat(run.exit()).as(run.out()).isEqualTo(1);
        assertThat(run.err()).contains(why);
        assertThat(folder.resolve("one/home/settings.json")).hasContent(SETTINGS);
        assertThat(server.aliases.containsKey("aws_estate") ? server.collection("aws_estate").points.size() : 0).as("copied").isLessThan(2);
    }
}
