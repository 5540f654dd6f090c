package cloudops.integration.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Collectors;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.MethodName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import cloudops.aws.AwsCall;
import cloudops.aws.AwsCaller.Transport;
import cloudops.aws.AwsClients;
import cloudops.aws.proxy.AwsRequest;
import cloudops.demo.DemoSession;
import cloudops.json.Json;
import cloudops.model.AwsResource;
import cloudops.model.Environment;
import cloudops.model.ResourceKey;
import cloudops.scanner.EstateScanner;
import cloudops.scanner.EstateScanner.ScanListener;
import cloudops.scanner.EstateScanner.ScanProgress;
import cloudops.scanner.EstateSync;
import cloudops.scanner.EstateSync.Cause;
import cloudops.scanner.EstateSync.SyncListener;
import cloudops.scanner.ScanRequest;
import cloudops.scanner.ScanResult;
import cloudops.scanner.ServiceStatus;
import cloudops.scanner.SyncRequest;
import cloudops.storage.EstateStorage;
import cloudops.storage.ResourceFilter;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/** Incremental scans, and an estate that is kept in step by events of a queue, with all real services; only AWS is simulated. */
@Timeout(600)
@TestMethodOrder(MethodName.class)
class EstateSyncTest {

    private static DemoSession demo;
    private static HttpServer proxy;
    private static final Queue<String> CALLS = new ConcurrentLinkedQueue<>();

    @BeforeAll
    static void start() throws Exception {
        demo = DemoSession.start(0, false, said -> {
        });
        proxy = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        proxy.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        var http = HttpClient.newHttpClient();
        proxy.createContext("/", exchange -> pass(http, exchange));
        proxy.start();
    }

    @AfterAll
    static void stop() throws Exception {
        proxy.stop(0);
        demo.close();
    }

    private static final Set<String> NOT_PASSED = Set.of("host", "connection", "content-length", "transfer-encoding", "expect", "upgrade");

