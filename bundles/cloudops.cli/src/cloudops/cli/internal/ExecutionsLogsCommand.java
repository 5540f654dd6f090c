package cloudops.cli.internal;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

import cloudops.execution.ExecutionEngine;
import cloudops.execution.ExecutionEngine.OutputListener;
import cloudops.execution.ExecutionEngine.Stream;
import cloudops.execution.ExecutionException;
import cloudops.execution.ExecutionRecord;
import cloudops.execution.ExecutionResult;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cloudops executions logs}. */
@Command(name = "logs", description = "Shows what an execution printed, each stream on its own.")
final class ExecutionsLogsCommand implements Callable<Integer> {

    private final Cli cli;

    @Parameters(paramLabel = "ID", description = "Its ID, or four or more digits of its beginning.")
    private String id;

    @Option(names = { "-f", "--follow" }, description = "Go on until it ends, whichever process runs it.")
    private boolean follow;

    ExecutionsLogsCommand(Cli cli) {
        this.cli = cli;
    }

    /** The JSON result. */
    record Logs(UUID id, String stdout, String stderr) {
    }

    @Override
    public Integer call() throws Exception {
        var engine = cli.service(ExecutionEngine.class);
        var entry = engine.status(ExecutionIds.find(engine, id));
        if ("plan".equals(entry.kind())) {
            throw new CliException(ExitCode.FAILED, "a plan prints nothing itself, its steps do", "cloudops executions show " + id);
        }
        if (cli.json()) {
            var text = new Text();
            deliver(engine, entry, text, new CompletableFuture<>());
            cli.print(new Logs(entry.id(), text.of(Stream.STDOUT), text.of(Stream.STDERR)));
        } else {
            var readerGone = new CompletableFuture<Void>();
            deliver(engine, entry, new LiveOutput(cli.console(), () -> readerGone.complete(null)), readerGone);
        }
        return ExitCode.DONE;
    }

    /** @param enough ends it early */
    private void deliver(ExecutionEngine engine, ExecutionRecord entry, OutputListener to, CompletableFuture<Void> enough) throws Exception {
        boolean toItsEnd = follow || entry.status().ended();
        var part = new Part(to, toItsEnd ? Long.MAX_VALUE : printed(engine, entry.id()), enough);
        try (var subscription = engine.output(entry.id(), part)) {
            enough.get();
        }
    }

    /** So many bytes has it printed by now. */
    private static long printed(ExecutionEngine engine, UUID id) throws ExecutionException, IOException {
        try (var logs = engine.readLogs(id)) {
            return logs.transferTo(OutputStream.nullOutputStream());
        }
    }

    /** The output's first bytes, with the rest of the piece in which they end. */
    private static final class Part implements OutputListener {

        private final OutputListener to;
        private final CompletableFuture<Void> end;
        private long missing;

        Part(OutputListener to, long size, CompletableFuture<Void> end) {
            this.to = to;
            this.end = end;
            missing = size;
            if (size == 0) {
                end.complete(null);
            }
        }

        @Override
        public void line(Stream stream, String line) {
            if (!end.isDone()) {
                to.line(stream, line);
            }
        }

        @Override
        public void bytes(Stream stream, byte[] bytes) {
            if (!end.isDone()) {
                to.bytes(stream, bytes);
                missing -= bytes.length;
                if (missing <= 0) {
                    end.complete(null);
                }
            }
        }

        @Override
        public void ended(ExecutionResult result) {
            end.complete(null);
        }
    }

    /** Keeps both streams. */
    private static final class Text implements OutputListener {

        private final ByteArrayOutputStream stdout = new ByteArrayOutputStream();
        private final ByteArrayOutputStream stderr = new ByteArrayOutputStream();

        @Override
        public void line(Stream stream, String line) {
            // its bytes come too
        }

        @Override
        public void bytes(Stream stream, byte[] bytes) {
            to(stream).writeBytes(bytes);
        }

        String of(Stream stream) {
            return to(stream).toString(StandardCharsets.UTF_8);
        }

        private ByteArrayOutputStream to(Stream stream) {
            return stream == Stream.STDOUT ? stdout : stderr;
        }
    }
}
