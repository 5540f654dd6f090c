package cloudops.cli.internal;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;

import cloudops.execution.Approval;
import cloudops.execution.Command;
import cloudops.execution.ExecutionEngine;
import cloudops.execution.ExecutionEvent;
import cloudops.execution.ExecutionException;
import cloudops.execution.ExecutionRecord;
import cloudops.execution.ExecutionRequest;
import cloudops.execution.spi.EventHandler;

/**
 * What the engine costs, against what everybody has: the same work, done by a program of the system in the same run. Each has one round that does not
 * count; then they take turns, and the medians are compared. Time is that of a clock on the wall, from the first call to the last end.
 */
final class ExecutionBenchmark implements EventHandler {

    private static final int LAUNCHES = 500;
    private static final int AT_ONCE = 16;
    private static final double LAUNCH_TARGET = 2.0;
    private static final long LINES = 1_000_000;
    private static final int LINE = 200; // bytes, with its end
    private static final double OUTPUT_TARGET = 1.5;
    /** Hardly any work but printing. */
    private static final String PRINT = "yes " + "x".repeat(LINE - 1) + " | head -n " + LINES;

    private final Path folder;
    private final int rounds;
    private final Consumer<String> progress;
    private final Map<UUID, Consumer<ExecutionRecord>> awaited = new ConcurrentHashMap<>();

    /** @param folder for files of the benchmark, on the disk where the logs are */
    ExecutionBenchmark(Path folder, int rounds, Consumer<String> progress) {
        this.folder = folder;
        this.rounds = rounds;
        this.progress = progress;
    }

    /**
     * The comparison of one kind of work.
     *
     * @param peer whom we are compared with
     * @param peerSeconds median
     * @param seconds our median
     * @param target the greatest ratio that we allow ourselves
     */
    record Measured(String work, String peer, double peerSeconds, double seconds, double ratio, double target, boolean met) {

        private static Measured of(String work, String peer, List<Double> peerSeconds, List<Double> seconds, double target) {
            double ratio = median(seconds) / median(peerSeconds);
            return new Measured(work, peer, median(peerSeconds), median(seconds), ratio, target, ratio <= target);
        }

        private static double median(List<Double> values) {
            return values.stream().sorted().toList().get(values.size() / 2);
        }
    }

    /** Hears of the ends; to ask for a result would read all its output into memory. */
    @Override
    public boolean wantsOutput() {
        return false;
    }

    @Override
    public void handle(ExecutionEvent event) {
        switch (event) {
            case ExecutionEvent.Completed completed -> ended(completed.entry());
            case ExecutionEvent.Failed failed -> ended(failed.entry());
            case ExecutionEvent.Cancelled cancelled -> ended(cancelled.entry());
            default -> {
                // goes on
            }
        }
    }

    private void ended(ExecutionRecord entry) {
        awaited.getOrDefault(entry.id(), unknown -> {
            // somebody else's
        }).accept(entry);
    }

    /** Many short commands, some at once. @param engine one that tells this of events */
    Measured launches(ExecutionEngine engine) throws IOException, InterruptedException, ExecutionException {
        return compare(LAUNCHES + " x /bin/true, " + AT_ONCE + " at a time", "xargs -P" + AT_ONCE, LAUNCH_TARGET,
                () -> shell("seq " + LAUNCHES + " | xargs -P" + AT_ONCE + " -I{} /bin/true"),
                () -> run(engine, LAUNCHES, AT_ONCE, List.of("/bin/true")));
    }

    /** One command that prints much. @param engine one that tells this of events, @param logs what kind it keeps */
    Measured output(ExecutionEngine engine, String logs) throws IOException, InterruptedException, ExecutionException {
        var file = folder.resolve("output");
        return compare(LINES * LINE / 1_000_000 + " MB of output, " + logs + " log", "bash -c 'command > file'", OUTPUT_TARGET, () -> {
            shell(PRINT + " > '" + file + "'");
            requireSize(file);
        }, () -> run(engine, 1, 1, List.of("bash", "-c", PRINT)));
    }

    private Measured compare(String work, String peer, double target, Work theirs, Work ours)
            throws IOException, InterruptedException, ExecutionException {
        var peerSeconds = new ArrayList<Double>();
        var seconds = new ArrayList<Double>();
        for (int round = 0; round <= rounds; round++) {
            progress.accept(work + ": " + (round == 0 ? "warming up" : "round " + round + " of " + rounds));
            double their = seconds(theirs);
            removeFiles();
            double our = seconds(ours);
            removeFiles();
            if (round > 0) {
                peerSeconds.add(their);
                seconds.add(our);
            }
        }
        return Measured.of(work, peer, peerSeconds, seconds, target);
    }

    @FunctionalInterface
    private interface Work {
        void run() throws IOException, InterruptedException, ExecutionException;
    }

    private static double seconds(Work work) throws IOException, InterruptedException, ExecutionException {
        long start = System.nanoTime();
        work.run();
        return (System.nanoTime() - start) / 1e9;
    }

    private static void shell(String script) throws IOException, InterruptedException {
        var process = new ProcessBuilder("bash", "-c", script).redirectInput(Redirect.from(new File("/dev/null")))
                .redirectOutput(Redirect.DISCARD).redirectError(Redirect.DISCARD).start();
        if (process.waitFor() != 0) {
            throw new IOException("failed: " + script);
        }
    }

    private void run(ExecutionEngine engine, int times, int atOnce, List<String> argv) throws IOException, InterruptedException, ExecutionException {
        var free = new Semaphore(atOnce);
        var failures = new ConcurrentLinkedQueue<String>();
        for (int i = 0; i < times; i++) {
            free.acquire();
            var request = ExecutionRequest.of(new Command.Exec(argv));
            awaited.put(request.id(), end -> {
                awaited.remove(end.id());
                if (end.exitCode() == null || end.exitCode() != 0) {
                    failures.add(end.status() + (end.error() == null ? "" : ": " + end.error()));
                }
                free.release();
            });
            engine.execute(request.withApproval(new Approval(engine.approvalHash(request), "benchmark", Instant.now())));
        }
        free.acquire(atOnce);
        if (!failures.isEmpty()) {
            throw new IOException("a command of the benchmark failed: " + failures.peek());
        }
    }

    private static void requireSize(Path file) throws IOException {
        if (Files.size(file) != LINES * LINE) {
            throw new IOException("the shell wrote " + Files.size(file) + " bytes instead of " + LINES * LINE);
        }
    }

    /** Hundreds of megabytes a round. Not part of what is measured. */
    private void removeFiles() throws IOException {
        try (var files = Files.walk(folder)) {
            for (var file : files.filter(Files::isRegularFile).filter(ExecutionBenchmark::isOutput).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    private static boolean isOutput(Path file) {
        var name = file.getFileName().toString();
        return name.equals("output") || name.endsWith(".log") && file.getParent().endsWith("logs");
    }
}
