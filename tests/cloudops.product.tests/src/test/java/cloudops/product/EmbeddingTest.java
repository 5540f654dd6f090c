package cloudops.product;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The execution engine in a plain Java program: a class path and nothing else. */
class EmbeddingTest {

    private static final Path EXAMPLE = Path.of("../../docs/examples/RunACommand.java").toAbsolutePath().normalize();

    /** All that the engine needs; no part of OSGi or Eclipse is among it. */
    private static final List<String> JARS = List.of("cloudops.model_", "cloudops.json_", "cloudops.execution_",
            "com.fasterxml.jackson.core.", "com.fasterxml.jackson.datatype.jackson-datatype-jsr310_",
            "com.fasterxml.jackson.dataformat.jackson-dataformat-yaml_", "org.yaml.snakeyaml_", "com.networknt.json-schema-validator_",
            "com.ethlo.time.itu_", "slf4j.api_");

    @TempDir
    Path folder;

    @Test
    void theExampleOfTheDocumentationRunsOnTheClassPath() throws Exception {
        var home = folder.resolve("home");
        var files = Files.createDirectory(folder.resolve("a folder; $(with) 'quotes'"));

        var run = run(home, files);

        assertThat(run.exit()).as(run.err()).isZero();
        assertThat(run.out()).startsWith("Asks because: what du does is not known\n").contains("STDOUT: ", files.toString(),
                "\"status\" : \"completed\"", "\"exit_code\" : 0", "So far in this home: 1\n");
        assertThat(run(home, files).out()).contains("So far in this home: 2\n");
    }

    private Product.Run run(Path home, Path files) throws IOException, InterruptedException {
        var out = folder.resolve("out");
        var err = folder.resolve("err");
        var process = new ProcessBuilder(System.getProperty("java.home") + "/bin/java", "-cp", classPath(), EXAMPLE.toString(), home.toString(),
                files.toString()).redirectOutput(out.toFile()).redirectError(err.toFile()).start();
        process.getOutputStream().close();
        return new Product.Run(process.waitFor(), Files.readString(out, StandardCharsets.UTF_8), Files.readString(err, StandardCharsets.UTF_8));
    }

    private static String classPath() throws IOException {
        try (var jars = Files.list(Product.FOLDER.resolve("plugins"))) {
            return jars.filter(jar -> JARS.stream().anyMatch(jar.getFileName().toString()::startsWith)).map(Path::toString)
                    .collect(Collectors.joining(File.pathSeparator));
        }
    }
}
