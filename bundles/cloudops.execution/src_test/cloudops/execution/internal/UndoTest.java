package cloudops.execution.internal;

import static cloudops.execution.internal.EngineFixture.exec;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import cloudops.execution.Approval;
import cloudops.execution.ExecutionRecord;
import cloudops.execution.ExecutionRequest;
import cloudops.execution.ExecutionStatus;
import cloudops.execution.HistoryFilter;
import cloudops.execution.internal.history.History;
import cloudops.execution.internal.history.MemoryHistory;
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
        engine = new Engine(new Environment(home, home.resolve("config"), home.resolve("credentials"), Optional.empty(), false, false), logs,
                history, System.getenv(), Clock.systemUTC());
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

    /** Fails as it is told. */
    private static final class BreakingHistory implements History {

        private final History kept = new MemoryHistory();
        private volatile Error problemOfEnd;

        @Override
        public void append(ExecutionRecord state) throws IOException {
            if (problemOfEnd != null && state.status().ended()) {
                throw problemOfEnd;
            }
            kept.append(state);
        }

        @Override
        public Optional<ExecutionRecord> get(UUID id) throws IOException {
            return kept.get(id);
        }

        @Override
        public List<ExecutionRecord> find(HistoryFilter filter) throws IOException {
            return kept.find(filter);
        }
    }
}
