package cloudops.cli.internal;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;

import cloudops.cli.internal.ExecutionBenchmark.Measured;
import cloudops.execution.ExecutionEngine;
import cloudops.execution.ExecutionEngines;
import cloudops.execution.spi.EventHandler;
import cloudops.model.Environment;
import cloudops.model.bench.Benchmark;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cloudops bench}: how fast the product is, on this machine, now. */
@Command(name = "bench", description = "Measures this product against programs of the system; fails when it misses a target of its own.")
final class BenchCommand implements Callable<Integer> {

    private final Cli cli;

    @Parameters(paramLabel = "NAME", description = "What to measure: ${COMPLETION-CANDIDATES}.")
    private Name name;

    @Option(names = "--rounds", paramLabel = "N", defaultValue = "7", description = "How often; the median counts (${DEFAULT-VALUE}).")
    private int rounds;

    BenchCommand(Cli cli) {
        this.cli = cli;
    }

    /** What there is to measure. */
    enum Name {
        EXECUTION, SEARCH, EMBEDDING, SCAN;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT); // as it is typed
        }
    }

    @Override
    public Integer call() throws Exception {
        if (rounds < 1) {
            throw new CliException(ExitCode.USAGE, "--rounds must be 1 or more, but is " + rounds, null);
        }
        var folder = Files.createTempDirectory("cloudops-bench");
        try {
            return switch (name) {
                case EXECUTION -> printed(execution(folder));
                case SEARCH, EMBEDDING, SCAN -> printedFigures(ofItself(folder));
            };
        } finally {
            // whoever works in the folder must be gone before it is
            cli.services().close();
            deleteTree(folder);
        }
    }

    private int printed(List<Measured> results) throws IOException {
        if (cli.json()) {
            cli.print(results);
        } else {
            table(results).print(cli.console().out());
        }
        return results.stream().allMatch(Measured::met) ? ExitCode.DONE : ExitCode.FAILED;
    }

    /** What a bundle measures of itself. */
    private List<Benchmark.Measured> ofItself(Path folder) throws Exception {
        useHomeIn(folder);
        return cli.services().get(Benchmark.class, Benchmark.NAME, name.toString()).run(folder, rounds, cli::say);
    }

    private int printedFigures(List<Benchmark.Measured> figures) throws IOException {
        if (cli.json()) {
            cli.print(figures);
        } else {
            figures(figures).print(cli.console().out());
        }
        return figures.stream().allMatch(Benchmark.Measured::met) ? ExitCode.DONE : ExitCode.FAILED;
    }

    private void useHomeIn(Path folder) {
        var passphrase = UUID.randomUUID().toString();
        cli.use(new Environment(folder.resolve("home"), folder.resolve("config"), folder.resolve("credentials"), Optional.empty(), false, false),
                (locked, create) -> Optional.of(passphrase.toCharArray()));
    }

    /** In a home of its own: the user's history and logs are none of a benchmark's business. */
    private List<Measured> execution(Path folder) throws Exception {
        var benchmark = new ExecutionBenchmark(folder, rounds, cli::say);
        useHomeIn(folder);
        cli.services().offer(EventHandler.class, benchmark);
        var results = new ArrayList<Measured>();
        var engine = cli.service(ExecutionEngine.class);
        results.add(benchmark.launches(engine));
        results.add(benchmark.output(engine, "encrypted"));
        try (var plain = ExecutionEngines.in(folder.resolve("plain")).handler(benchmark).open()) {
            results.add(benchmark.output(plain, "plain"));
        }
        return results;
    }

    private static Table table(List<Measured> results) {
        var table = new Table("WORK", "AGAINST", "IT TAKES", "WE TAKE", "RATIO", "TARGET", "MET");
        for (var result : results) {
            table.row(result.work(), result.peer(), seconds(result.peerSeconds()), seconds(result.seconds()),
                    String.format(Locale.ROOT, "%.2f", result.ratio()), String.format(Locale.ROOT, "<= %.1f", result.target()),
                    result.met() ? "yes" : "NO");
        }
        return table;
    }

    private static Table figures(List<Benchmark.Measured> figures) {
        var table = new Table("WORK", "AGAINST", "MEASURED", "TARGET", "MET");
        for (var figure : figures) {
            table.row(figure.work(), figure.peer(), number(figure.value()) + " " + figure.unit(),
                    figure.target() == null ? "" : (figure.atMost() ? "<= " : ">= ") + number(figure.target()),
                    figure.target() == null ? "" : figure.met() ? "yes" : "NO");
        }
        return table;
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, value < 100 ? "%.2f" : "%.0f", value);
    }

    private static String seconds(double seconds) {
        return String.format(Locale.ROOT, "%.3f s", seconds);
    }

    private static void deleteTree(Path folder) throws IOException {
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, IOException failure) throws IOException {
                Files.deleteIfExists(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
