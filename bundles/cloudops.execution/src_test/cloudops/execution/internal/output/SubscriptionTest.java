package cloudops.execution.internal.output;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.Test;

import cloudops.execution.ExecutionEngine.OutputListener;
import cloudops.execution.ExecutionEngine.Stream;
import cloudops.execution.ExecutionResult;
import cloudops.execution.ExecutionStatus;
import cloudops.execution.spi.OutputLog;

class SubscriptionTest {

    @Test
    void tellsTheEndEvenIfTheStoreBreaksDown() throws Exception {
        var output = new LoggedOutput(new BrokenLog());
        output.write(Stream.STDOUT, new byte[] { 'x', '\n' }, 0, 2);
        output.seal();
        var result = new ExecutionResult(UUID.randomUUID(), ExecutionStatus.COMPLETED, 0, "", "", null, Instant.EPOCH, Instant.EPOCH, null);
        var end = new CompletableFuture<ExecutionResult>();
        Thread.ofVirtual().start(new Subscription(output, CompletableFuture.completedFuture(result), new OutputListener() {
            @Override
            public void line(Stream stream, String line) {
                // there are none
            }

            @Override
            public void ended(ExecutionResult result) {
                end.complete(result);
            }
        }));

        assertThat(end.get(10, SECONDS)).isEqualTo(result);
    }

    private static final class BrokenLog implements OutputLog {

        @Override
        public Path path() {
            return null;
        }

        @Override
        public void append(Stream stream, byte[] bytes, int offset, int length) {
            // it is lost
        }

        @Override
        public void seal() {
            // nothing to do
        }

        @Override
        public Cursor read() {
            throw new IllegalStateException("on purpose");
        }

        @Override
        public void delete() {
            // nothing to do
        }
    }
}
