package cloudops.execution.internal.process;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

import cloudops.execution.ExecutionEngine;
import cloudops.execution.internal.CommandText;
import cloudops.execution.internal.output.Output;
import cloudops.execution.internal.output.PrivateFiles;
import cloudops.execution.spi.RunFailedException;

/**
 * Runs programs as processes: never through a shell, standard input closed, where {@code setsid} is installed in a session of their own,
 * so that no child asks for a password on the user's terminal.
 * <p>
 * An execution ends with its process. A background process that it leaves behind goes on, as it would from a terminal; when it holds the
 * output open, it is heard for one more second, and what it writes later is dropped.
 */
public final class ProcessRunner implements AutoCloseable {

    private static final long LINGER_MS = 1_000;
    private static final int BUFFER = 64 * 1024;
    private static final Redirect NOTHING = Redirect.from(new File(File.separatorChar == '/' ? "/dev/null" : "NUL"));
    private static final Optional<Path> SETSID = Stream.of("/usr/bin/setsid", "/bin/setsid").map(Path::of).filter(Files::isExecutable)
            .findFirst();

    /** Platform threads: a virtual thread that reads from a process's pipe occupies its carrier, and the carriers would run out. */
    private final ExecutorService pumps = Executors.newCachedThreadPool(
            Thread.ofPlatform().daemon().name("execution-output-", 0).factory());
    private final Path scratch;

    /** @param scratch working directory of those that name none; made when it is needed */
    public ProcessRunner(Path scratch) {
        this.scratch = scratch;
    }

    /**
     * Runs to the end.
     *
     * @return the exit code
     * @throws InterruptedException when interrupted; the whole process tree is ended then
     */
    public int run(UUID id, Launch launch, Output output) throws InterruptedException, RunFailedException {
        if (launch.problem() != null) {
            throw new RunFailedException(launch.problem());
        }
        var process = start(id, launch);
        var tree = new ProcessTree(process.toHandle(), ChildEnvironment.MARKER + '=' + id, SETSID.isPresent());
        var readers = new ArrayList<CompletableFuture<Void>>();
        boolean ended = false;
        try {
            readers.add(pump(process.getInputStream(), ExecutionEngine.Stream.STDOUT, output));
            readers.add(pump(process.getErrorStream(), ExecutionEngine.Stream.STDERR, output));
            awaitExit(process, readers);
            drain(readers);
            ended = true;
            return process.exitValue();
        } catch (ExecutionException e) {
            throw new RunFailedException("the output could not be recorded, so the command was ended: " + e.getCause().getMessage(),
                    e.getCause());
        } finally {
            if (!ended) {
                tree.end();
                drainQuietly(readers);
            }
        }
    }

    private Process start(UUID id, Launch launch) throws RunFailedException {
        try {
            var argv = new ArrayList<String>();
            SETSID.ifPresent(setsid -> argv.add(setsid.toString()));
            argv.addAll(launch.argv());
            var builder = new ProcessBuilder(argv).redirectInput(NOTHING);
            builder.environment().clear();
            builder.environment().putAll(launch.variables());
            builder.environment().put(ChildEnvironment.MARKER, id.toString());
            builder.directory((launch.workingDir() == null ? PrivateFiles.createFolders(scratch) : launch.workingDir()).toFile());
            return builder.start();
        } catch (IOException e) {
            throw new RunFailedException("cannot start " + CommandText.quote(launch.argv().getFirst()) + ": " + e.getMessage(), e);
        }
    }

    private CompletableFuture<Void> pump(InputStream from, ExecutionEngine.Stream stream, Output output) {
        var done = new CompletableFuture<Void>();
        pumps.execute(() -> {
            try (from) {
                var buffer = new byte[BUFFER];
                for (int length = from.read(buffer); length >= 0; length = from.read(buffer)) {
                    output.write(stream, buffer, 0, length);
                }
                done.complete(null);
            } catch (IOException | RuntimeException | Error e) {
                done.completeExceptionally(e);
            }
        });
        return done;
    }

    /** Waits for the process, and gives up early when its output cannot be kept. */
    private static void awaitExit(Process process, List<CompletableFuture<Void>> readers) throws InterruptedException, ExecutionException {
        var end = process.onExit().<Void>thenApply(ended -> null);
        readers.forEach(reader -> reader.whenComplete((nothing, failure) -> {
            if (failure != null) {
                end.completeExceptionally(failure);
            }
        }));
        end.get();
    }

    /** Lets the readers take what is left in the pipes. */
    private static void drain(List<CompletableFuture<Void>> readers) throws InterruptedException, ExecutionException {
        try {
            CompletableFuture.allOf(readers.toArray(CompletableFuture[]::new)).get(LINGER_MS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            // a background process holds the pipe: see the class comment
        }
    }

    private static void drainQuietly(List<CompletableFuture<Void>> readers) {
        try {
            drain(readers);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            // the command is ended already, and that is what is reported
        }
    }

    @Override
    public void close() {
        pumps.shutdown();
    }
}
