package cloudops.execution.internal.process;

import java.io.IOException;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import cloudops.execution.internal.CommandText;
import cloudops.execution.internal.output.Output;
import cloudops.execution.spi.RunFailedException;

/**
 * Runs programs as processes: never through a shell, standard input closed, in a session of their own (where neither {@link LibC} nor
 * {@code setsid} can make one, in ours), so that no child asks for a password on the user's terminal.
 * <p>
 * An execution ends with its process. A background process that it leaves behind goes on, as it would from a terminal; when it holds the
 * output open, it is heard for one more second, and what it writes later is dropped.
 */
public final class ProcessRunner implements AutoCloseable {

    /** Platform threads: a virtual thread that reads from a process's pipe occupies its carrier, and the carriers would run out. */
    private final ExecutorService threads = Executors.newCachedThreadPool(
            Thread.ofPlatform().daemon().name("execution-output-", 0).factory());
    private final Scratch scratch;
    private final Optional<SpawnedProcess.Starter> starter;

    /** @param scratch working directory of those that name none */
    public ProcessRunner(Scratch scratch) {
        this(scratch, LibC.available());
    }

    /** @param c empty to start processes by Java's own means */
    ProcessRunner(Scratch scratch, Optional<LibC> c) {
        this.scratch = scratch;
        starter = c.map(library -> new SpawnedProcess.Starter(library, threads));
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
        if (Thread.interrupted()) {
            throw new InterruptedException("interrupted before it started");
        }
        var process = start(id, launch, output);
        boolean ended = false;
        try {
            output.failure().thenAccept(process.end()::completeExceptionally);
            int exitCode = process.end().get();
            ended = true;
            return exitCode;
        } catch (ExecutionException e) {
            throw new RunFailedException("the output could not be recorded, so the command was ended: " + e.getCause().getMessage(),
                    e.getCause());
        } finally {
            if (!ended) {
                new ProcessTree(process.handle(), ChildEnvironment.MARKER + '=' + id, starter.isPresent() || PumpedProcess.ownSession()).end();
                awaitOutput(process);
            }
        }
    }

    private ChildProcess start(UUID id, Launch launch, Output output) throws RunFailedException {
        try {
            var variables = new TreeMap<>(launch.variables());
            variables.put(ChildEnvironment.MARKER, id.toString());
            var folder = (launch.workingDir() == null ? scratch.folder() : launch.workingDir()).toString();
            return starter.isPresent() ? starter.get().start(launch.argv(), variables, folder, output)
                    : PumpedProcess.start(launch.argv(), variables, folder, output, threads);
        } catch (IOException e) {
            throw new RunFailedException("cannot start " + CommandText.quote(launch.argv().getFirst()) + ": " + e.getMessage(), e);
        }
    }

    /** Lets what is left in the pipes of an ended process be taken. */
    private static void awaitOutput(ChildProcess process) {
        try {
            process.end().get(ChildProcess.LINGER_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            // the command is ended already, and that is what is reported
        }
    }

    @Override
    public void close() {
        threads.shutdown();
        starter.ifPresent(SpawnedProcess.Starter::close);
    }
}
