package cloudops.scan.tests;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
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
import cloudops.scan.tests.SeededAws.Plan;
import cloudops.scanner.spi.ScanContext;
import cloudops.scanner.spi.ScanException;
import cloudops.scanner.spi.ScanException.Category;
import cloudops.scanner.spi.ServiceScanner;
import cloudops.scanner.spi.ServiceScanner.RawResource;

/**
 * Every call that any built-in scanner makes, on an estate with something of each type, through both transports: the same JSON, or the same
 * failure. That one came from a process of the program {@code aws} and the other did not is what the requests say themselves.
 */
class ScannerCallsTest {

    private static final String REGION = "us-west-2", ACCOUNT = "123456789012";

    /** Of a type; all others of it are asked about in the same way. */
    private static final int DESCRIBED = 2;

    /** The simulator makes them up anew for each answer. */
    private static final Set<String> VOLATILE = Set.of("LatestRestorableTime");

    /** All that each scanner ever asks. A scanner that asks more must have it compared here; one that is missing here fails, too. */
    private static final Map<String, Set<String>> CALLS = Map.ofEntries(
            entry("ec2", Set.of("ec2 describe-addresses", "ec2 describe-images", "ec2 describe-instances", "ec2 describe-key-pairs",
                    "ec2 describe-snapshots", "ec2 describe-volumes")),
            entry("vpc", Set.of("ec2 describe-internet-gateways", "ec2 describe-nat-gateways", "ec2 describe-network-interfaces",
                    "ec2 describe-route-tables", "ec2 describe-security-groups", "ec2 describe-subnets", "ec2 describe-vpc-endpoints",
                    "ec2 describe-vpcs")),
            entry("elb", Set.of("elb describe-load-balancers", "elb describe-tags", "elbv2 describe-load-balancer-attributes",
                    "elbv2 describe-load-balancers", "elbv2 describe-tags", "elbv2 describe-target-groups", "elbv2 describe-target-health")),
            entry("lambda", Set.of("lambda list-aliases", "lambda list-functions", "lambda list-layers", "lambda list-tags")),
            entry("rds", Set.of("rds describe-db-clusters", "rds describe-db-cluster-snapshots", "rds describe-db-instances",
                    "rds describe-db-snapshots")),
            entry("s3", Set.of("s3api get-bucket-encryption", "s3api get-bucket-lifecycle-configuration", "s3api get-bucket-location",
                    "s3api get-bucket-policy-status", "s3api get-bucket-tagging", "s3api get-bucket-versioning",
                    "s3api get-public-access-block", "s3api list-buckets")),
            entry("iam", Set.of("iam get-account-authorization-details")));

    @TempDir
    static Path folder;

    private static SeededAws seeded;
    private static RecordingEndpoint endpoint;
    private static Home home;
    private static ServiceTracker<ServiceScanner, ServiceScanner> scanners;
    private static AwsCaller aws;

    @BeforeAll
    static void start() throws Exception {
        seeded = SeededAws.start(folder, new Plan(List.of(ACCOUNT), List.of(REGION), 1, 1, 2, true));
        endpoint = new RecordingEndpoint(seeded.endpoint());
        home = new Home(seeded.environment("home", endpoint.uri()));
        scanners = new ServiceTracker<>(FrameworkUtil.getBundle(ScannerCallsTest.class).getBundleContext(), ServiceScanner.class, null);
        scanners.open();
        aws = home.service(AwsCaller.class);
    }

    @AfterAll
    static void stop() {
        scanners.close();
        home.close();
        endpoint.close();
        seeded.close();
    }

    static Stream<Arguments> scanners() {
        return scanners.getTracked().values().stream().map(scanner -> Arguments.of(scanner.serviceName(), scanner));
    }

    @Test
    void allScannersAreCompared() {
        assertThat(scanners.getTracked().values()).extracting(ServiceScanner::serviceName)
                .containsExactlyInAnyOrderElementsOf(CALLS.keySet());
    }

    @Test
    void theSdkIsTakenWhereItIsInstalled() throws Exception {
        endpoint.programs();
        aws.call(new AwsCall("ec2", "describe-vpcs", null, SeededAws.profile(ACCOUNT), REGION), Transport.AUTO);
        assertThat(endpoint.programs()).containsExactly("aws-sdk-java");
        aws.call(new AwsCall("sns", "list-topics", null, SeededAws.profile(ACCOUNT), REGION), Transport.AUTO);
        assertThat(endpoint.programs()).containsExactly("aws-cli");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("scanners")
    void bothTransportsGiveTheSame(String name, ServiceScanner scanner) throws Exception {
        var context = new BothWays();
        for (var type : scanner.resourceTypes()) {
            var found = new ArrayList<RawResource>();
            scanner.discover(type, context, found::add);
            assertThat(found).as(type.name()).isNotEmpty();
            for (var raw : found.subList(0, Math.min(DESCRIBED, found.size()))) {
                scanner.describe(raw, context);
            }
        }
        assertThat(context.calls).containsExactlyInAnyOrderElementsOf(CALLS.get(name));
    }

    /** Makes each call twice, and fails when the two differ. */
    private static final class BothWays implements ScanContext {

        private final Set<String> calls = new TreeSet<>();

        /** @param failure null when it was answered */
        private record Outcome(JsonNode answer, AwsException failure, List<String> programs) {
        }

        @Override
        public JsonNode call(String service, String operation, JsonNode params, String region) throws ScanException, InterruptedException {
            var call = new AwsCall(service, operation, params, SeededAws.profile(ACCOUNT), region);
            calls.add(service + " " + operation);
            var sdk = outcome(call, Transport.SDK);
            var cli = outcome(call, Transport.CLI);
            assertThat(cli.programs).as("%s: the program aws was run", call).isNotEmpty().containsOnly("aws-cli");
            assertThat(sdk.programs).as("%s: no program was run", call).isNotEmpty().containsOnly("aws-sdk-java");
            assertThat(problem(sdk)).as("%s", call).isEqualTo(problem(cli));
            assertThat(sdk.answer).as("%s", call).isEqualTo(cli.answer);
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
            return ACCOUNT;
        }

        @Override
        public String accountName() {
            return SeededAws.profile(ACCOUNT);
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
