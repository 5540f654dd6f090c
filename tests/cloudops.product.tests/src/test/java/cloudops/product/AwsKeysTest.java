package cloudops.product;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

import cloudops.demo.DemoSession;
import cloudops.product.Product.Run;
import software.amazon.awssdk.profiles.Profile;
import software.amazon.awssdk.profiles.ProfileFile;

/** A key pair that is added by hand, in a real Secret Service, used by the real AWS CLI and the SDK against the simulator. */
@Execution(ExecutionMode.CONCURRENT)
class AwsKeysTest {

    private static DemoSession demo;
    private static Profile pair;

    @TempDir
    Path folder;

    private SecretSession session;
    private Product product;

    @BeforeAll
    static void simulator() throws Exception {
        demo = DemoSession.start(0, false, line -> {
        });
        pair = ProfileFile.builder().content(demo.environment().awsCredentialsFile()).type(ProfileFile.Type.CREDENTIALS).build().profile("production")
                .orElseThrow();
    }

    @AfterAll
    static void end() throws Exception {
        demo.close();
    }

    @BeforeEach
    void start() throws Exception {
        product = new Product(folder).with("CLOUDOPS_HOME", folder.resolve("home").toString()).with("AWS_CONFIG_FILE", folder.resolve("config").toString())
                .with("AWS_SHARED_CREDENTIALS_FILE", folder.resolve("credentials").toString()).with("AWS_ACCESS_KEY_ID", "AKIAOFSOMEBODYELSE");
        session = SecretSession.start(product.userHome, "");
        session.give(product);
        recordCommandLines();
    }

    @AfterEach
    void stop() throws Exception {
        session.close();
    }

    /** An {@code aws} that writes down its own command line and that of the product, and then is the real one. */
    private void recordCommandLines() throws Exception {
        var bin = Files.createDirectories(folder.resolve("bin"));
        var path = System.getenv("PATH");
        var wrapper = Files.writeString(bin.resolve("aws"), """
                #!/bin/sh
                cat /proc/$$/cmdline /proc/$PPID/cmdline >> '%s'
                PATH='%s' exec aws "$@"
                """.formatted(folder.resolve("seen"), path));
        Files.setPosixFilePermissions(wrapper, PosixFilePermissions.fromString("rwx------"));
        product.with("PATH", bin + ":" + path);
    }

    private static String id() {
        return pair.property("aws_access_key_id").orElseThrow();
    }

    private static String secret() {
        return pair.property("aws_secret_access_key").orElseThrow();
    }

    private Run add(String name, String... options) throws Exception {
        var arguments = new ArrayList<>(List.of("keys", "add-aws", name));
        arguments.addAll(List.of(options));
        return product.feed(id() + "\n" + secret() + "\n", arguments.toArray(String[]::new));
    }

    private Run call(String... command) throws Exception {
        var arguments = new ArrayList<>(List.of(command));
        arguments.addAll(1, List.of("--endpoint-url", demo.environment().endpointUrl().orElseThrow().toString()));
        return product.run(arguments.toArray(String[]::new));
    }

    /** Of what few calls list: each is a process of the AWS CLI, where that is asked for. */
    private Run scan(String transport) throws Exception {
        return call("scan", "--profile", "by-hand", "--region", "us-east-1", "--service", "ec2", "--transport", transport, "--json");
    }

