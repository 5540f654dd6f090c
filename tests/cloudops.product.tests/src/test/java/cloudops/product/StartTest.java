package cloudops.product;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens before a command does anything. */
class StartTest {

    @TempDir
    Path folder;

    @Test
    void saysItsVersion() throws Exception {
        var run = new Product(folder).run("version", "--json");
        assertThat(run.exit()).isZero();
        assertThat(run.json().path("product").asText()).isEqualTo("CloudOps Workbench");
        assertThat(run.json().path("bundles").findValuesAsText("name")).contains("cloudops.cli", "cloudops.storage", "cloudops.scanner.rds");
        assertThat(run.err()).isEmpty();
    }

    @Test
    void touchesNothingForHelp() throws Exception {
        var product = new Product(folder);
        var run = product.run("--help");
        assertThat(run.exit()).isZero();
        assertThat(run.out()).contains("Usage: cloudops", "demo", "scan", "search", "ask").doesNotContain("rehearse");
        assertThat(product.userHome).isEmptyDirectory();
        assertThat(product.temporary).isEmptyDirectory();
    }

    @Test
    void explainsAWrongCommandLine() throws Exception {
        var run = new Product(folder).run("serch", "x");
        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.err()).startsWith("cloudops: ").contains("serch", "  try: cloudops --help");
        assertThat(run.out()).isEmpty();
    }

    @Test
    void saysWhereItLookedForAJdk() throws Exception {
        var run = withoutJava().with("JAVA_HOME", null).run("version");
        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.err()).contains("no JDK 21 or newer", "  try: ").contains("JAVA_HOME");
    }

    @Test
    void passesOverAJdkThatIsTooOld() throws Exception {
        var old = Files.createDirectories(folder.resolve("jdk-17/bin"));
        Files.createFile(old.resolve("java")).toFile().setExecutable(true);
        Files.writeString(folder.resolve("jdk-17/release"), "JAVA_VERSION=\"17.0.15\"\n");
        var refused = withoutJava().with("JAVA_HOME", old.getParent().toString()).run("version");
        assertThat(refused.exit()).isEqualTo(1);

        var found = withoutJava().with("JAVA_HOME", old.getParent().toString())
                .with("CLOUDOPS_JDK_FOLDERS", old.getParent() + " " + System.getProperty("java.home")).run("version");
        assertThat(found.exit()).as(found.err()).isZero();
    }

    @Test
    void aScanEndsWhenItRunsOutOfMemory() throws Exception {
        var run = Product.copy(folder).with("CLOUDOPS_HEAP", "8m").run("scan", "--json");
        assertThat(run.exit()).as("killed").isEqualTo(137);
        assertThat(run.err()).endsWith("""
                cloudops: it ran out of memory and was ended, what was stored stays
                  try: a larger heap, as by CLOUDOPS_HEAP=2g before the command, or less at a time
                """);
        assertThat(run.out()).isEmpty();
    }

    /** The first run from sources builds the program, and starts it once to make the next starts faster. */
    @Test
    void whatIsHandedToACommandIsNotTakenByTheBuildBeforeIt() throws Exception {
        var sources = Path.of("../..").toAbsolutePath().normalize();
        var root = Files.createDirectories(folder.resolve("sources"));
        for (var file : List.of("cloudops", "features/cloudops.core/rootfiles/launch.sh")) {
            Files.createDirectories(root.resolve(file).getParent());
            Files.copy(sources.resolve(file), root.resolve(file), StandardCopyOption.COPY_ATTRIBUTES);
        }
        var built = script("built", """
                read -r line
                echo "$1 got ${line:-nothing} by ${CLOUDOPS_PASSPHRASE_FD:-no descriptor}" | tee -a '%s'
                """.formatted(folder.resolve("seen")));
        var product = sources.relativize(Product.FOLDER);
        script("mvn", """
                [ "$1" != -v ] || { echo 'Apache Maven 3.9.11'; exit; }
                mkdir -p '%1$s'
                cp '%2$s' '%1$s/cloudops'
                """.formatted(product, built));

        var process = new ProcessBuilder(root.resolve("cloudops").toString(), "version").redirectError(ProcessBuilder.Redirect.INHERIT);
        process.environment().put("PATH", built.getParent() + ":" + System.getenv("PATH"));
        process.environment().put("JAVA_HOME", System.getProperty("java.home"));
        process.environment().put("CLOUDOPS_PASSPHRASE_FD", "0");
        var run = process.start();
        try (var in = run.getOutputStream()) {
            in.write("horse\n".getBytes(StandardCharsets.UTF_8));
        }
        assertThat(new String(run.getInputStream().readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("version got horse by 0\n");
        assertThat(run.waitFor()).isZero();
        assertThat(Files.readAllLines(folder.resolve("seen"))).containsExactly("rehearse got nothing by no descriptor",
                "search got nothing by no descriptor", "version got horse by 0");
    }

    @Test
    void theHomeOfTheBuildHasSomethingToFindAndNobodyElsesGetsIt() throws Exception {
        var product = new Product(folder).with("CLOUDOPS_HOME", folder.resolve("home").toString()).with("CLOUDOPS_PASSPHRASE", "training");
        var rehearsed = product.run("rehearse");
        assertThat(rehearsed.exit()).as(rehearsed.err()).isZero();
        assertThat(product.run("search", "payments", "--json").json().at("/0/resource/name").asText()).startsWith("payments-web-");

        var again = product.run("rehearse");
        assertThat(again.exit()).isEqualTo(2);
        assertThat(again.err()).contains("this home has resources already", "  try: ");
    }

    @Test
    void whatTheJvmLoadsItselfIsNotSigned() throws Exception {
        for (var bundle : List.of("org.eclipse.equinox.launcher", "org.eclipse.osgi", "org.eclipse.osgi.compatibility.state")) {
            try (var jars = Files.list(Product.FOLDER.resolve("plugins"))) {
                var ours = jars.filter(jar -> jar.getFileName().toString().startsWith(bundle + "_")).toList();
                assertThat(ours).hasSize(1);
                try (var zip = new ZipFile(ours.getFirst().toFile())) {
                    assertThat(zip.stream().map(ZipEntry::getName)).contains("META-INF/MANIFEST.MF")
                            .noneMatch(name -> name.matches("META-INF/.*\\.(SF|RSA|DSA|EC)"));
                }
            }
        }
    }

    private Path script(String name, String text) throws Exception {
        var script = Files.createDirectories(folder.resolve("programs")).resolve(name);
        Files.writeString(script, "#!/bin/sh\n" + text);
        assertThat(script.toFile().setExecutable(true)).isTrue();
        return script;
    }

    /** A PATH with the system's tools but no Java, and no usual folders of JDKs. */
    private Product withoutJava() throws Exception {
        var tools = Files.createDirectories(folder.resolve("tools"));
        for (var tool : new String[] { "readlink", "dirname", "sed" }) {
            var link = tools.resolve(tool);
            if (!Files.exists(link)) {
                Files.createSymbolicLink(link, Path.of("/usr/bin", tool));
            }
        }
        return new Product(folder).with("PATH", tools.toString()).with("CLOUDOPS_JDK_FOLDERS", "");
    }
}
