package cloudops.product;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import cloudops.aws.proxy.Fault;
import cloudops.aws.proxy.FaultProxy;
import cloudops.demo.DemoSession;

/** What a scan leaves behind when things go wrong around it. */
class ScanTest {

    private static final String REGIONS = "us-east-1,us-west-2";

    @TempDir
    static Path folder;

    private static DemoSession demo;
    private static FaultProxy proxy;
    private static Product product;
    private static TreeSet<String> estate;

    @BeforeAll
    static void start() throws Exception {
        demo = DemoSession.start(0, false, line -> {
        });
        proxy = new FaultProxy(demo.environment().endpointUrl().orElseThrow());
        product = user("faults");
        var sound = product.run(scan());
        assertThat(sound.exit()).as(sound.out() + sound.err()).isZero();
        estate = estate(product);
    }

    @AfterAll
    static void stop() {
        proxy.close();
        demo.close();
    }

    /** The demonstration's, but of sessions: only these expire. */
    private static Path credentials() throws IOException {
        var keys = Files.readString(demo.environment().awsCredentialsFile());
        return Files.writeString(folder.resolve("credentials"), keys.replaceAll("(?m)^aws_secret_access_key.*$", "$0\naws_session_token = token"));
    }

    private static Product user(String name) throws Exception {
        var home = folder.resolve(name);
        return new Product(home).with("AWS_CONFIG_FILE", demo.environment().awsConfigFile().toString())
                .with("AWS_SHARED_CREDENTIALS_FILE", credentials().toString())
                .with("CLOUDOPS_HOME", home.resolve("home").toString()).with("CLOUDOPS_PASSPHRASE", "correct horse");
    }

    private static String[] scan(String... options) {
        var arguments = new ArrayList<>(List.of("scan", "--json", "--profile", "production", "--region", REGIONS, "--cleanup-stale", "--endpoint-url",
                proxy.endpoint().toString()));
        arguments.addAll(List.of(options));
        return arguments.toArray(String[]::new);
    }

    /** The first ones only where there is little time: the fault tests have them all, in one process. */
    static Stream<Arguments> faults() {
        var all = List.of(arguments(Fault.LOGIN_PAGE, "cli", "Parse"), arguments(Fault.EXPLICIT_DENY, "cli", "ExplicitDeny"),
                arguments(Fault.RESET, "sdk", "Network"), arguments(Fault.LOGIN_PAGE, "sdk", "Parse"), arguments(Fault.EMPTY, "sdk", "Parse"),
                arguments(Fault.EXPIRED_TOKEN, "sdk", "ExpiredToken"), arguments(Fault.EXPIRED_TOKEN, "cli", "ExpiredToken"),
                arguments(Fault.SERVER_ERROR, "cli", "ServerError"), arguments(Fault.CUT_OFF, "cli", "Network"));
        return all.stream().limit(Boolean.getBoolean("cloudops.test.long") ? all.size() : 3);
    }

    @ParameterizedTest
    @MethodSource("faults")
    void aFaultIsSaidWithItsScopeAndTheEstateStays(Fault fault, String transport, String code) throws Exception {
        proxy.heal();
        proxy.inject(new FaultProxy.Scope(null, "us-west-2", "ec2"), fault);

        var run = product.run(scan("--transport", transport, "--service", "ec2,rds"));

        assertThat(run.exit()).as(run.out() + run.err()).isEqualTo(3);
        assertThat(JsonSchemas.violations("scan-result", run.json())).isEmpty();
        assertThat(run.json().path("errors")).isNotEmpty().allSatisfy(error -> {
            assertThat(error.path("code").asText()).as(error.toString()).isEqualTo(code);
            assertThat(error.path("service").asText() + " " + error.path("region").asText()).isEqualTo("ec2 us-west-2");
        });
        assertThat(run.json().path("scopes")).isNotEmpty().allSatisfy(scope -> assertThat(scope.path("status").asText()).as(scope.toString())
                .isEqualTo(scope.path("service").asText().equals("ec2") && scope.path("region").asText().equals("us-west-2") ? "failed" : "complete"));
        assertThat(run.json().path("deleted").asInt()).isZero();
        assertThat(estate(product)).isEqualTo(estate);
    }

    @Test
    void anOptionThatMeansNothingIsRefused() throws Exception {
        for (var option : List.of(List.of("--endpoint-url", "nonsense"), List.of("--region", "us-east1"))) {
            var run = product.run("scan", "--profile", "production", option.getFirst(), option.getLast());

            assertThat(run.exit()).as(run.out() + run.err()).isEqualTo(2);
            assertThat(run.err()).contains("Invalid value for option '" + option.getFirst() + "'", "  try: cloudops scan --help")
                    .doesNotContain("Exception");
        }
    }

    @Test
    void settingsThatMakeNoSenseAreSaidAndNotReplacedByOthers() throws Exception {
        var user = user("settings");
        var home = Files.createDirectories(folder.resolve("settings/home"));
        Files.writeString(home.resolve("settings.json"), """
                {"sync": {"full": "six hours", "profiles": ["production"]}, "scan": {"accounts": "many"}, "events": {"file": {"path": "here"}}}""");

        var sync = user.run("sync", "--region", "us-east-1");
        assertThat(sync.exit()).as(sync.out() + sync.err()).isEqualTo(2);
        assertThat(sync.err()).contains("cloudops: section sync of settings.json: full 'six hours' is no span of time", "  try: 15m, 6h")
                .contains("section events.file", "path must be absolute").doesNotContain("Exception");

        var scan = user.run(scan());
        assertThat(scan.exit()).as(scan.out() + scan.err()).isEqualTo(1);
        assertThat(scan.json().at("/errors/0/code").asText()).isEqualTo("InvalidSettings");
        assertThat(scan.json().at("/errors/0/message").asText()).contains("section scan of settings.json", "many");
    }

    @Test
    void twoScansOfTheSameFromTwoProcessesLeaveWhatOneLeaves() throws Exception {
        proxy.heal();
        var shared = user("shared");

        var both = List.of(shared.start(scan()), shared.start(scan()));

        for (var process : both) {
            var run = Product.await(process);
            assertThat(run.exit()).as(run.out() + run.err()).isZero();
            assertThat(run.json().path("deleted").asInt()).isZero();
        }
        var verified = shared.run("store", "verify", "--json");
        assertThat(verified.exit()).as(verified.out() + verified.err()).isZero();
        assertThat(estate(shared)).isEqualTo(estate);
        var third = shared.run(scan()).json();
        assertThat(third.path("upserted").asInt()).isZero();
        assertThat(third.path("unchanged")).isEqualTo(third.path("discovered"));
    }

    /** All that is stored but the time when it was seen, in no order. */
    private static TreeSet<String> estate(Product product) throws Exception {
        var listed = product.run("resources", "list", "--json");
        assertThat(listed.exit()).as(listed.err()).isZero();
        var all = new TreeSet<String>();
        for (JsonNode resource : listed.json()) {
            all.add(((ObjectNode) resource).without("last_synced").toString());
        }
        assertThat(all).isNotEmpty();
        return all;
    }
}