    private void assertNowhere() throws Exception {
        try (var files = Files.walk(folder)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                assertThat(Files.readString(file, StandardCharsets.ISO_8859_1)).as(file.toString()).doesNotContain(secret()).doesNotContain(id());
            }
        }
    }

    @Test
    void aKeyPairWorksLikeAProfileAndIsNowhereToBeSeen() throws Exception {
        session.startKeyring();
        var added = add("by-hand", "--region", "us-east-1");
        assertThat(added.exit()).as(added.err()).isZero();
        assertThat(add("second", "--fd", "0").exit()).isZero();
        assertThat(product.run("keys", "list-aws", "--json").json().findValuesAsText("name")).containsExactly("by-hand", "second");
        assertThat(product.run("profiles", "list", "--json").json().findValuesAsText("kind")).containsExactly("keychain", "keychain");
        var who = call("profiles", "validate", "--json");
        assertThat(who.exit()).as(who.err()).isZero();
        assertThat(who.out()).contains("by-hand", "second", demo.summary().accounts().getFirst());
        assertThat(who.err()).as("of libsecret").doesNotContain("GLib");

        var byCli = scan("cli");
        assertThat(byCli.exit()).as(byCli.err()).isZero();
        assertThat(byCli.json().path("discovered").asInt()).isPositive();
        var bySdk = scan("sdk");
        assertThat(bySdk.exit()).as(bySdk.err()).isZero();
        assertThat(bySdk.json().path("unchanged").asInt()).isEqualTo(byCli.json().path("discovered").asInt());

        for (var command : new String[][] { { "exec", "--profile", "by-hand", "--", "aws", "sts", "get-caller-identity" },
            { "exec", "--", "aws", "sts", "get-caller-identity", "--profile", "by-hand" },
            { "exec", "--profile", "by-hand", "--shell", "aws sts get-caller-identity --endpoint-url " + demo.environment().endpointUrl().orElseThrow() } }) {
            var run = call(command);
            assertThat(run.exit()).as(run.err()).isZero();
            assertThat(run.out()).contains(demo.summary().accounts().getFirst());
        }
        assertThat(product.run("executions", "list").out()).contains("by-hand").doesNotContain(secret(), id());
        assertThat(Files.readString(folder.resolve("seen"), StandardCharsets.ISO_8859_1)).contains("describe-instances", "get-caller-identity");
        assertNowhere();

        for (var name : List.of("by-hand", "second")) {
            assertThat(product.run("keys", "remove-aws", name).exit()).isZero();
        }
        assertThat(product.run("profiles", "list", "--json").json()).isEmpty();
        assertThat(call("exec", "--profile", "by-hand", "--", "aws", "sts", "get-caller-identity").exit()).isEqualTo(1);
        try (var files = Files.list(folder.resolve("home/aws"))) {
            assertThat(files.map(file -> file.getFileName().toString())).containsExactlyInAnyOrder("key-pairs.json", "lock");
        }
    }

    @Test
    void whereTheKeychainDoesNotGiveItNothingRuns() throws Exception {
        session.startKeyring();
        assertThat(add("by-hand").exit()).isZero();
        product.with("CLOUDOPS_PASSPHRASE", "correct horse").with("CLOUDOPS_NEW_PASSPHRASE", "correct horse");
        assertThat(product.run("exec", "--", "true").exit()).isZero();
        assertThat(product.run("keys", "protect", "--with", "passphrase").exit()).isZero();
        session.lock();
        for (var transport : List.of("cli", "sdk")) {
            var run = scan(transport);
            assertThat(run.exit()).as(run.out()).isIn(1, 3);
            assertThat(run.out() + run.err()).contains("the key pair of profile 'by-hand' cannot be had", "the keyring is locked");
        }
        var exec = call("exec", "--profile", "by-hand", "--", "aws", "sts", "get-caller-identity");
        assertThat(exec.exit()).isEqualTo(1);
        assertThat(exec.err()).contains("the keyring is locked", "unlock it");
        assertThat(folder.resolve("seen")).doesNotExist();
        var removal = product.run("keys", "remove-aws", "by-hand");
        assertThat(removal.exit()).isEqualTo(1);
        assertThat(removal.err()).contains("was not removed", "the keyring is locked", "\n  try: unlock it");
        assertThat(product.run("keys", "list-aws", "--json").json()).hasSize(1);
    }

    @Test
    void withoutAKeychainAndForWhatIsNoKeyPairThereIsAnErrorAndNothingIsKept() throws Exception {
        product.with("CLOUDOPS_PASSPHRASE", "no passphrase takes its place");
        var none = add("by-hand");
        assertThat(none.exit()).isEqualTo(1);
        assertThat(none.err()).contains("the key pair was not added", "no Secret Service runs in this session", "\n  try: ");
        session.startKeyring();
        Files.writeString(folder.resolve("config"), "[profile filed]\nregion = eu-west-1\n");
        for (var name : List.of("filed", "default", "x]\n[y\u202e$(id)")) {
            var refused = add(name);
            assertThat(refused.exit()).as(name).isEqualTo(1);
            assertThat(refused.err()).doesNotContain("\u202e", secret());
        }
        for (var input : List.of("", id() + "\n\n", "{\"AccessKeyId\": \"" + id() + "\"}")) {
            var refused = product.feed(input, "keys", "add-aws", "by-hand");
            assertThat(refused.exit()).as(input).isIn(1, 2);
            assertThat(refused.err()).startsWith("cloudops: ").doesNotContain(id());
        }
        assertThat(product.run("--read-only", "keys", "add-aws", "by-hand").exit()).isEqualTo(4);
        assertThat(product.run("keys", "list-aws", "--json").json()).isEmpty();
        assertNowhere();
        var json = "{\"AccessKey\": {\"AccessKeyId\": \"%s\", \"SecretAccessKey\": \"%s\"}}".formatted(id(), secret());
        assertThat(product.feed(json, "keys", "add-aws", "by-hand").exit()).isZero();
        assertThat(add("by-hand", "--replace").exit()).isZero();
        assertThat(call("profiles", "validate", "by-hand").exit()).isZero();
    }
}
