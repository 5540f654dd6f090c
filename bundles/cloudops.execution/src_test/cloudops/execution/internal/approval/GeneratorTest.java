package cloudops.execution.internal.approval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The committed table is what its generator makes: nobody has edited it. */
class GeneratorTest {

    private static final String VERSIONS = """
            import awscli.clidriver, botocore
            print(f"awscli/{awscli.__version__} botocore/{botocore.__version__}")""";

    @TempDir
    Path folder;

    @Test
    void makesTheCommittedTable() throws IOException, InterruptedException {
        makes(OperationTable.text(GeneratedOperations.RESOURCE));
    }

    @Test
    void makesTheCommittedListOfCallsThatUseFiles() throws IOException, InterruptedException {
        makes(OperationTable.text("aws-file-options.generated.txt"), "--files");
    }

    private void makes(String committed, String... options) throws IOException, InterruptedException {
        var versions = committed.lines().filter(line -> line.startsWith("# made from ")).findFirst().orElseThrow().substring("# made from ".length());
        var python = pythonOfTheCli();
        assumeTrue(python.isPresent(), "no AWS CLI is installed as a Python package");
        var installed = run(python.get(), "-c", VERSIONS).strip();
        assumeTrue(installed.equals(versions), "the table was made from " + versions + ", and here is " + installed);
        var made = folder.resolve("made.txt");
        var command = new ArrayList<>(List.of(python.get(), generator().toString()));
        command.addAll(List.of(options));
        command.add(made.toString());
        run(command.toArray(String[]::new));
        assertThat(Files.readString(made)).isEqualTo(committed);
    }

    private static Path generator() {
        return Stream.iterate(Path.of("").toAbsolutePath(), folder -> folder != null, Path::getParent)
                .map(folder -> folder.resolve("releng/aws-operations/generate.py")).filter(Files::exists).findFirst().orElseThrow();
    }

    /** The interpreter that the CLI's script names, or else the one on the path, if it can import the CLI. */
    private static Optional<String> pythonOfTheCli() throws InterruptedException {
        var candidates = new ArrayList<String>();
        for (var folder : System.getenv().getOrDefault("PATH", "").split(":")) {
            var script = Path.of(folder, "aws");
            try (var lines = Files.lines(script)) {
                lines.findFirst().filter(line -> line.matches("#!/\\S*python[0-9.]*")).ifPresent(line -> candidates.add(line.substring(2)));
            } catch (IOException | java.io.UncheckedIOException e) {
                continue; // no aws in this folder, or a binary one
            }
        }
        candidates.add("python3");
        for (var candidate : candidates) {
            try {
                run(candidate, "-c", VERSIONS);
                return Optional.of(candidate);
            } catch (IOException e) {
                continue; // not that one
            }
        }
        return Optional.empty();
    }

    private static String run(String... command) throws IOException, InterruptedException {
        var process = new ProcessBuilder(List.of(command)).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        process.getOutputStream().close();
        var output = new String(process.getInputStream().readAllBytes());
        if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IOException(String.join(" ", command) + " failed");
        }
        return output;
    }
}
