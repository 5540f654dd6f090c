package cloudops.plugins.tests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.osgi.util.tracker.ServiceTracker;

import com.fasterxml.jackson.databind.JsonNode;

import cloudops.aws.AwsCall;
import cloudops.aws.AwsCaller;
import cloudops.aws.AwsCaller.Transport;
import cloudops.aws.AwsException;
import cloudops.demo.Simulator;
import cloudops.json.Json;
import cloudops.json.Schemas;
import cloudops.model.AwsResource;
import cloudops.model.Environment;
import cloudops.scanner.EstateScanner;
import cloudops.scanner.EstateScanner.ScanListener;
import cloudops.scanner.ScanRequest;
import cloudops.scanner.ScanResult;
import cloudops.scanner.spi.ScanContext;
import cloudops.scanner.spi.ScanException;
import cloudops.scanner.spi.ScanException.Category;
import cloudops.scanner.spi.ServiceScanner;
import cloudops.scanner.spi.ServiceScanner.RawResource;
import cloudops.storage.EstateStorage;
import cloudops.storage.ResourceFilter;
import cloudops.storage.spi.PassphraseSource;

/** A scan with all scanners of the update site, with all real services; only AWS is simulated. All their services but one have no SDK client. */
class ScannerPlugInsTest {

    private static final String REGION = "us-west-2";
    private static final String ACCOUNT = "123456789012";
    /** What the program has without plug-ins. */
    private static final Set<String> BUILT_IN = Set.of("ec2", "rds", "s3");
    /** Of the plug-ins' services: the program reads its queue of events itself. */
    private static final Set<String> WITH_CLIENT = Set.of("sqs");
    private static final long SECONDS = 20;

    @TempDir
    private static Path folder;

    private static Simulator simulator;
    /** The identifiers that boto3 lists, by resource type. */
    private static final Map<String, Set<String>> TRUTH = new TreeMap<>();
    private static final List<ServiceRegistration<?>> REGISTRATIONS = new ArrayList<>();
    private static final List<ServiceTracker<?, ?>> TRACKERS = new ArrayList<>();
    private static ScanRequest request;
    private static ScanResult first;

    @BeforeAll
    static void scan() throws Exception {
        simulator = Simulator.start();
        var estate = estate();
        for (var type : estate.path("resources").properties()) {
            TRUTH.put(type.getKey(), type.getValue().valueStream().map(JsonNode::textValue).collect(toSet()));
        }
        registerServices(estate.path("key"));
        var services = TRUTH.keySet().stream().map(type -> type.substring(0, type.indexOf('_'))).distinct().toList();
        assertThat(services).hasSize(15).doesNotContainAnyElementsOf(BUILT_IN);
        request = new ScanRequest(List.of("test"), List.of(REGION), services, List.of(), true, Transport.AUTO);
        first = service(EstateScanner.class).scan(request, ScanListener.NONE);
    }

    @AfterAll
    static void stop() {
        TRACKERS.forEach(ServiceTracker::close);
        REGISTRATIONS.reversed().forEach(ServiceRegistration::unregister);
        simulator.close();
    }

    /** Fills the simulator. */
    private static JsonNode estate() throws IOException, InterruptedException {
        var seeding = new ProcessBuilder("python3", "-", simulator.endpoint().toString(), REGION)
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try (var script = ScannerPlugInsTest.class.getResourceAsStream("estate.py"); var input = seeding.getOutputStream()) {
            script.transferTo(input);
        }
        var said = new String(seeding.getInputStream().readAllBytes(), UTF_8);
        assertThat(seeding.waitFor()).as("end of estate.py").isZero();
        return Json.mapper().readTree(said);
    }

    private static void registerServices(JsonNode key) throws IOException {
        var config = Files.writeString(folder.resolve("config"), "[profile test]\nregion = " + REGION + "\noutput = json\n");
        var credentials = Files.writeString(folder.resolve("credentials"), "[test]\naws_access_key_id = " + key.path("id").textValue()
                + "\naws_secret_access_key = " + key.path("secret").textValue() + "\n");
        var environment = new Environment(folder.resolve("home"), config, credentials, Optional.of(simulator.endpoint()), false, false);
        PassphraseSource passphrase = (home, create) -> Optional.of("for a test only".toCharArray());
        var ranking = FrameworkUtil.asDictionary(Map.of(Constants.SERVICE_RANKING, 100));
        REGISTRATIONS.add(bundles().registerService(PassphraseSource.class, passphrase, ranking));
        REGISTRATIONS.add(bundles().registerService(Environment.class, environment, ranking));
    }

