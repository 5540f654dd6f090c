package cloudops.ui.executions.internal;

import java.util.Locale;
import java.util.Objects;
import java.util.UUID;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import cloudops.execution.ExecutionEngine;
import cloudops.execution.ExecutionEngine.OutputListener;
import cloudops.execution.ExecutionEngine.Stream;
import cloudops.execution.ExecutionResult;
import cloudops.ui.LateService;
import cloudops.ui.Outcome;
import cloudops.ui.OutputBuffer;
import cloudops.ui.OutputBuffer.Kind;
import cloudops.ui.Task;
import cloudops.ui.Times;

/** The output of one execution at a time, from its start and on as it comes. Thread-safe. */
final class ExecutionOutput {

    private static final Logger LOG = LoggerFactory.getLogger(ExecutionOutput.class);

    private final LateService<ExecutionEngine> engine;
    private final Task<Void> following = Task.<Void>of("Reading output", monitor -> subscribe(), this::failed).quiet();
    private volatile Wanted wanted = new Wanted(null, new OutputBuffer());
    private AutoCloseable subscription = () -> {
    };
    private Wanted followed = wanted;

    /** @param id null for none */
    private record Wanted(UUID id, OutputBuffer buffer) {
    }

    ExecutionOutput(LateService<ExecutionEngine> engine) {
        this.engine = engine;
    }

    /** The buffer of what was asked for last; another one after each {@link #follow}. */
    OutputBuffer buffer() {
        return wanted.buffer();
    }

    /** @param id null to follow nothing */
    void follow(UUID id) {
        if (!Objects.equals(id, wanted.id())) {
            wanted = new Wanted(id, new OutputBuffer());
            following.schedule();
        }
    }

    /** In the task only: one at a time. */
    private Void subscribe() throws Exception {
        var now = wanted;
        if (now != followed) {
            followed = now;
            subscription.close();
            subscription = now.id() == null ? () -> {
            } : engine.get().output(now.id(), new Writer(now.buffer()));
        }
        return null;
    }

    private void failed(Outcome<Void> outcome) {
        if (outcome instanceof Outcome.Failed<Void> failed) {
            LOG.warn("output cannot be followed");
            wanted.buffer().add(Kind.NOTE, "The output cannot be read: " + failed.trouble().what());
        }
    }

    private record Writer(OutputBuffer buffer) implements OutputListener {
        @Override
        public void line(Stream stream, String line) {
            buffer.add(stream == Stream.STDERR ? Kind.STDERR : Kind.STDOUT, line);
        }

        @Override
        public void ended(ExecutionResult result) {
            if (result.error() != null) {
                buffer.add(Kind.NOTE, result.error());
            }
            var how = result.exitCode() == null ? result.status().name().toLowerCase(Locale.ROOT).replace('_', ' ')
                    : "exit code " + result.exitCode();
            buffer.add(Kind.NOTE, how + " after " + Times.took(result.duration()));
        }
    }
}
