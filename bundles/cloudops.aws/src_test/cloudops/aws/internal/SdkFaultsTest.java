package cloudops.aws.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import com.fasterxml.jackson.databind.JsonNode;

import cloudops.aws.AwsCall;
import cloudops.aws.AwsCaller.Transport;
import cloudops.aws.AwsException;
import cloudops.aws.AwsException.Problem;
import cloudops.aws.internal.StubServer.Request;
import cloudops.execution.ExecutionRequest;
import cloudops.execution.ExecutionResult;
import cloudops.execution.ExecutionStatus;
import cloudops.json.Json;

/** What an endpoint may do to a call, from the request on the wire to the typed error. */
class SdkFaultsTest {

    /** Runs reads of the SDK in the calling thread. */
    private static final class DirectEngine extends ReadingEngine {
        SdkRunner sdk;

        @Override
        public CompletableFuture<ExecutionResult> executeReadOnly(ExecutionRequest request) {
            var out = new StringBuffer();
            var err = new StringBuffer();
            try {
                int exit = sdk.run(request, Map.of(), (stream, line) -> (stream == cloudops.execution.ExecutionEngine.Stream.STDOUT ? out : err).append(line).append('\n'));
                return CompletableFuture.completedFuture(new ExecutionResult(UUID.randomUUID(), ExecutionStatus.COMPLETED, exit, out.toString(),
                        err.toString(), null, Instant.now(), Instant.now(), null));
            } catch (Exception e) {
                return CompletableFuture.failedFuture(e);
            }
        }
    }

    private static final String NO_INSTANCES = "<DescribeInstancesResponse><reservationSet/></DescribeInstancesResponse>";

    @TempDir
    Path folder;
    private final Pacing pacing = new Pacing();

    private JsonNode call(StubServer server, String service, String operation, String params) throws Exception {
        var environment = new AwsFolder(folder)
                .credentials("[default]\n" + AwsFolder.KEYS + "aws_session_token = only sessions expire\nregion = us-east-1\n")
                .environment(server.endpoint().toString());
        var engine = new DirectEngine();
        engine.sdk = new SdkRunner(SdkClasses.services(), environment, new KeychainKeys(environment, new MemoryVault()), pacing);
        try {
            return new EngineAwsCaller(engine, engine.sdk, environment, pacing)
                    .call(new AwsCall(service, operation, Json.mapper().readTree(params), "default", null), Transport.SDK);
        } finally {
            engine.sdk.close();
        }
    }

    private AwsException failure(StubServer server, String service, String operation) throws Exception {
        try {
            throw new AssertionError("answered " + call(server, service, operation, "{}"));
        } catch (AwsException e) {
            return e;
        }
    }

    private static String ec2Error(String code, String message) {
        return "<Response><Errors><Error><Code>" + code + "</Code><Message>" + message + "</Message></Error></Errors><RequestID>r</RequestID></Response>";
    }

    private static String s3Error(String code, String message) {
        return "<Error><Code>" + code + "</Code><Message>" + message + "</Message></Error>";
    }

    /** @param code null for any */
    private static Arguments fault(String what, int status, String body, int requests, Problem problem, String code) {
        return Arguments.of(what, status, body, requests, problem, code);
    }

