package cloudops.integration.tests;

import static cloudops.scanner.ScanResult.ScopeStatus.COMPLETE;
import static cloudops.scanner.ScanResult.ScopeStatus.FAILED;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.MethodName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

import cloudops.aws.AwsCaller.Transport;
import cloudops.demo.DemoSession;
import cloudops.json.Json;
import cloudops.json.Schemas;
import cloudops.model.AwsResource;
import cloudops.model.Environment;
import cloudops.model.ResourceKey;
import cloudops.scanner.EstateScanner;
import cloudops.scanner.EstateScanner.ScanListener;
import cloudops.scanner.ScanRequest;
import cloudops.scanner.ScanResult;
import cloudops.scanner.ScanResult.ScanError;
import cloudops.scanner.ScanResult.Scope;
import cloudops.storage.EstateStorage;
import cloudops.storage.ResourceFilter;

/** Scans of the sample estate with all real services; only AWS is simulated. In order of name: what changes AWS comes last. */
@TestMethodOrder(MethodName.class)
class ScanTest {

    private static DemoSession demo;

    @BeforeAll
    static void start() throws Exception {
        demo = DemoSession.start(0, false, said -> {
        });
    }

    @AfterAll
    static void stop() throws Exception {
        demo.close();
    }

    private static ScanRequest request(List<String> profiles, List<String> regions, Transport transport) {
        return new ScanRequest(profiles, regions, List.of(), List.of(), true, transport);
    }

    private static Environment environment(Path home) {
        var shown = demo.environment();
        return new Environment(home, shown.awsConfigFile(), shown.awsCredentialsFile(), shown.endpointUrl(), false, false);
    }

    @Test
    void a1_findsEveryResourceOfTheSampleEstate(@TempDir Path home) throws Exception {
        try (var services = new Services(environment(home), demo.passphrase())) {
            var result = services.get(EstateScanner.class).scan(request(demo.profiles(), demo.summary().regions(), Transport.AUTO),
                    ScanListener.NONE);

            assertThat(result.errors()).isEmpty();
            assertThat(result.complete()).isTrue();
            assertThat(result.upserted()).isEqualTo(result.discovered());
            Map<String, Integer> byType = found(services).values().stream()
                    .collect(Collectors.groupingBy(AwsResource::resourceType, Collectors.summingInt(each -> 1)));
            // and the default networks that every region of an account has, and the automated snapshots of the databases
            assertThat(byType).containsAllEntriesOf(demo.summary().resources()).containsKeys("vpc_network", "vpc_subnet", "rds_snapshot", "iam_user");
            assertThat(byType.values().stream().mapToInt(Integer::intValue).sum()).isEqualTo(result.discovered());
            assertThat(found(services).values()).allSatisfy(
                    resource -> assertThat(Schemas.validate(Schemas.AWS_RESOURCE, Json.mapper().valueToTree(resource))).isEmpty());
            var database = found(services).values().stream().filter(each -> each.identifier().equals("pg-instance-main1")).findFirst()
                    .orElseThrow();
            assertThat(database.state()).isEqualTo("available");
            assertThat(database.iam().allowedActions()).contains("rds:StopDBInstance");
            assertThat(database.iam().deniedActions()).contains("rds:DeleteDBInstance");
            assertThat(database.constraints().canStop()).isTrue();
            assertThat(database.constraints().reasons().get("can_delete")).contains("denied: rds:DeleteDBInstance");
        }
    }

    @Test
    void a2_bothTransportsGiveTheSameResources(@TempDir Path home) throws Exception {
        var regions = demo.summary().regions().subList(0, 2);
        try (var services = new Services(environment(home), demo.passphrase())) {
            var scanner = services.get(EstateScanner.class);
            var first = scanner.scan(request(demo.profiles().subList(0, 1), regions, Transport.SDK), ScanListener.NONE);
            var bySdk = found(services);

            var second = scanner.scan(request(demo.profiles().subList(0, 1), regions, Transport.CLI), ScanListener.NONE);

            assertThat(first.complete()).isTrue();
            assertThat(second.errors()).isEmpty();
            assertThat(found(services)).isEqualTo(bySdk);
            assertThat(second.unchanged()).isEqualTo(second.discovered()).isEqualTo(first.discovered());
            assertThat(second.upserted()).isZero();
        }
    }

    @Test
    void a3_unknownProfileAndUnknownServiceAreSaidAndTheRestIsScanned(@TempDir Path home) throws Exception {
        try (var services = new Services(environment(home), demo.passphrase())) {
            var result = services.get(EstateScanner.class).scan(new ScanRequest(List.of("nobody", demo.profiles().getFirst()),
                    demo.summary().regions().subList(0, 1), List.of("rds", "quantum"), List.of(), true, Transport.AUTO), ScanListener.NONE);

            assertThat(result.complete()).isFalse();
            assertThat(result.discovered()).isPositive();
            assertThat(result.errors().stream().map(ScanError::code)).containsExactlyInAnyOrder("UnknownProfile", "UnsupportedService");
        }
    }

