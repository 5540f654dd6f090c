package cloudops.product;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import cloudops.demo.DemoSession;
import cloudops.product.Product.Run;

/** {@code cloudops backup}, each command a process of its own, on the estate of the demo, and its simulator's S3. */
class BackupTest {

    @TempDir
    static Path folder;

    private static DemoSession demo;
    private static Product product;

    @BeforeAll
    static void scanOnce() throws Exception {
        demo = DemoSession.start(0, false, line -> {
        });
        product = user("owner");
        done(product.run("scan", "--json", "--endpoint-url", endpoint(), "--profile", "production", "--region", "us-east-1,us-west-2"));
    }

    @AfterAll
    static void stop() throws Exception {
        demo.close();
    }

    private static Product user(String name) throws Exception {
        return new Product(Files.createDirectories(folder.resolve(name))).with("CLOUDOPS_PASSPHRASE", "correct horse")
                .with("CLOUDOPS_HOME", home(name).toString())
                .with("AWS_CONFIG_FILE", demo.environment().awsConfigFile().toString())
                .with("AWS_SHARED_CREDENTIALS_FILE", demo.environment().awsCredentialsFile().toString());
    }

    private static Path home(String user) {
        return folder.resolve(user).resolve("home");
    }

    private static String endpoint() {
        return demo.environment().endpointUrl().orElseThrow().toString();
    }

    private static Run done(Run run) {
        assertThat(run.exit()).as(run.err()).isZero();
        return run;
    }

    @Test
    void theEstateComesBackOnAnotherMachineByWayOfS3() throws Exception {
        var before = done(product.run("resources", "list", "--json")).json();
        assertThat(before).isNotEmpty();
        var bucket = done(product.run("resources", "list", "--service", "s3", "--json")).json().at("/0/name").asText();
        var uri = "s3://" + bucket + "/backups of a team";
        var made = done(product.run("backup", "create", "--to-s3", uri, "--profile", "production", "--endpoint-url", endpoint(), "--json")).json();
        var id = made.path("id").asText();
        assertThat(made.at("/records/aws_estate").asInt()).isEqualTo(before.size());
        assertThat(done(product.run("backup", "list", "--json")).json().findValuesAsText("id")).contains(id);
        var elsewhere = "s3://" + bucket + "/where it is not yet";
        var copied = done(product.run("backup", "create", "--if-older-than", "1d", "--to-s3", elsewhere, "--profile", "production", "--endpoint-url",
                endpoint(), "--json")).json();
        assertThat(copied.path("id").asText()).as("none is due, but the copy is").isEqualTo(id);
        assertThat(copied.path("location").asText()).startsWith(elsewhere);
        assertThat(done(product.run("backup", "verify", id)).out()).contains("every record decrypts");

        var other = user("other");
        assertThat(done(other.run("backup", "list", "--s3", uri, "--profile", "production", "--endpoint-url", endpoint())).out()).contains(id);
        done(other.run("backup", "restore", "1s", "--from-s3", uri, "--profile", "production", "--endpoint-url", endpoint(), "--json"));
        assertThat(done(other.run("resources", "list", "--json")).json()).isEqualTo(before);
        assertThat(done(other.run("search", "pg-instance-main1", "--json")).json().at("/0/resource/name").asText()).isEqualTo("pg-instance-main1");
    }