    private static BundleContext bundles() {
        return FrameworkUtil.getBundle(ScannerPlugInsTest.class).getBundleContext();
    }

    /** Kept until the end: a component that nobody uses is deactivated. */
    private static <T> T service(Class<T> type) throws InterruptedException {
        var tracker = new ServiceTracker<T, T>(bundles(), type, null);
        tracker.open();
        TRACKERS.add(tracker);
        var service = tracker.waitForService(SECONDS * 1000);
        assertThat(service).as(type.getName() + " within " + SECONDS + " s").isNotNull();
        return service;
    }

    private static List<AwsResource> stored() throws Exception {
        var all = new ArrayList<AwsResource>();
        service(EstateStorage.class).list(ResourceFilter.ALL, all::add);
        return all;
    }

    @Test
    void findsWhatBoto3Lists() throws Exception {
        assertThat(first.errors()).isEmpty();
        assertThat(first.complete()).isTrue();
        assertThat(first.scopes()).hasSize(TRUTH.size());
        Map<String, Set<String>> found = stored().stream()
                .collect(groupingBy(AwsResource::resourceType, mapping(AwsResource::identifier, toSet())));
        assertThat(found).isEqualTo(TRUTH);
    }

    @Test
    void resourcesAreWholeAndOfTheScope() throws Exception {
        assertThat(stored()).isNotEmpty().allSatisfy(resource -> {
            assertThat(Schemas.validate(Schemas.AWS_RESOURCE, Json.mapper().valueToTree(resource))).isEmpty();
            assertThat(resource.accountId()).isEqualTo(ACCOUNT);
            assertThat(resource.region()).isIn(REGION, ScanContext.GLOBAL_REGION);
            assertThat(resource.iam().deniedActions()).isEmpty();
            assertThat(resource.iam().allowedActions()).isNotEmpty();
            assertThat(resource.metadata()).doesNotContainKey("denied_details");
        });
    }

    @Test
    void everyTypeHasItsTags() throws Exception {
        var tagged = stored().stream().filter(resource -> "test".equals(resource.tags().get("environment"))
                && "it's \"big\" $(ls)\n\u202e\ud83d\ude80".equals(resource.tags().get("note"))).map(AwsResource::resourceType).collect(toSet());
        var untagged = new HashSet<>(TRUTH.keySet());
        untagged.removeAll(tagged);

        assertThat(untagged).isEmpty();
    }

    @Test
    void resourcesKnowEachOther() throws Exception {
        assertThat(relations("ecs_service", "shop/web-0")).contains("in_cluster arn:aws:ecs:us-west-2:123456789012:cluster/shop");
        assertThat(relations("eks_node_group", "shop/main")).contains("in_cluster shop");
        assertThat(relations("sqs_queue", "orders.fifo"))
                .containsExactly("has_dead_letter_queue arn:aws:sqs:us-west-2:123456789012:orders-dead.fifo");
        assertThat(relations("cloudwatch_alarm", "cpu")).containsExactly("watches i-1");
        assertThat(relations("efs_file_system", TRUTH.get("efs_file_system").iterator().next())).hasSize(2);
    }

    private static List<String> relations(String type, String identifier) throws Exception {
        var resource = stored().stream().filter(each -> each.resourceType().equals(type) && each.identifier().equals(identifier)).findFirst()
                .orElseThrow();
        return Json.mapper().valueToTree(resource.metadata()).path("relations").valueStream()
                .map(relation -> relation.path("type").textValue() + " " + relation.path("target").textValue()).toList();
    }

    @Test
    void constraintsSayWhatAwsWouldDo() throws Exception {
        assertThat(deletion("dynamodb_table", "orders")).isEqualTo("false: deletion protection is on");
        assertThat(deletion("dynamodb_table", "sessions")).isEqualTo("true: null");
        assertThat(deletion("ecs_cluster", "empty")).isEqualTo("true: null");
        assertThat(deletion("ecs_service", "shop/web-0")).isEqualTo("false: its desired count is 1; set it to 0 first");
        assertThat(deletion("eks_cluster", "shop")).isEqualTo("false: node groups: main");
        assertThat(deletion("autoscaling_group", "web")).isEqualTo("true: null");
        assertThat(deletion("secretsmanager_secret", "leaving")).startsWith("false: its deletion is scheduled: ");
        assertThat(deletion("cloudformation_stack", "messaging"))
                .isEqualTo("null: whether other stacks import its exports is not known: the-queue");
    }