    static Stream<Arguments> ofEc2() {
        return Stream.of(
                fault("an empty body", 200, "", 1, Problem.PARSE, null),
                fault("a web page", 200, "<html><body>Sign in to the hotel</body></html>", 1, Problem.PARSE, null),
                fault("half an answer", 200, "<DescribeInstancesResponse><reservationSet><item>", 1, Problem.PARSE, "PARSE"),
                fault("garbage", 200, "\u0000\u0001\u0002", 1, Problem.PARSE, "PARSE"),
                fault("denied", 403, ec2Error("UnauthorizedOperation", "You are not authorized"), 1, Problem.ACCESS_DENIED, "UnauthorizedOperation"),
                fault("denied by the organization", 403, ec2Error("UnauthorizedOperation", "You are not authorized to perform this operation. "
                        + "User: u is not authorized to perform: ec2:DescribeInstances with an explicit deny in a service control policy"), 1,
                        Problem.EXPLICIT_DENY, "UnauthorizedOperation"),
                fault("throttled", 503, ec2Error("RequestLimitExceeded", "Request limit exceeded."), 6, Problem.THROTTLED, "RequestLimitExceeded"),
                fault("its fault", 500, ec2Error("InternalError", "x"), 4, Problem.SERVER_ERROR, "InternalError"),
                fault("a proxy's fault", 502, "<html>Bad Gateway</html>", 4, Problem.SERVER_ERROR, "502"),
                fault("expired", 400, ec2Error("RequestExpired", "Request has expired."), 1, Problem.EXPIRED_TOKEN, "RequestExpired"),
                fault("wrong clock", 403, ec2Error("SignatureDoesNotMatch", "Signature expired: 20260101T000000Z is now earlier than "
                        + "20260101T010000Z (20260101T011500Z - 15 min.)"), 1, Problem.CLOCK_SKEW, "SignatureDoesNotMatch"),
                fault("not enabled", 403, ec2Error("OptInRequired", "You are not subscribed to this service."), 1, Problem.DISABLED_REGION,
                        "OptInRequired"),
                // Java's HTTP client drops the body of this status, after a request with a body: the status says enough.
                fault("wrong keys", 401, ec2Error("AuthFailure", "AWS was not able to validate the provided access credentials"), 1,
                        Problem.NO_CREDENTIALS, "401"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("ofEc2")
    void ec2(String what, int status, String body, int requests, Problem problem, String code) throws Exception {
        try (var server = new StubServer(status, "text/xml", body)) {
            var e = failure(server, "ec2", "describe-instances");
            assertThat(e.problem()).as(e.getMessage()).isEqualTo(problem);
            assertThat(e.code()).isEqualTo(code == null ? e.code() : code);
            assertThat(server.requests).hasValue(requests);
        }
    }

    static Stream<Arguments> ofS3() {
        return Stream.of(
                fault("an empty body", 200, "", 1, Problem.PARSE, null),
                fault("a web page", 200, "<html><body>Sign in</body></html>", 1, Problem.PARSE, null),
                fault("denied without a word", 403, "", 1, Problem.ACCESS_DENIED, "403"),
                fault("throttled", 503, s3Error("SlowDown", "Please reduce your request rate."), 6, Problem.THROTTLED, "SlowDown"),
                fault("wrong clock", 403, s3Error("RequestTimeTooSkewed", "The difference between the request time and the current time is too "
                        + "large."), 1, Problem.CLOCK_SKEW, "RequestTimeTooSkewed"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("ofS3")
    void s3(String what, int status, String body, int requests, Problem problem, String code) throws Exception {
        try (var server = new StubServer(status, "application/xml", body)) {
            var e = failure(server, "s3api", "list-buckets");
            assertThat(e.problem()).as(e.getMessage()).isEqualTo(problem);
            assertThat(e.code()).isEqualTo(code == null ? e.code() : code);
            assertThat(server.requests).hasValue(requests);
        }
    }

    @Test
    void aConnectionThatBreaksIsTriedAgainAndThenLeftAlone() throws Exception {
        try (var server = StubServer.hangingUp()) {
            assertThat(failure(server, "ec2", "describe-instances").code()).isEqualTo(AwsErrors.CONNECTION_LOST);
            assertThat(server.requests).hasValue(2);
            failure(server, "ec2", "describe-instances");
            var e = failure(server, "ec2", "describe-instances");
            assertThat(e.problem()).isEqualTo(Problem.NETWORK);
            assertThat(e.code()).isEqualTo(AwsErrors.ENDPOINT_DOWN);
            assertThat(e).hasMessageContaining(server.endpoint().toString());
            assertThat(server.requests).hasValue(3);
        }
    }

    @Test
    void noInstancesAreAnAnswer() throws Exception {
        try (var server = new StubServer(200, "text/xml", NO_INSTANCES)) {
            assertThat(call(server, "ec2", "describe-instances", "{}")).isEqualTo(Json.mapper().readTree("{\"Reservations\":[]}"));
        }
    }

    /** The second page is throttled twice. */
    private static Function<Request, String> pages(List<String> asked, String... secondPage) {
        var answers = new ConcurrentLinkedQueue<>(List.of(secondPage));
        return request -> {
            boolean second = request.body().contains("NextToken=t");
            asked.add(second ? "2" : "1");
            return second ? answers.poll() : StubServer.response(200, "text/xml", page("i-1", "<nextToken>t</nextToken>"));
        };
    }

    private static String page(String id, String token) {
        return "<DescribeInstancesResponse><reservationSet><item><instancesSet><item><instanceId>" + id
                + "</instanceId></item></instancesSet></item></reservationSet>" + token + "</DescribeInstancesResponse>";
    }

    @Test
    void aPageThatIsThrottledDoesNotBeginTheListingAnew() throws Exception {
        var throttled = StubServer.response(503, "text/xml", ec2Error("RequestLimitExceeded", "x"));
        var asked = new ArrayList<String>();
        try (var server = new StubServer(pages(asked, throttled, throttled, StubServer.response(200, "text/xml", page("i-2", ""))))) {
            assertThat(call(server, "ec2", "describe-instances", "{}").findValuesAsText("InstanceId")).containsExactly("i-1", "i-2");
            assertThat(asked).containsExactly("1", "2", "2", "2");
        }
    }

    @Test
    void aPageThatIsDeniedFailsTheListing() throws Exception {
        var asked = new ArrayList<String>();
        try (var server = new StubServer(pages(asked, StubServer.response(403, "text/xml", ec2Error("UnauthorizedOperation", "no"))))) {
            var e = failure(server, "ec2", "describe-instances");
            assertThat(e.problem()).isEqualTo(Problem.ACCESS_DENIED);
            assertThat(e.code()).isEqualTo("UnauthorizedOperation");
            assertThat(asked).containsExactly("1", "2");
        }
    }
}
