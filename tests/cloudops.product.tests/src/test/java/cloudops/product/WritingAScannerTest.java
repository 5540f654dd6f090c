package cloudops.product;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import cloudops.demo.DemoSession;
import cloudops.product.PluginsTest.BesideTheProduct;

/** The example of docs/writing-a-scanner.md, built with the commands that stand there and nothing but a product, and used. */
class WritingAScannerTest {

    private static final Path DOCS = Path.of("../../docs").toAbsolutePath().normalize();
    private static final Path EXAMPLE = DOCS.resolve("examples/ecr-scanner");
    private static final Pattern COMMANDS = Pattern.compile("```sh\n(.*?)```", Pattern.DOTALL);

    @TempDir(factory = BesideTheProduct.class)
    Path folder;

    @Test
    void isShort() throws Exception {
        try (var files = Files.walk(EXAMPLE)) {
            long lines = 0;
            for (var file : files.filter(Files::isRegularFile).toList()) {
                lines += Files.readAllLines(file).size();
            }
            assertThat(lines).isLessThanOrEqualTo(150);
        }
    }

    @Test
    void isBuiltInstalledAndUsedAsThePageSays() throws Exception {
        var product = Product.copy(folder);
        try (var files = Files.walk(EXAMPLE)) {
            for (var file : files.toList()) {
                Files.copy(file, folder.resolve("example").resolve(EXAMPLE.relativize(file).toString()));
            }
        }
        var commands = COMMANDS.matcher(Files.readString(DOCS.resolve("writing-a-scanner.md"))).results().map(match -> match.group(1)).toList();
        var built = shell(product, commands.get(0));
        assertThat(built.exit()).as(built.err()).isZero();
        assertThat(folder.resolve("example/target/ecr-scanner.jar")).exists();
        // the page runs the tests with JUnit's one jar; here it is the jars that this test runs with
        var tests = shell(product, commands.get(1).lines().findFirst().orElseThrow() + "\n" + """
                "$JAVA_HOME/bin/java" -cp "$JUNIT:target/tests:target/classes:$PRODUCT/plugins/*" cloudops.product.JUnit example.scanner.ecr.EcrScannerTest""");
        assertThat(tests.exit()).as(tests.out() + tests.err()).isZero();

        try (var demo = DemoSession.start(0, false, line -> {
        })) {
            product.with("AWS_CONFIG_FILE", demo.environment().awsConfigFile().toString())
                    .with("AWS_SHARED_CREDENTIALS_FILE", demo.environment().awsCredentialsFile().toString()).with("CLOUDOPS_PASSPHRASE", "correct horse");
            var endpoint = demo.environment().endpointUrl().orElseThrow().toString();
            var made = Product.await(product.launch(List.of("aws", "ecr", "create-repository", "--repository-name", "shop/web", "--profile", "production",
                    "--region", "eu-west-1", "--endpoint-url", endpoint)));
            assertThat(made.exit()).as(made.err()).isZero();
            var unknown = product.run("scan", "--profile", "production", "--service", "ecr", "--region", "eu-west-1", "--json", "--endpoint-url", endpoint);
            assertThat(unknown.json().at("/errors/0/code").asText()).isEqualTo("UnsupportedService");

            var use = commands.get(2).lines().toList();
            var installed = shell(product, use.get(0));
            assertThat(installed.exit()).as(installed.err()).isZero();
            var scanned = shell(product, use.get(1) + " --region eu-west-1 --json --endpoint-url " + endpoint);
            assertThat(scanned.exit()).as(scanned.out() + scanned.err()).isZero();
            var listed = product.run("resources", "list", "--service", "ecr", "--json");
            assertThat(listed.json()).hasSize(1);
            assertThat(listed.json().at("/0/name").asText()).isEqualTo("shop/web");
            assertThat(listed.json().at("/0/constraints/can_stop").asBoolean(true)).isFalse();
            assertThat(shell(product, use.get(2)).exit()).isZero();
            assertThat(product.run("version").out()).doesNotContain("example.scanner.ecr");
        }
    }

    /** Runs commands of the page in the example's folder; $PRODUCT is a product, $JUNIT what JUnit consists of. */
    private Product.Run shell(Product product, String commands) throws Exception {
        product.with("PRODUCT", product.folder.toString()).with("JUNIT", System.getProperty("java.class.path"));
        var path = List.of(product.folder.toString(), System.getProperty("java.home") + "/bin", System.getenv("PATH"));
        product.with("PATH", String.join(":", path));
        return Product.await(product.launch(new ArrayList<>(List.of("/bin/sh", "-ec", "cd \"$1\"\n" + commands, "sh", folder.resolve("example").toString()))));
    }
}
