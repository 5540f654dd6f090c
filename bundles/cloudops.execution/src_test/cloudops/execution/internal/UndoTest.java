package cloudops.execution.internal;

import static cloudops.execution.internal.EngineFixture.exec;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import cloudops.execution.Approval;
import cloudops.execution.ExecutionException;
import cloudops.execution.ExecutionRecord;
import cloudops.execution.ExecutionRequest;
import cloudops.execution.ExecutionStatus;
import cloudops.execution.HistoryFilter;
import cloudops.execution.internal.history.ForwardingHistory;
import cloudops.execution.internal.output.PlainLogStore;
import cloudops.model.Environment;

/** What breaks around an execution leaves nothing half done. */
class UndoTest {

    @TempDir
    private Path home;
    private final BreakingHistory history = new BreakingHistory();
    private PlainLogStore logs;
    private Engine engine;

    @BeforeEach
    void open() {
        logs = new PlainLogStore(home.resolve("logs"));
        engine = new Engine(environment(), logs, history, System.getenv(), Clock.systemUTC());
    }

    private Environment environment() {
        return new Environment(home, home.resolve("config"), home.resolve("credentials"), Optional.empty(), false, false);
    }

    @AfterEach
    void close() {
        engine.close();
        logs.close();
    }

    private ExecutionRequest approved(ExecutionRequest request) {
        return request.withApproval(new Approval(engine.approvalHash(request), "tester", Instant.now()));
    }

    @Test
    void tellsTheEndThatTheHistoryCannotTake() throws Exception {
        history.problemOfEnd = new OutOfMemoryError("on purpose");
        var id = engine.execute(approved(exec("true")));

        assertThat(engine.completion(id).get(10, SECONDS).status()).isEqualTo(ExecutionStatus.COMPLETED);
    }

    @Test
    void leavesNothingOfWhatTheHistoryRefuses() throws Exception {
        history.problemOfStart = new IllegalStateException("on purpose");
        var request = approved(exec("true"));
        assertThatThrownBy(() -> engine.execute(request)).hasMessage("on purpose");
        assertThat(logs.open(request.id())).isEmpty();

        history.problemOfStart = null;
        var id = engine.execute(approved(request)); // its ID is not in use
        assertThat(engine.completion(id).get(10, SECONDS).status()).isEqualTo(ExecutionStatus.COMPLETED);
    }

    /** Close waits for what is half accepted, and it ends like everything else. */
    @Test
    void closesWhileSomethingIsBeingStarted() throws Exception {
        history.hold = new CountDownLatch(1);
        var request = approved(exec("sleep", "60"));
        var id = CompletableFuture.supplyAsync(() -> {
            try {
                return engine.execute(request);
            } catch (ExecutionException e) {
                throw new CompletionException(e);
            }
        });
        assertThat(history.reached.await(10, SECONDS)).isTrue();
        var closing = CompletableFuture.runAsync(engine::close);
        assertThatThrownBy(() -> closing.get(200, MILLISECONDS)).isInstanceOf(TimeoutException.class);
        history.hold.countDown();
        closing.get(10, SECONDS);

        assertThat(engine.completion(id.get(10, SECONDS)).get(10, SECONDS).status()).isEqualTo(ExecutionStatus.CANCELLED);
        assertThat(history.get(request.id()).orElseThrow().status()).isEqualTo(ExecutionStatus.CANCELLED);
    }

    @Test
    void closesInTheMiddleOfEverything() throws Exception {
        int rounds = Boolean.getBoolean("cloudops.test.long") ? 150 : 20;
        for (int round = 0; round < rounds; round++) {
            try (var racing = new Engine(environment(), logs, history, System.getenv(), Clock.systemUTC());
                    var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                var ids = new ArrayList<Future<UUID>>();
                for (int i = 0; i < 8; i++) {
                    var bare = exec("sleep", "333." + i); // an approval is for once
                    var request = bare.withApproval(new Approval(racing.approvalHash(bare), "tester", Instant.now()));
                    ids.add(threads.submit(() -> racing.execute(request)));
                }
                LockSupport.parkNanos(round * 50_000L);
                racing.close();
                for (var id : ids) {
                    assertThat(endOf(racing, id)).isIn("CANCELLED", "UNAVAILABLE");
                }
            }
        }
        assertThat(history.find(HistoryFilter.ALL)).allSatisfy(entry -> assertThat(entry.status().ended()).isTrue());
        assertThat(ProcessHandle.current().children().map(child -> child.info().commandLine().orElse(""))).noneMatch(line -> line.contains("sleep 333"));
    }

    private static String endOf(Engine engine, Future<UUID> id) throws Exception {
        try {
            return engine.completion(id.get(10, SECONDS)).get(10, SECONDS).status().name();
        } catch (java.util.concurrent.ExecutionException e) {
            assertThat(e.getCause()).isInstanceOf(ExecutionException.class);
            return ((ExecutionException) e.getCause()).problem().name();
        }
    }

    /** Fails as it is told. */
    private static final class BreakingHistory extends ForwardingHistory {

        private final CountDownLatch reached = new CountDownLatch(1);
        private volatile RuntimeException problemOfStart;
        private volatile Error problemOfEnd;
        private volatile CountDownLatch hold;

        @Override
        public void append(ExecutionRecord state) throws IOException {
            if (problemOfEnd != null && state.status().ended()) {
                throw problemOfEnd;
            }
            if (problemOfStart != null) {
                throw problemOfStart;
            }
            if (hold != null) {
                reached.countDown();
                Latches.await(hold);
            }
            super.append(state);
        }
    }
}
