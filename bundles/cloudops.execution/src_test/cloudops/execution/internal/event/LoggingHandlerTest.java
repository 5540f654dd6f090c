package cloudops.execution.internal.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import cloudops.execution.ExecutionEvent;
import cloudops.execution.ExecutionRecord;
import cloudops.execution.ExecutionRequest;
import cloudops.execution.ExecutionStatus;

class LoggingHandlerTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final ExecutionRecord ENTRY = new ExecutionRecord(new UUID(0, 1), "exec", "rm pg-main1\nWARN forged\u202E",
            ExecutionStatus.RUNNING, null, null, START, null, ExecutionRequest.Metadata.NONE, null, "pg-main1", null, "ann", null, null, null);

    private final Logger logger = Logger.getLogger(LoggingHandler.class.getName());
    private final List<LogRecord> entries = new ArrayList<>();
    private final Handler catcher = new Handler() {
        @Override
        public void publish(LogRecord entry) {
            entries.add(entry);
        }

        @Override
        public void flush() {
            // nothing is kept back
        }

        @Override
        public void close() {
            // nothing is open
        }
    };

    @BeforeEach
    void listen() {
        catcher.setLevel(Level.ALL);
        logger.setLevel(Level.ALL);
        logger.setUseParentHandlers(false);
        logger.addHandler(catcher);
    }

    @AfterEach
    void leave() {
        logger.removeHandler(catcher);
        logger.setUseParentHandlers(true);
        logger.setLevel(null);
    }

    @Test
    void saysAtInfoWhatIsNotOfTheEstate() {
        var handler = new LoggingHandler();
        var id = ENTRY.id();

        handler.handle(new ExecutionEvent.Started(id, START, ENTRY));
        handler.handle(new ExecutionEvent.Stdout(id, START, "pg-main1"));
        handler.handle(new ExecutionEvent.Failed(id, START,
                ENTRY.ended(ExecutionStatus.FAILED, 7, "no pg-main1\nhere", START.plusMillis(2500))));
        handler.handle(new ExecutionEvent.Progress(id, START, "stop-pg-main1", ExecutionStatus.FAILED, 1, 2));

        assertThat(at(Level.INFO)).containsExactly(
                "execution started id=" + id + " kind=exec status=RUNNING",
                "execution ended id=" + id + " kind=exec status=FAILED exitCode=7 durationMs=2500",
                "plan goes on id=" + id + " stepStatus=FAILED done=1 total=2");
        assertThat(at(Level.FINE)).containsExactly("execution started id=" + id + " command=rm pg-main1\uFFFDWARN forged\uFFFD",
                "execution ended id=" + id + " error=no pg-main1\uFFFDhere");
        assertThat(handler.wantsOutput()).isFalse();
    }

    private List<String> at(Level level) {
        return entries.stream().filter(entry -> entry.getLevel() == level).map(new SimpleFormatter()::formatMessage).toList();
    }
}