    @Test
    void a4_endpointThatIsDownIsANetworkErrorAndTheEstateStays(@TempDir Path home) throws Exception {
        int closed;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            closed = socket.getLocalPort();
        }
        var up = environment(home);
        var down = new Environment(home, up.awsConfigFile(), up.awsCredentialsFile(), Optional.of(URI.create("http://127.0.0.1:" + closed)),
                false, false);
        var request = request(demo.profiles().subList(0, 1), demo.summary().regions().subList(0, 1), Transport.AUTO);
        Map<ResourceKey, AwsResource> before;
        try (var services = new Services(up, demo.passphrase())) {
            services.get(EstateScanner.class).scan(request, ScanListener.NONE);
            before = found(services);
        }
        try (var services = new Services(down, demo.passphrase())) {
            var result = services.get(EstateScanner.class).scan(request, ScanListener.NONE);

            assertThat(result.scopes().stream().map(Scope::status)).containsOnly(FAILED);
            assertThat(result.errors().stream().map(ScanError::code)).containsExactly("Network");
            assertThat(result.deleted()).isZero();
            assertThat(found(services)).isNotEmpty().isEqualTo(before);
        }
    }

    /** From here on the simulator asks for permissions. */
    @Test
    void b1_deniedServiceLeavesTheOthersAlone(@TempDir Path home) throws Exception {
        var profile = demo.profiles().getFirst();
        // of Lambda the simulator checks signatures wrongly
        var request = new ScanRequest(List.of(profile), demo.summary().regions().subList(0, 1), List.of("ec2", "rds", "s3"), List.of(), true,
                Transport.AUTO);
        try (var services = new Services(environment(home), demo.passphrase())) {
            var scanner = services.get(EstateScanner.class);
            scanner.scan(request, ScanListener.NONE);
            var before = found(services);
            denyDatabases();

            var result = scanner.scan(request, ScanListener.NONE);

            assertThat(statuses(result)).containsEntry("rds_instance", FAILED).containsEntry("ec2_instance", COMPLETE)
                    .containsEntry("ec2_volume", COMPLETE);
            assertThat(result.errors().stream().map(error -> error.service() + " " + error.code())).containsOnly("rds AccessDenied");
            assertThat(result.deleted()).isZero();
            assertThat(found(services).keySet()).isEqualTo(before.keySet());
        }
    }

    private static Map<String, ScanResult.ScopeStatus> statuses(ScanResult result) {
        return result.scopes().stream().collect(Collectors.toMap(Scope::resourceType, Scope::status));
    }

    /** Takes the demonstration's user the right to see databases; then lets the simulator ask for rights. */
    private static void denyDatabases() throws IOException, InterruptedException {
        var endpoint = demo.environment().endpointUrl().orElseThrow();
        var policy = """
                {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "rds:Describe*", "Resource": "*"}]}""";
        var call = Map.of("Action", "PutUserPolicy", "Version", "2010-05-08", "UserName", "ops-engineer", "PolicyName", "NoDatabases",
                "PolicyDocument", policy);
        var form = call.entrySet().stream().map(each -> each.getKey() + "=" + URLEncoder.encode(each.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        post(HttpRequest.newBuilder(endpoint).header("Content-Type", "application/x-www-form-urlencoded")
                .header("Authorization", "AWS4-HMAC-SHA256 Credential=simulator/20260101/us-east-1/iam/aws4_request, SignedHeaders=host, "
                        + "Signature=0")
                .POST(HttpRequest.BodyPublishers.ofString(form)).build());
        post(HttpRequest.newBuilder(endpoint.resolve("/moto-api/reset-auth")).POST(HttpRequest.BodyPublishers.ofString("0")).build());
    }

    private static void post(HttpRequest request) throws IOException, InterruptedException {
        try (var http = HttpClient.newHttpClient()) {
            var response = http.send(request, BodyHandlers.ofString());
            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        }
    }

    /** What is stored, without the time when it was seen. */
    private static Map<ResourceKey, AwsResource> found(Services services) throws Exception {
        var all = new ArrayList<AwsResource>();
        services.get(EstateStorage.class).list(ResourceFilter.ALL, all::add);
        return all.stream().collect(Collectors.toMap(AwsResource::key, r -> new AwsResource(r.resourceType(), r.identifier(), r.accountId(),
                r.accountName(), r.region(), r.service(), r.arn(), r.name(), r.state(), r.tags(), java.time.Instant.EPOCH, r.iam(),
                r.constraints(), r.metadata())));
    }
}
