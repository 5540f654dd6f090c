package cloudops.execution.internal.process;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import cloudops.execution.ExecutionEngine;
import cloudops.execution.internal.output.Output;

/** A process started through the C library: one thread reads both of its streams and waits for its end. */
final class SpawnedProcess implements ChildProcess {

    /** Starts processes. Thread-safe. */
    static final class Starter implements AutoCloseable {

        private final LibC c;
        private final Executor threads;
        private final Buffers.Pool pool;

        /** @param threads has a platform thread for every process at once */
        Starter(LibC c, Executor threads) {
            this.c = c;
            this.threads = threads;
            pool = new Buffers.Pool(c);
        }

        /** @param argv with the program's path first */
        ChildProcess start(List<String> argv, Map<String, String> variables, String folder, Output output) throws IOException {
            var process = new SpawnedProcess(c, pool, output);
            try {
                process.start(argv, variables.entrySet().stream().map(variable -> variable.getKey() + '=' + variable.getValue()).toList(), folder);
                threads.execute(process::run);
                return process;
            } catch (IOException | RuntimeException | Error e) { // it may run already, and nobody would know of it
                process.abandon();
                throw e instanceof IOException known ? known : new IOException(e.toString(), e);
            }
        }

        @Override
        public void close() {
            pool.close();
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(SpawnedProcess.class);
    private static final int SMALL_PIPE = 64 * 1024; // what the kernel gives
    private static final int ENTRY = 8; // bytes of an entry of poll's list
    private static final int END = 2; // the third entry; the first two are the streams

    private final LibC c;
    private final Buffers.Pool pool;
    private final Output output;
    private final CompletableFuture<Integer> end = new CompletableFuture<>();
    private final int[] descriptors = { -1, -1, -1 };
    private Buffers buffers;
    private boolean enlarged;
    private boolean reaped;
    private int pid;
    private ProcessHandle handle;

    private SpawnedProcess(LibC c, Buffers.Pool pool, Output output) {
        this.c = c;
        this.pool = pool;
        buffers = pool.take();
        this.output = output;
    }

    @Override
    public ProcessHandle handle() {
        return handle;
    }

    @Override
    public CompletableFuture<Integer> end() {
        return end;
    }

    private void start(List<String> argv, List<String> variables, String folder) throws IOException {
        var stdout = c.pipe(buffers.block());
        descriptors[0] = stdout[0];
        int[] stderr = { -1, -1 };
        try {
            stderr = c.pipe(buffers.block());
            descriptors[1] = stderr[0];
            pid = spawn(argv, variables, folder, stdout[1], stderr[1]);
        } finally {
            close(stdout[1]);
            close(stderr[1]);
        }
        handle = ProcessHandle.of(pid).orElseThrow(() -> new IOException("the process was lost"));
        descriptors[END] = c.watch(pid, buffers.block());
    }

    private int spawn(List<String> argv, List<String> variables, String folder, int stdout, int stderr) throws IOException {
        var program = argv.getFirst();
        try {
            return c.spawn(program, argv, variables, folder, stdout, stderr);
        } catch (LibC.SpawnException e) {
            if (e.error != LibC.ENOEXEC) {
                throw e;
            }
            // a script that names no interpreter: by POSIX (execvp) the shell is it
            return c.spawn("/bin/sh", Stream.concat(Stream.of("/bin/sh"), argv.stream()).toList(), variables, folder, stdout, stderr);
        }
    }

    private void run() {
        try {
            follow();
        } catch (IOException | RuntimeException | Error e) {
            end.completeExceptionally(e); // whoever waits for it ends the process
            reap();
        } finally {
            letGo();
        }
    }

    /** Ends it, if it was started at all. */
    private void abandon() {
        if (pid > 0) {
            c.killGroup(pid);
            reap();
        }
        letGo();
    }

    /** Waits for its end, unless that was seen: until somebody has, it stays in the system's table. */
    private void reap() {
        try {
            if (!reaped) {
                c.exitCode(pid, buffers.block());
            }
        } catch (IOException e) {
            LOG.warn("end of a process not observed: {}", e.getMessage(), e);
        }
    }

    private void letGo() {
        for (int i = 0; i < descriptors.length; i++) {
            close(i, descriptors);
        }
        pool.give(buffers);
    }

    /** Until the process has ended and nobody holds its output open, be it heard or not: one that cannot write would be ended by that. */
    private void follow() throws IOException {
        Integer exitCode = null;
        long deadline = 0;
        while (descriptors[0] >= 0 || descriptors[1] >= 0 || descriptors[END] >= 0) {
            boolean lingering = exitCode != null && !end.isDone();
            await(lingering ? Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime())) : -1);
            boolean[] ready = { isReady(0), isReady(1), isReady(END) };
            for (var stream : ExecutionEngine.Stream.values()) {
                if (ready[stream.ordinal()]) {
                    take(stream);
                }
            }
            if (ready[END]) {
                exitCode = c.exitCode(pid, buffers.block());
                reaped = true;
                deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LINGER_MS);
                close(END, descriptors);
            }
            boolean silent = descriptors[0] < 0 && descriptors[1] < 0;
            if (exitCode != null && (silent || System.nanoTime() - deadline >= 0)) {
                end.complete(exitCode);
            }
        }
    }

    private void await(long millis) {
        var list = buffers.block().bytes;
        for (int i = 0; i < descriptors.length; i++) {
            list.putInt(i * ENTRY, descriptors[i]).putShort(i * ENTRY + 4, (short) LibC.POLLIN).putShort(i * ENTRY + 6, (short) 0);
        }
        c.poll(buffers.block(), descriptors.length, (int) millis);
    }

    private boolean isReady(int entry) {
        return descriptors[entry] >= 0 && buffers.block().bytes.getShort(entry * ENTRY + 6) != 0;
    }

    private void take(ExecutionEngine.Stream stream) throws IOException {
        int length = c.read(descriptors[stream.ordinal()], buffers.block());
        if (length == 0) {
            close(stream.ordinal(), descriptors);
            return;
        }
        if (end.isDone()) {
            return; // see the class comment of ProcessRunner
        }
        if (length == SMALL_PIPE && !enlarged) {
            enlarged = true;
            c.enlarge(descriptors[stream.ordinal()], Buffers.Pool.LARGE);
        }
        buffers.block().bytes.get(0, buffers.bytes(), 0, length);
        try {
            output.write(stream, buffers.bytes(), 0, length);
        } catch (IOException | RuntimeException | Error e) {
            end.completeExceptionally(e); // and go on, until the process has ended
        }
        if (length == buffers.size()) {
            buffers = pool.enlarged(buffers); // it prints faster than this takes
        }
    }

    private void close(int entry, int[] of) {
        close(of[entry]);
        of[entry] = -1;
    }

    private void close(int descriptor) {
        if (descriptor >= 0) {
            c.close(descriptor);
        }
    }
}