    private static String deletion(String type, String identifier) throws Exception {
        var constraints = stored().stream().filter(each -> each.resourceType().equals(type) && each.identifier().equals(identifier))
                .findFirst().orElseThrow().constraints();
        return constraints.canDelete() + ": " + constraints.reasons().get("can_delete");
    }

    @Test
    void secretsStayWithAws() throws Exception {
        assertThat(Json.mapper().valueToTree(stored()).toString()).contains("shop/db").doesNotContain("never-to-be-read");
    }

    /** One of each type: all others of it are asked about in the same way. */
    @Test
    void everyCallGivesTheSameWithBothTransports() throws Exception {
        var scanners = new ServiceTracker<ServiceScanner, ServiceScanner>(bundles(), ServiceScanner.class, null);
        scanners.open();
        TRACKERS.add(scanners);
        var aws = service(AwsCaller.class);
        var calls = new ConcurrentSkipListSet<String>();
        var services = request.services();
        try (var threads = Executors.newFixedThreadPool(4)) { // as many processes at a time
            var types = new ArrayList<Future<?>>();
            for (var scanner : scanners.getTracked().values()) {
                if (services.contains(scanner.serviceName())) {
                    scanner.resourceTypes().forEach(type -> types.add(threads.submit(() -> {
                        var context = new BothWays(aws, calls);
                        var found = new ArrayList<RawResource>();
                        scanner.discover(type, context, found::add);
                        assertThat(found).as(type.name()).isNotEmpty();
                        return scanner.describe(found.getFirst(), context);
                    })));
                }
            }
            assertThat(types).hasSize(TRUTH.size());
            for (var type : types) {
                type.get();
            }
        }
        assertThat(calls).contains("sqs list-queues (both)", "sqs get-queue-attributes (both)", "kms list-keys (cli)", "dynamodb list-tables (cli)")
                .hasSizeGreaterThan(2 * services.size());
    }

    /** Makes each call with either transport; services without an SDK client have but one. */
    private record BothWays(AwsCaller aws, Set<String> calls) implements ScanContext {

        @Override
        public JsonNode call(String service, String operation, JsonNode params, String region) throws ScanException, InterruptedException {
            var call = new AwsCall(service, operation, params, "test", region);
            var cli = outcome(call, Transport.CLI);
            var sdk = outcome(call, Transport.SDK);
            boolean both = WITH_CLIENT.contains(service);
            if (both) {
                assertThat(sdk.answer).as("%s", call).isEqualTo(cli.answer);
                assertThat(problem(sdk)).as("%s", call).isEqualTo(problem(cli));
            } else {
                assertThat(sdk.failure).as("%s", call).hasMessageContaining("use the transport cli");
            }
            calls.add(service + " " + operation + (both ? " (both)" : " (cli)"));
            if (cli.failure != null) {
                throw new ScanException(Category.AWS_CLI, cli.failure.problem().name(), cli.failure.code(), false, cli.failure.getMessage(), cli.failure);
            }
            return cli.answer;
        }

        /** @param failure null when it was answered */
        private record Outcome(JsonNode answer, AwsException failure) {
        }

        private Outcome outcome(AwsCall call, Transport transport) throws InterruptedException {
            try {
                return new Outcome(aws.call(call, transport), null);
            } catch (AwsException e) {
                return new Outcome(null, e);
            }
        }

        private static String problem(Outcome outcome) {
            return outcome.failure == null ? "answered" : outcome.failure.problem() + " " + outcome.failure.code();
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
            return "test";
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

    @Test
    void secondScanFindsAllUnchanged() throws Exception {
        var before = withoutTime(stored());

        var second = service(EstateScanner.class).scan(request, ScanListener.NONE);

        assertThat(second.errors()).isEmpty();
        assertThat(second.upserted()).isZero();
        assertThat(second.deleted()).isZero();
        assertThat(second.unchanged()).isEqualTo(first.discovered());
        assertThat(withoutTime(stored())).isEqualTo(before);
    }

    private static Set<AwsResource> withoutTime(List<AwsResource> resources) {
        return resources.stream().map(r -> new AwsResource(r.resourceType(), r.identifier(), r.accountId(), r.accountName(), r.region(),
                r.service(), r.arn(), r.name(), r.state(), r.tags(), Instant.EPOCH, r.iam(), r.constraints(), r.metadata())).collect(toSet());
    }
}
