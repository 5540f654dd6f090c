package cloudops.aws.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import cloudops.aws.proxy.Answer.Reply;
import cloudops.aws.proxy.FaultProxy.Scope;

class ProxiesTest {

    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final AtomicInteger asked = new AtomicInteger();
    private ProxyServer simulator;

    /** Instances in two pages, buckets and snapshots of databases in one; of a bucket its own name. */
    @BeforeEach
    void start() throws IOException {
        simulator = new ProxyServer(request -> {
            asked.incrementAndGet();
            return Reply.of(200, "text/xml", switch (request.operation()) {
                case "DescribeInstances" -> request.text().contains("NextToken=r-0123456789abcdef0")
                        ? "<DescribeInstancesResponse><instanceId>i-bbbb0000bbbb0000b</instanceId><value>web-c00-2</value></DescribeInstancesResponse>"
                        : "<DescribeInstancesResponse><instanceId>i-aaaa0000aaaa0000a</instanceId><value>web-c00-1</value><nextToken>r-0123456789abcdef0</nextToken>"
                                + "</DescribeInstancesResponse>";
                case "DescribeDBSnapshots" -> "<DescribeDBSnapshotsResult><DBSnapshotIdentifier>rds:pg-c00-1</DBSnapshotIdentifier><Marker/>"
                        + "</DescribeDBSnapshotsResult>";
                case "GET /" -> "<ListAllMyBucketsResult><Buckets><Name>logs-c00-1</Name></Buckets></ListAllMyBucketsResult>";
                default -> "<of>" + request.target() + "</of>";
            });
        });
    }

    @AfterEach
    void stop() {
        simulator.close();
        client.close();
    }