    /** Notes the call, {@code ec2 DescribeInstances}, and passes it on to the simulator. */
    private static void pass(HttpClient http, HttpExchange exchange) throws IOException {
        var body = exchange.getRequestBody().readAllBytes();
        var headers = exchange.getRequestHeaders().entrySet().stream()
                .collect(Collectors.toMap(header -> header.getKey().toLowerCase(Locale.ROOT), header -> header.getValue().getFirst()));
        var request = new AwsRequest(exchange.getRequestMethod(), exchange.getRequestURI().toString(), headers, body);
        CALLS.add(request.service() + " " + request.operation());
        var to = HttpRequest.newBuilder(simulator().resolve(exchange.getRequestURI().toString()))
                .method(exchange.getRequestMethod(), HttpRequest.BodyPublishers.ofByteArray(body));
        exchange.getRequestHeaders().forEach((name, values) -> {
            if (!NOT_PASSED.contains(name.toLowerCase(Locale.ROOT))) {
                values.forEach(value -> to.header(name, value));
            }
        });
        try (exchange) {
            var answer = http.send(to.build(), BodyHandlers.ofByteArray());
            answer.headers().map().forEach((name, values) -> {
                if (!NOT_PASSED.contains(name.toLowerCase(Locale.ROOT))) {
                    exchange.getResponseHeaders().put(name, values);
                }
            });
            exchange.sendResponseHeaders(answer.statusCode(), answer.body().length == 0 ? -1 : answer.body().length);
            exchange.getResponseBody().write(answer.body());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static URI simulator() {
        return demo.environment().endpointUrl().orElseThrow();
    }

    private static Environment environment(Path home, URI endpoint) {
        var shown = demo.environment();
        return new Environment(home, shown.awsConfigFile(), shown.awsCredentialsFile(), Optional.of(endpoint), false, false);
    }

    private static Environment counted(Path home) {
        return environment(home, URI.create("http://127.0.0.1:" + proxy.getAddress().getPort()));
    }

    private static ScanRequest request(boolean incremental) {
        return new ScanRequest(demo.profiles().subList(0, 1), demo.summary().regions(), List.of(), List.of(), !incremental, Transport.SDK,
                incremental);
    }

    /** What is stored, without the time when it was seen. */
    private static Map<ResourceKey, AwsResource> stored(Services services) throws Exception {
        var all = new ArrayList<AwsResource>();
        services.get(EstateStorage.class).list(ResourceFilter.ALL, all::add);
        return all.stream().collect(Collectors.toMap(AwsResource::key, each -> each));
    }

    private static AwsResource running(Services services, String region) throws Exception {
        return stored(services).values().stream().filter(each -> each.resourceType().equals("ec2_instance") && each.region().equals(region)
                && "running".equals(each.state())).findFirst().orElseThrow();
    }

    private static void stop(Services services, AwsResource instance) throws Exception {
        services.get(AwsClients.class).call(Ec2Client.class, new AwsCall("ec2", "stop-instances", null, instance.accountName(), instance.region()),
                ec2 -> ec2.stopInstances(stop -> stop.instanceIds(instance.identifier())));
    }

    /** Of single resources, or about permissions. */
    private static boolean isDetail(String call) {
        return call.startsWith("s3 ") && !call.equals("s3 GET /") || call.startsWith("iam ") && !call.equals("iam GetAccountAuthorizationDetails");
    }

    @Test
    void a1_anIncrementalScanAsksMuchLessAndSeesAnOldInstanceStop(@TempDir Path home) throws Exception {
        AwsResource instance;
        List<String> full;
        try (var services = new Services(counted(home), demo.passphrase())) {
            CALLS.clear();
            assertThat(services.get(EstateScanner.class).scan(request(false), ScanListener.NONE).errors()).isEmpty();
            full = List.copyOf(CALLS);
            instance = running(services, demo.summary().regions().getFirst());
        }
        // as in another process: nothing is known but what is in the home
        try (var services = new Services(counted(home), demo.passphrase())) {
            CALLS.clear();
            var result = services.get(EstateScanner.class).scan(request(true), ScanListener.NONE);
            var incremental = List.copyOf(CALLS);
            System.out.printf("Calls of AWS: full scan %d, incremental scan %d%n", full.size(), incremental.size());

            assertThat(result.complete()).isTrue();
            assertThat(result.unchanged()).isEqualTo(result.discovered()).isPositive();
            assertThat(full).filteredOn(EstateSyncTest::isDetail).anyMatch(call -> call.startsWith("s3 ")).anyMatch(call -> call.startsWith("iam "));
            assertThat(Set.copyOf(incremental)).as("the lists of a full scan, and nothing more").containsExactlyInAnyOrderElementsOf(
                    full.stream().filter(call -> !isDetail(call)).collect(Collectors.toSet()));
            assertThat(incremental.size()).as("of %d calls", full.size()).isLessThan(full.size() * 2 / 3);

            stop(services, instance);
            CALLS.clear();
            var after = services.get(EstateScanner.class).scan(request(true), ScanListener.NONE);

            assertThat(after.upserted()).as("the instance, and at most its network interface").isBetween(1, 2);
            assertThat(after.deleted()).isZero();
            assertThat(stored(services).get(instance.key()).state()).isEqualTo("stopped");
            assertThat(stored(services).get(instance.key()).constraints().canStart()).isNotEqualTo(instance.constraints().canStart());
            assertThat(CALLS).filteredOn(EstateSyncTest::isDetail).as("permissions of the one that has changed")
                    .allMatch(call -> call.startsWith("iam "));
            try (var cache = Files.list(home.resolve("cache"))) {
                assertThat(cache.toList()).isNotEmpty().allSatisfy(
                        file -> assertThat(Files.readString(file, StandardCharsets.ISO_8859_1)).doesNotContain(instance.identifier()));
            }
        }
    }

    @Test
    void a2_threeFullScansInARowLeaveTheSameEstate(@TempDir Path home) throws Exception {
        try (var services = new Services(environment(home, simulator()), demo.passphrase())) {
            var scanner = services.get(EstateScanner.class);
            scanner.scan(request(false), ScanListener.NONE);
            var first = stored(services);
            for (int i = 0; i < 2; i++) {
                var again = scanner.scan(request(false), ScanListener.NONE);
                assertThat(again.upserted()).isZero();
                assertThat(again.deleted()).isZero();
                assertThat(stored(services)).isEqualTo(first);
            }
        }
    }

    @Test
    void b1_eventsOfAQueueAreScannedAndDeleted(@TempDir Path home) throws Exception {
        var profile = demo.profiles().getFirst();
        var region = demo.summary().regions().getFirst();
        String url;
        try (var services = new Services(environment(home.resolve("maker"), simulator()), demo.passphrase())) {
            url = sqs(services, region, "create-queue", sqs -> sqs.createQueue(queue -> queue.queueName("changes")).queueUrl());
        }
        Json.mapper().writeValue(Files.createDirectories(home.resolve("synced")).resolve("settings.json").toFile(),
                Map.of("sync", Map.of("profiles", List.of(profile), "queue", url, "queue_region", region)));
        try (var services = new Services(environment(home.resolve("synced"), simulator()), demo.passphrase())) {
            var sync = services.get(EstateSync.class);
            assertThat(sync.status()).isEmpty();
            var heard = new Heard();
            var outcome = new AtomicReference<Throwable>();
            var thread = Thread.ofPlatform().start(() -> {
                try {
                    sync.run(new SyncRequest(List.of(), demo.summary().regions(), List.of(), false, Transport.SDK), heard);
                } catch (InterruptedException | RuntimeException e) {
                    outcome.set(e);
                }
            });
            assertThat(heard.next()).isEqualTo(Cause.FULL);
            var instance = running(services, region);
            stop(services, instance);
            var body = """
                    {"version": "0", "detail-type": "EC2 Instance State-change Notification", "source": "aws.ec2", "account": "%s", "region": "%s",
                     "resources": ["%s"], "detail": {"instance-id": "%s", "state": "stopped"}}"""
                    .formatted(instance.accountId(), region, instance.arn(), instance.identifier());
            for (var each : List.of(body, body, "no event at all $(reboot)")) {
                sqs(services, region, "send-message", sqs -> sqs.sendMessage(message -> message.queueUrl(url).messageBody(each)));
            }

            assertThat(heard.next()).isEqualTo(Cause.EVENTS);
            assertThat(heard.results.get(Cause.EVENTS).scopes()).allSatisfy(scope ->
                    assertThat(scope.service()).as("what EC2 may have told of: networks, too").isIn("ec2", "vpc"));
            assertThat(stored(services).get(instance.key()).state()).isEqualTo("stopped");
            awaitMessages(services, region, url, 1);
            thread.interrupt();
            thread.join();

            assertThat(outcome.get()).isInstanceOf(InterruptedException.class);
            assertThat(heard.problems).isEmpty();
            assertThat(messages(services, region, url)).as("what is no event stays, for others").isEqualTo(1);
        }
        try (var services = new Services(environment(home.resolve("synced"), simulator()), demo.passphrase())) {
            assertThat(services.get(EstateSync.class).status()).extracting(ServiceStatus::service).contains("ec2", "rds", "s3");
            assertThat(services.get(EstateSync.class).status()).filteredOn(status -> status.service().equals("ec2")).singleElement()
                    .satisfies(status -> {
                        assertThat(status.upserted()).isEqualTo(1);
                        assertThat(status.permissionSuccessRate()).isEqualTo(1.0);
                        assertThat(status.scopes().failed()).isZero();
                    });
        }
    }

    /** Messages are deleted a moment after their scan was told of. */
    private static void awaitMessages(Services services, String region, String url, int count) throws Exception {
        for (int i = 0; i < 300 && messages(services, region, url) != count; i++) {
            new CountDownLatch(1).await(100, TimeUnit.MILLISECONDS);
        }
    }

    private static int messages(Services services, String region, String url) throws Exception {
        return sqs(services, region, "get-queue-attributes", sqs -> sqs.getQueueAttributes(queue -> queue.queueUrl(url).attributeNames(
                QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES, QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE)).attributes())
                .values().stream().mapToInt(Integer::parseInt).sum();
    }

    private static <T> T sqs(Services services, String region, String operation, Function<SqsClient, T> work) throws Exception {
        return services.get(AwsClients.class).call(SqsClient.class, new AwsCall("sqs", operation, null, demo.profiles().getFirst(), region), work);
    }

    /** Scans that ended, in their order. */
    private static final class Heard implements SyncListener {

        private final LinkedBlockingQueue<Cause> causes = new LinkedBlockingQueue<>();
        private final Map<Cause, ScanResult> results = new ConcurrentHashMap<>();
        private final Set<String> problems = ConcurrentHashMap.newKeySet();

        Cause next() throws InterruptedException {
            var cause = causes.poll(120, TimeUnit.SECONDS);
            assertThat(problems).isEmpty();
            return cause;
        }

        @Override
        public void progress(ScanProgress progress) {
        }

        @Override
        public void ended(Cause cause, ScanResult result) {
            results.put(cause, result);
            causes.add(cause);
        }

        @Override
        public void problem(String message) {
            problems.add(message);
        }
    }
}
