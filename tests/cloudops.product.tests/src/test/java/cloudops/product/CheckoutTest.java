package cloudops.product;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command of a checkout, with a Maven and a product that only say what they were asked for. */
class CheckoutTest {

    private static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();

    @TempDir
    Path folder;

    @Test
    void saysNothingOfWhatItDoesToArchiveClasses() throws Exception {
        var first = run("echo 'Nothing found.'; echo 'cloudops: a warning' >&2");
        assertThat(first.out()).isEqualTo("version --json\n");
        assertThat(first.err()).contains("Building CloudOps Workbench").doesNotContain("Nothing found", "a warning", "slowly");
        assertThat(folder.resolve(".build/training.log")).content().contains("Nothing found.", "a warning");
        try (var left = Files.list(folder.resolve(".build"))) {
            assertThat(left.filter(Files::isDirectory).map(Path::getFileName).map(Path::toString)).containsExactly("apache-maven-3.9.11");
        }
    }

    @Test
    void saysWhereToLookWhenTheClassesCouldNotBeArchived() throws Exception {
        var first = run("echo 'no room' >&2; exit 1");
        assertThat(first.exit()).isZero();
        assertThat(first.out()).isEqualTo("version --json\n");
        assertThat(first.err()).contains("will start more slowly", "training.log").doesNotContain("no room");
    }

    /** @param training what the product does when it archives its classes */
    private Product.Run run(String training) throws IOException, InterruptedException {
        for (var each : List.of(".mvn", "target-platform", "bundles", "releng", "playbooks", "features/cloudops.core/rootfiles",
                ".build/apache-maven-3.9.11/bin")) {
            Files.createDirectories(folder.resolve(each));
        }
        Files.createFile(folder.resolve("pom.xml"));
        for (var each : List.of("cloudops", "features/cloudops.core/rootfiles/launch.sh")) {
            Files.copy(ROOT.resolve(each), folder.resolve(each));
        }
        var product = folder.resolve("releng/headless/target/products/cloudops.headless/linux/gtk/x86_64");
        var built = script(folder.resolve("product"), "if [ -n \"${CLOUDOPS_ARCHIVE_CLASSES:-}\" ]; then " + training + "; exit; fi; echo \"$@\"");
        script(folder.resolve(".build/apache-maven-3.9.11/bin/mvn"), "mkdir -p '" + product + "' && cp '" + built + "' '" + product + "/cloudops'");
        var command = new ProcessBuilder(folder.resolve("cloudops").toString(), "version", "--json")
                .redirectOutput(folder.resolve("out").toFile()).redirectError(folder.resolve("err").toFile());
        command.environment().put("JAVA_HOME", System.getProperty("java.home"));
        var process = command.start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Product.Run(process.exitValue(), Files.readString(folder.resolve("out")), Files.readString(folder.resolve("err")));
    }

    private static Path script(Path file, String does) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + does + "\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
        return file;
    }
}