    @Test
    void nothingThatIsEncryptedIsPlainInABackup() throws Exception {
        var resources = done(product.run("resources", "list", "--json")).json();
        var id = done(product.run("backup", "create", "--json")).json().path("id").asText();
        try (var files = Files.walk(home("owner").resolve("backups").resolve(id))) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                var hex = HexFormat.of().formatHex(Files.readAllBytes(file));
                for (var resource : resources) {
                    for (var field : List.of("name", "identifier", "arn")) {
                        var value = resource.path(field).asText();
                        if (value.length() > 5) {
                            assertThat(hex).as("%s of a resource in %s", field, file)
                                    .doesNotContain(HexFormat.of().formatHex(value.getBytes(StandardCharsets.UTF_8)))
                                    .doesNotContain(HexFormat.of().formatHex(value.getBytes(StandardCharsets.UTF_16BE)));
                        }
                    }
                }
            }
        }
    }

    @Test
    void aBackupOfBeforeARotationIsRestoredAndOneIsMadeOnlyWhenItIsDue() throws Exception {
        var rotated = user("rotated");
        done(rotated.run("scan", "--json", "--endpoint-url", endpoint(), "--profile", "staging", "--region", "us-east-1", "--service", "rds"));
        var before = done(rotated.run("resources", "list", "--json")).json();
        assertThat(before).isNotEmpty();
        var id = done(rotated.run("backup", "create", "--if-older-than", "1h", "--json")).json().path("id").asText();
        assertThat(done(rotated.run("backup", "create", "--if-older-than", "1h", "--json")).json().path("id").asText()).isEqualTo(id);
        assertThat(done(rotated.run("backup", "list", "--json")).json()).hasSize(1);
        done(rotated.run("keys", "rotate"));
        done(rotated.run("scan", "--json", "--endpoint-url", endpoint(), "--profile", "staging", "--region", "us-west-2", "--service", "rds"));

        assertThat(done(rotated.run("backup", "verify", id)).out()).contains("every record decrypts");
        done(rotated.run("backup", "restore", id));

        assertThat(done(rotated.run("resources", "list", "--json")).json()).isEqualTo(before);
        assertThat(done(rotated.run("keys", "status", "--json")).json().path("records").fieldNames()).toIterable().containsExactly("2");
        assertThat(rotated.run("backup", "create", "--if-older-than", "soon").exit()).isEqualTo(2);
    }

    @Test
    void damagedForeignAndMissingBackupsAreRefusedWithAReason() throws Exception {
        var id = done(product.run("backup", "create", "--json")).json().path("id").asText();
        var backups = home("owner").resolve("backups");
        var stranger = user("stranger");
        done(stranger.run("scan", "--json", "--endpoint-url", endpoint(), "--profile", "staging", "--region", "us-east-1", "--service", "rds"));
        var theirs = Files.createDirectories(home("stranger").resolve("backups"));
        try (var files = Files.walk(backups.resolve(id))) {
            for (var file : files.toList()) {
                Files.copy(file, theirs.resolve(backups.relativize(file).toString()));
            }
        }
        var foreign = stranger.run("backup", "restore", id);
        assertThat(foreign.exit()).isEqualTo(1);
        assertThat(foreign.err()).contains("another key").contains("try: restore it into a new home: --home NEW");

        var wrong = user("wrong").with("CLOUDOPS_PASSPHRASE", "not it");
        var home = Files.createDirectories(home("wrong"));
        Files.move(theirs, home.resolve("backups"));
        assertThat(wrong.run("backup", "restore", id).err()).contains("the passphrase is not the one");
        assertThat(home.resolve("keys")).doesNotExist();

        var file = backups.resolve(id).resolve("aws_estate/000001");
        var bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
        var damaged = product.run("backup", "restore", id, "--json");
        assertThat(damaged.exit()).isEqualTo(1);
        assertThat(damaged.err()).contains("aws_estate/000001: changed");
        assertThat(product.run("backup", "restore", "20200101T000000Z-00000000").exit()).isEqualTo(1);
        assertThat(product.run("backup", "restore", "2020-01-01").err()).contains("there is no backup of this home of 2020-01-01");
        assertThat(product.run("backup", "create", "--to-s3", "https://x").exit()).isEqualTo(2);
        assertThat(product.run("backup", "--read-only", "restore", id).exit()).isEqualTo(4);
        int there = done(product.run("backup", "list", "--json")).json().size();
        assertThat(product.run("backup", "--read-only", "create").exit()).isEqualTo(4);
        assertThat(product.run("backup", "--read-only", "restore", id, "--from-s3", "s3://no-such-bucket-here").exit()).isEqualTo(4);
        assertThat(done(product.run("backup", "list", "--json")).json()).hasSize(there);
        assertThat(product.run("backup", "list", "--s3", "s3://no-such-bucket-here", "--profile", "production", "--endpoint-url", endpoint()).err())
                .contains("there is no bucket 'no-such-bucket-here'");
        assertThat(done(product.run("resources", "list", "--json")).json()).isNotEmpty();
    }
}