    private HttpResponse<String> ask(URI proxy, String target, String body, String region, String service) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(proxy + target)).timeout(Duration.ofSeconds(20))
                .header("Authorization", "AWS4-HMAC-SHA256 Credential=KEY/20260101/" + region + "/" + service + "/aws4_request, Signature=" + System.nanoTime());
        return client.send((body == null ? request.GET() : request.POST(BodyPublishers.ofString(body))).build(), BodyHandlers.ofString());
    }

    @Test
    void replaysWhatWasAskedBeforeWhateverTheSignature() throws Exception {
        try (var proxy = new ReplayProxy(simulator.endpoint())) {
            var first = ask(proxy.endpoint(), "/", "Action=DescribeInstances", "us-east-1", "ec2").body();
            assertThat(ask(proxy.endpoint(), "/", "Action=DescribeInstances", "us-east-1", "ec2").body()).isEqualTo(first).contains("web-c00-1");
            assertThat(asked).hasValue(1);
            ask(proxy.endpoint(), "/", "Action=DescribeInstances", "eu-west-1", "ec2");
            assertThat(asked).as("another region").hasValue(2);
            assertThat(proxy.calls()).containsOnlyKeys("ec2").containsEntry("ec2", 3);
        }
    }

    @Test
    void showsAnEstateSeveralTimesPageByPage() throws Exception {
        try (var proxy = new ReplayProxy(simulator.endpoint())) {
            proxy.copies(3);
            var found = new ArrayList<String>();
            var names = new ArrayList<String>();
            String token = "";
            while (token != null) {
                var page = ask(proxy.endpoint(), "/", "Action=DescribeInstances" + (token.isEmpty() ? "" : "&NextToken=" + token), "us-east-1", "ec2").body();
                found.add(only("instanceId", page));
                names.add(only("value", page));
                token = page.contains("<nextToken>") ? only("nextToken", page) : null;
            }
            assertThat(names).containsExactly("web-c00-1", "web-c00-2", "web-c01-1", "web-c01-2", "web-c02-1", "web-c02-2");
            assertThat(found).doesNotHaveDuplicates().hasSize(6).allMatch(id -> id.matches("i-[0-9a-f]{17}"));
            assertThat(asked).as("the simulator has two pages").hasValue(2);

            assertThat(ask(proxy.endpoint(), "/", "Action=DescribeDBSnapshots&Marker=copy-01.", "us-east-1", "rds").body()).contains("rds:pg-c01-1")
                    .contains("<Marker>copy-02.</Marker></DescribeDBSnapshotsResult>").doesNotContain("<Marker/>");

            var buckets = ask(proxy.endpoint(), "/?max-buckets=1000", null, "us-east-1", "s3").body();
            assertThat(buckets).contains("logs-c00-1", "<ContinuationToken>copy-01.</ContinuationToken></ListAllMyBucketsResult>");
            assertThat(ask(proxy.endpoint(), "/?max-buckets=1000&continuation-token=copy-02.", null, "us-east-1", "s3").body()).contains("logs-c02-1")
                    .doesNotContain("ContinuationToken");
            assertThat(ask(proxy.endpoint(), "/logs-c02-1?tagging", null, "us-east-1", "s3").body()).isEqualTo("<of>/logs-c02-1?tagging</of>");
        }
    }

    private static String only(String element, String page) {
        var found = Pattern.compile("<" + element + ">([^<]*)</" + element + ">").matcher(page).results().map(match -> match.group(1)).toList();
        assertThat(found).hasSize(1);
        return found.getFirst();
    }

    @Test
    void breaksOnlyWhatItIsTold() throws Exception {
        try (var proxy = new FaultProxy(simulator.endpoint())) {
            proxy.inject(new Scope(null, "eu-west-1", "ec2"), Fault.ACCESS_DENIED);
            var broken = ask(proxy.endpoint(), "/", "Action=DescribeInstances", "eu-west-1", "ec2");
            assertThat(broken.statusCode()).isEqualTo(403);
            assertThat(broken.body()).contains("<Code>UnauthorizedOperation</Code>");
            for (var other : List.of(List.of("us-east-1", "ec2"), List.of("eu-west-1", "rds"))) {
                assertThat(ask(proxy.endpoint(), "/", "Action=DescribeInstances", other.get(0), other.get(1)).statusCode()).isEqualTo(200);
            }
            proxy.heal();
            assertThat(ask(proxy.endpoint(), "/", "Action=DescribeInstances", "eu-west-1", "ec2").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void sparesTheFirstAndThrottlesThreeOfTen() throws Exception {
        try (var proxy = new FaultProxy(simulator.endpoint())) {
            proxy.inject(new Scope("KEY", null, "s3"), Fault.THROTTLED_30_PERCENT, 5);
            var statuses = new ArrayList<Integer>();
            for (int i = 0; i < 25; i++) {
                statuses.add(ask(proxy.endpoint(), "/", null, "us-east-1", "s3").statusCode());
            }
            assertThat(statuses.subList(0, 5)).containsOnly(200);
            assertThat(statuses.subList(5, 25).stream().filter(status -> status == 503)).hasSize(6);
        }
    }

    @ParameterizedTest
    @EnumSource(value = Fault.class, names = {"RESET", "CUT_OFF", "HANG"})
    void connectionsAreMistreated(Fault fault) throws Exception {
        try (var proxy = new FaultProxy(simulator.endpoint())) {
            proxy.inject(new Scope(null, null, null), fault);
            var request = HttpRequest.newBuilder(proxy.endpoint().resolve("/bucket")).timeout(Duration.ofSeconds(1)).build();
            assertThatThrownBy(() -> client.send(request, BodyHandlers.ofString())).isInstanceOf(IOException.class);
        }
    }

    @ParameterizedTest
    @EnumSource(value = Fault.class, names = {"SERVER_ERROR", "EXPIRED_TOKEN", "WRONG_CLOCK", "EXPLICIT_DENY", "DISABLED_REGION"})
    void refusesInTheWordsOfTheApi(Fault fault) throws Exception {
        try (var proxy = new FaultProxy(simulator.endpoint())) {
            proxy.inject(new Scope(null, null, null), fault);
            assertThat(ask(proxy.endpoint(), "/", "Action=DescribeInstances", "us-east-1", "ec2").body()).contains("<Response><Errors><Error><Code>");
            assertThat(ask(proxy.endpoint(), "/", "Action=DescribeDBInstances", "us-east-1", "rds").body()).contains("<ErrorResponse><Error><Type>");
            assertThat(ask(proxy.endpoint(), "/", null, "us-east-1", "s3").body()).contains("\n<Error><Code>");
            assertThat(ask(proxy.endpoint(), "/2015-03-31/functions", null, "us-east-1", "lambda").body()).startsWith("{\"__type\":");
        }
    }
}
