package cloudops.integration.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.osgi.framework.FrameworkUtil;
import org.osgi.util.tracker.ServiceTracker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import cloudops.aws.AwsCall;
import cloudops.aws.AwsCaller;
import cloudops.aws.AwsCaller.Transport;
import cloudops.aws.AwsException;
import cloudops.aws.AwsException.Problem;
import cloudops.aws.CallerIdentity;
import cloudops.aws.Profiles;
import cloudops.demo.DemoSession;
import cloudops.model.Environment;
import cloudops.scanner.spi.ScanContext;
import cloudops.scanner.spi.ScanException;
import cloudops.scanner.spi.ScanException.Category;
import cloudops.scanner.spi.ServiceScanner;
import cloudops.scanner.spi.ServiceScanner.RawResource;
import cloudops.scanner.spi.ServiceScanner.ResourceType;

/**
 * Every call that any installed scanner makes, on the sample estate, through both transports: the same JSON, or the same failure. That one came
 * from the program {@code aws} and the other did not is what the requests say themselves.
 */
class ScannerCallsTest {

    private static final String REGION = "us-west-2", PROFILE = "production";
    /** Of a type; all others of it are asked about in the same way. */
    private static final int DESCRIBED = 2;
    /** The simulator makes them up anew for each answer. */
    private static final Set<String> VOLATILE = Set.of("LatestRestorableTime");
    /** Their clients are part of the product. */
    private static final Set<String> BUILT_IN = Set.of("ec2", "rds", "s3");

    private static DemoSession session;
    private static RecordingEndpoint endpoint;
    private static Services services;
    private static ServiceTracker<ServiceScanner, ServiceScanner> scanners;
    private static AwsCaller aws;
    private static CallerIdentity identity;

    @BeforeAll
    static void start() throws Exception {
        session = DemoSession.start(0, false, line -> { });
        endpoint = new RecordingEndpoint(session.environment().endpointUrl().orElseThrow());
        var shown = session.environment();
        services = new Services(new Environment(shown.home(), shown.awsConfigFile(), shown.awsCredentialsFile(), Optional.of(endpoint.uri()),
                false, false), session.passphrase());
        scanners = new ServiceTracker<>(FrameworkUtil.getBundle(ScannerCallsTest.class).getBundleContext(), ServiceScanner.class, null);
        scanners.open();
        aws = services.get(AwsCaller.class);
        identity = services.get(Profiles.class).identity(PROFILE);
    }

    @AfterAll
    static void stop() throws Exception {
        scanners.close();
        services.close();
        endpoint.close();
        session.close();
    }

    private static Stream<ServiceScanner> scanners() {
        return scanners.getTracked().values().stream();
    }

    static Stream<Arguments> types() {
        return scanners().flatMap(scanner -> scanner.resourceTypes().stream().map(type -> Arguments.of(type.name(), scanner, type)));
    }

    @Test
    void thereAreScanners() {
        assertThat(scanners().map(ServiceScanner::serviceName)).containsAll(BUILT_IN);
    }

    @Test
    void theSdkIsTakenWhereItIsInstalled() throws Exception {
        endpoint.programs();
        aws.call(new AwsCall("ec2", "describe-vpcs", null, PROFILE, REGION), Transport.AUTO);
        assertThat(endpoint.programs()).containsExactly("aws-sdk-java");
        aws.call(new AwsCall("sns", "list-topics", null, PROFILE, REGION), Transport.AUTO);
        assertThat(endpoint.programs()).containsExactly("aws-cli");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("types")
    void bothTransportsGiveTheSame(String name, ServiceScanner scanner, ResourceType type) throws Exception {
        var context = new BothWays(scanner.serviceName());
        var found = new ArrayList<RawResource>();
        scanner.discover(type, context, found::add);
        for (var raw : found.subList(0, Math.min(DESCRIBED, found.size()))) {
            scanner.describe(raw, context);
        }
        assertThat(context.calls).as("calls for " + name).isNotEmpty();
    }

    /** Makes each call twice, and fails when the two differ. */
    private static final class BothWays implements ScanContext {
        private final String scanner;
        private final Set<String> calls = new TreeSet<>();

        BothWays(String scanner) {
            this.scanner = scanner;
        }

        /** @param failure null when it was answered */
        private record Outcome(JsonNode answer, AwsException failure, List<String> programs) {
        }

        @Override
        public JsonNode call(String service, String operation, JsonNode params, String region) throws ScanException, InterruptedException {
            var call = new AwsCall(service, operation, params, PROFILE, region);
            calls.add(service + " " + operation);
            var sdk = outcome(call, Transport.SDK);
            var cli = outcome(call, Transport.CLI);
            assertThat(cli.programs).as("%s: the program aws was run", call).isNotEmpty().containsOnly("aws-cli");
            if (sdk.failure != null && sdk.failure.problem() == Problem.INVALID_CALL && sdk.programs.isEmpty()) {
                // of a plug-in whose client is not installed: then there is only one way
                assertThat(BUILT_IN).as(sdk.failure.getMessage()).doesNotContain(scanner);
            } else {
                assertThat(sdk.programs).as("%s: no program was run", call).isNotEmpty().containsOnly("aws-sdk-java");
                assertThat(problem(sdk)).as("%s", call).isEqualTo(problem(cli));
                assertThat(sdk.answer).as("%s", call).isEqualTo(cli.answer);
            }
            if (cli.failure != null) {
                throw new ScanException(Category.AWS_CLI, camel(cli.failure.problem()), cli.failure.code(), false, cli.failure.getMessage(),
                        cli.failure);
            }
            return cli.answer;
        }

        private static String problem(Outcome outcome) {
            return outcome.failure == null ? "answered" : outcome.failure.problem() + " " + outcome.failure.code();
        }

        private static Outcome outcome(AwsCall call, Transport transport) throws InterruptedException {
            endpoint.programs();
            try {
                return new Outcome(normal(aws.call(call, transport)), null, endpoint.programs());
            } catch (AwsException e) {
                return new Outcome(null, e, endpoint.programs());
            }
        }

        private static JsonNode normal(JsonNode node) {
            if (node instanceof ObjectNode object) {
                object.remove(VOLATILE);
            }
            node.forEach(BothWays::normal);
            return node;
        }

        /** As the pipeline names problems to scanners. */
        private static String camel(Problem problem) {
            return Arrays.stream(problem.name().split("_")).map(word -> word.charAt(0) + word.substring(1).toLowerCase(Locale.ROOT))
                    .collect(Collectors.joining());
        }

        @Override
        public JsonNode call(String service, String operation, JsonNode params) throws ScanException, InterruptedException {
            return call(service, operation, params, REGION);
        }

        @Override
        public String accountId() {
            return identity.accountId();
        }

        @Override
        public String accountName() {
            return PROFILE;
        }

        @Override
        public String region() {
            return REGION;
        }

        @Override
        public String partition() {
            return "aws";
        }

        @Override
        public Instant startedAt() {
            return Instant.EPOCH;
        }

        @Override
        public void incomplete(ScanException problem) {
            throw new AssertionError("nothing is denied in the simulator", problem);
        }
    }
}
