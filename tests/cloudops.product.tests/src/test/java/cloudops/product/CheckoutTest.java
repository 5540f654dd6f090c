package cloudops.product;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

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

    @Test
    void plugInsComeFromTheBuildThatTheProductIsOf() throws Exception {
        run("exit");
        assertThat(folder.resolve("built")).content().contains("releng/headless -am").doesNotContain("update-site");
        run("exit", "plugins", "list");
        assertThat(folder.resolve("built")).content().contains("releng/headless,releng/update-site -am");
        assertThat(product().resolve("plug-in-site").toRealPath()).isEqualTo(folder.resolve("releng/update-site/target/repository").toRealPath());

        Files.delete(folder.resolve("built"));
        assertThat(run("exit", "plugins", "list").out()).isEqualTo("plugins list\n");
        assertThat(run("exit").out()).isEqualTo("version --json\n");
        assertThat(folder.resolve("built")).as("neither is built again").doesNotExist();
    }

    private Path product() {
        return folder.resolve("releng/headless/target/products/cloudops.headless/linux/gtk/x86_64");
    }

    private Product.Run run(String training) throws IOException, InterruptedException {
        return run(training, "version", "--json");
    }

    /** @param training what the product does when it archives its classes */
    private Product.Run run(String training, String... words) throws IOException, InterruptedException {
        for (var each : List.of(".mvn", "target-platform", "bundles", "plugins-extra", "releng", "playbooks", "features/cloudops.core/rootfiles",
                ".build/apache-maven-3.9.11/bin")) {
            Files.createDirectories(folder.resolve(each));
        }
        for (var each : List.of("pom.xml", "cloudops", "features/cloudops.core/rootfiles/launch.sh")) {
            Files.copy(ROOT.resolve(each), folder.resolve(each), StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
        }
        var built = script(folder.resolve("product"), "if [ -n \"${CLOUDOPS_ARCHIVE_CLASSES:-}\" ]; then " + training + "; exit; fi; echo \"$@\"");
        script(folder.resolve(".build/apache-maven-3.9.11/bin/mvn"), """
                echo "$@" > '%1$s/built'
                mkdir -p '%2$s' '%1$s/releng/update-site/target/repository'
                cp '%3$s' '%2$s/cloudops'
                """.formatted(folder, product(), built));
        var command = new ProcessBuilder(Stream.concat(Stream.of(folder.resolve("cloudops").toString()), Stream.of(words)).toList())
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
