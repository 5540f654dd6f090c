package cloudops.execution.internal.process;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import cloudops.execution.ExecutionEngine;
import cloudops.execution.internal.output.Output;

/** A process started by Java, where {@code setsid} is installed in a session of its own; a thread for each of its streams. */
final class PumpedProcess implements ChildProcess {

    private static final int SIZE = 64 * 1024; // as much as a pipe holds
    private static final Redirect NOTHING = Redirect.from(new File(File.separatorChar == '/' ? "/dev/null" : "NUL"));
    private static final Optional<Path> SETSID = Stream.of("/usr/bin/setsid", "/bin/setsid").map(Path::of).filter(Files::isExecutable)
            .findFirst();

    private final Process process;
    private final CompletableFuture<Integer> end = new CompletableFuture<>();

    private PumpedProcess(Process process) {
        this.process = process;
    }

    /** Whether its processes lead sessions. */
    static boolean ownSession() {
        return SETSID.isPresent();
    }

    /** @param threads has two platform threads for every process at once */
    static ChildProcess start(List<String> argv, Map<String, String> variables, String folder, Output output, Executor threads)
            throws IOException {
        var line = new ArrayList<String>();
        SETSID.ifPresent(setsid -> line.add(setsid.toString()));
        line.addAll(argv);
        var builder = new ProcessBuilder(line).redirectInput(NOTHING).directory(new File(folder));
        builder.environment().clear();
        builder.environment().putAll(variables);
        var child = new PumpedProcess(builder.start());
        try {
            child.follow(threads, output);
            return child;
        } catch (RuntimeException | Error e) { // it runs already, and nobody would know of it
            child.abandon();
            throw new IOException(e.toString(), e);
        }
    }

    private void abandon() throws IOException {
        if (ownSession()) {
            ProcessGroup.kill(process.pid());
        }
        process.destroyForcibly();
        process.getInputStream().close();
        process.getErrorStream().close();
    }

    @Override
    public ProcessHandle handle() {
        return process.toHandle();
    }

    @Override
    public CompletableFuture<Integer> end() {
        return end;
    }

    private void follow(Executor threads, Output output) {
        var readers = CompletableFuture.allOf(pump(process.getInputStream(), ExecutionEngine.Stream.STDOUT, threads, output),
                pump(process.getErrorStream(), ExecutionEngine.Stream.STDERR, threads, output));
        process.onExit().thenCompose(ended -> readers.copy().completeOnTimeout(null, LINGER_MS, TimeUnit.MILLISECONDS))
                .thenAccept(nothing -> end.complete(process.exitValue()));
    }

    private CompletableFuture<Void> pump(InputStream from, ExecutionEngine.Stream stream, Executor threads, Output output) {
        var done = new CompletableFuture<Void>();
        threads.execute(() -> {
            try (from) {
                var buffer = new byte[SIZE];
                for (int length = from.read(buffer); length >= 0; length = from.read(buffer)) {
                    output.write(stream, buffer, 0, length);
                }
            } catch (IOException | RuntimeException | Error e) {
                end.completeExceptionally(e);
            } finally {
                done.complete(null);
            }
        });
        return done;
    }
}
