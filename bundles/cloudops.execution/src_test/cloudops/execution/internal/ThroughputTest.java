package cloudops.execution.internal;

import static cloudops.execution.internal.EngineFixture.shell;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import cloudops.execution.Approval;
import cloudops.execution.ExecutionEngine.OutputListener;
import cloudops.execution.ExecutionEngine.Stream;
import cloudops.execution.ExecutionRecord;
import cloudops.execution.ExecutionRequest;
import cloudops.execution.ExecutionResult;
import cloudops.execution.internal.history.ForwardingHistory;
import cloudops.execution.internal.history.History;
import cloudops.execution.internal.history.MemoryHistory;
import cloudops.execution.internal.output.EncryptedLogStore;
import cloudops.execution.internal.output.PlainLogStore;
import cloudops.execution.spi.LogStore;
import cloudops.model.Environment;

/** A million lines, 200 MB, through one execution. */
class ThroughputTest {

    private static final int LINES = 1_000_000;
    private static final long BYTES = 200L * LINES;
    private static final String COMMAND = "yes " + "0123456789".repeat(20).substring(1) + " | head -n " + LINES;
    private static final long HEAP_GROWTH = 64L << 20;

    @TempDir
    private Path home;

    enum Kind {
        PLAIN, ENCRYPTED
    }

    private Environment environment() {
        return new Environment(home, home.resolve("config"), home.resolve("credentials"), Optional.empty(), false, false);
    }

    private LogStore store(Kind kind) {
        return kind == Kind.PLAIN ? new PlainLogStore(home.resolve("logs")) : new EncryptedLogStore(environment(), EngineFixture.KEYS);
    }

    private Engine engine(LogStore store, History history) {
        return new Engine(environment(), store, history, System.getenv(), Clock.systemUTC());
    }

    @ParameterizedTest
    @EnumSource
    void keepsEveryByteInBoundedMemory(Kind kind) throws Exception {
        var store = store(kind);
        var history = new AwaitedHistory();
        try (var closing = (AutoCloseable) store; var engine = engine(store, history)) {
            var request = approved(engine, shell(COMMAND));
            long before = heap();
            engine.execute(request);

            // the history knows of the end; completion() would read all the output into memory
            assertThat(mostHeapUntil(history.ended) - before).isLessThan(HEAP_GROWTH);
            assertThat(history.ended.join().exitCode()).isZero();
            assertThat(hash(store, request.id())).isEqualTo(hashOfShell());
        }
    }

    @ParameterizedTest
    @EnumSource
    void deliversEveryLineInBoundedMemory(Kind kind) throws Exception {
        var store = store(kind);
        try (var closing = (AutoCloseable) store; var engine = engine(store, new MemoryHistory())) {
            var request = approved(engine, shell(COMMAND));
            long before = heap();
            engine.execute(request);
            var lines = new AtomicLong();
            var characters = new AtomicLong();
            var end = new CompletableFuture<ExecutionResult>();
            engine.output(request.id(), new OutputListener() {
                @Override
                public void line(Stream stream, String line) {
                    lines.incrementAndGet();
                    characters.addAndGet(line.length());
                }

                @Override
                public void ended(ExecutionResult result) {
                    end.complete(result);
                }
            });

            assertThat(mostHeapUntil(end) - before).isLessThan(HEAP_GROWTH);
            assertThat(end.join().exitCode()).isZero();
            assertThat(lines).hasValue(LINES);
            assertThat(characters).hasValue(BYTES - LINES);
        }
    }

    /** Of several tries the best counts: what else the machine does is not the engine's delay. */
    @ParameterizedTest
    @EnumSource
    void deliversTheFirstLineAtOnce(Kind kind) throws Exception {
        var store = store(kind);
        try (var closing = (AutoCloseable) store; var engine = engine(store, new MemoryHistory())) {
            long best = Long.MAX_VALUE;
            for (int i = 0; i < 5; i++) {
                var request = approved(engine, shell("date +%s%N; exec sleep 60"));
                engine.execute(request);
                var delay = new CompletableFuture<Long>();
                engine.output(request.id(), (stream, line) -> {
                    var now = Instant.now();
                    delay.complete((now.getEpochSecond() * 1_000_000_000 + now.getNano() - Long.parseLong(line)) / 1_000_000);
                });
                best = Math.min(best, delay.get(30, SECONDS));
                engine.cancel(request.id());
            }

            assertThat(best).as("milliseconds").isLessThan(100);
        }
    }

    private static ExecutionRequest approved(Engine engine, ExecutionRequest request) {
        return request.withApproval(new Approval(engine.approvalHash(request), "tester", Instant.now()));
    }

    /** Looks at it again and again, after a collection each time. */
    private static long mostHeapUntil(CompletableFuture<?> end) throws Exception {
        long most = heap();
        while (true) {
            try {
                end.get(20, MILLISECONDS);
                return most;
            } catch (TimeoutException e) {
                most = Math.max(most, heap());
            }
        }
    }

    private static long heap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static String hash(LogStore store, UUID id) throws Exception {
        var digest = MessageDigest.getInstance("SHA-256");
        try (var cursor = store.open(id).orElseThrow().read()) {
            for (var chunk = cursor.next(); chunk != null; chunk = cursor.next()) {
                assertThat(chunk.stream()).isEqualTo(Stream.STDOUT);
                digest.update(chunk.bytes());
            }
            assertThat(cursor.ended()).isTrue();
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private String hashOfShell() throws Exception {
        var file = home.resolve("by-the-shell");
        var shell = new ProcessBuilder("sh", "-c", COMMAND + " > \"$0\" && sha256sum \"$0\"", file.toString()).start();
        var sum = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(Files.size(file)).isEqualTo(BYTES);
        Files.delete(file);
        return sum.substring(0, sum.indexOf(' '));
    }

    /** Tells when the execution has ended. */
    private static final class AwaitedHistory extends ForwardingHistory {

        private final CompletableFuture<ExecutionRecord> ended = new CompletableFuture<>();

        @Override
        public void append(ExecutionRecord state) throws IOException {
            super.append(state);
            if (state.status().ended()) {
                ended.complete(state);
            }
        }
    }
}
