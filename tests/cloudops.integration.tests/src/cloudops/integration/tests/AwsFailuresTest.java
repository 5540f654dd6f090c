package cloudops.integration.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import cloudops.aws.AwsCall;
import cloudops.aws.AwsCaller;
import cloudops.aws.AwsCaller.Transport;
import cloudops.aws.AwsException;
import cloudops.aws.AwsException.Problem;
import cloudops.aws.Profiles;
import cloudops.demo.Simulator;
import cloudops.execution.Approval;
import cloudops.execution.Command;
import cloudops.execution.ExecutionEngine;
import cloudops.execution.ExecutionRequest;
import cloudops.execution.ExecutionResult;
import cloudops.json.Json;
import cloudops.model.Environment;

/** What can be wrong with files, keys and the network, through both transports. */
class AwsFailuresTest {

    private static final String KEYS = "aws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = secret\n";

    @TempDir
    Path folder;
    private Services services;

    @AfterEach
    void close() {
        if (services != null) {
            services.close();
        }
    }

    private AwsCaller caller(URI endpoint, String credentials) throws Exception {
        Files.writeString(folder.resolve("config"), "[default]\nregion = us-east-1\n[profile empty]\nregion = us-east-1\n");
        Files.writeString(folder.resolve("credentials"), credentials);
        services = new Services(new Environment(folder.resolve("home"), folder.resolve("config"), folder.resolve("credentials"),
                Optional.of(endpoint), false, false), "throw-away".toCharArray());
        return services.get(AwsCaller.class);
    }

    private static AwsException failure(AwsCaller aws, String service, String operation, String profile, Transport transport)
            throws InterruptedException {
        try {
            throw new AssertionError("answered " + aws.call(new AwsCall(service, operation, null, profile, "us-east-1"), transport));
        } catch (AwsException e) {
            return e;
        }
    }

    private static URI nobody() throws Exception {
        try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return URI.create("http://127.0.0.1:" + free.getLocalPort());
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void anEndpointWhereNobodyListens(Transport transport) throws Exception {
        var endpoint = nobody();
        var aws = caller(endpoint, "[default]\n" + KEYS);
        var e = failure(aws, "rds", "describe-db-instances", "default", transport);
        assertThat(e.problem()).as(e.getMessage()).isEqualTo(Problem.NETWORK);
        assertThat(e.code()).isEqualTo("CannotConnect");
        assertThat(e).hasMessageContaining(endpoint.toString());
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aProfileThatIsNotThere(Transport transport) throws Exception {
        var e = failure(caller(nobody(), "[prod]\n" + KEYS), "ec2", "describe-instances", "prdo", transport);
        assertThat(e.problem()).isEqualTo(Problem.UNKNOWN_PROFILE);
        assertThat(e).hasMessageContaining("default, empty, prod");
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aProfileWithoutCredentials(Transport transport) throws Exception {
        var e = failure(caller(nobody(), ""), "ec2", "describe-instances", "empty", transport);
        assertThat(e.problem()).as(e.getMessage()).isEqualTo(Problem.NO_CREDENTIALS);
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void brokenFiles(Transport transport) throws Exception {
        var e = failure(caller(nobody(), "[default\n"), "ec2", "describe-instances", "default", transport);
        assertThat(e.problem()).isEqualTo(Problem.PARSE);
        assertThat(e).hasMessageContaining(folder.resolve("credentials").toString());
    }

    static Stream<Arguments> refusals() {
        return Stream.of(
                Arguments.of("InternalError", 500, "x", Problem.SERVER_ERROR, 4),
                Arguments.of("UnauthorizedOperation", 403, "You are not authorized", Problem.ACCESS_DENIED, 1),
                Arguments.of("UnauthorizedOperation", 403, "no, with an explicit deny in a service control policy", Problem.EXPLICIT_DENY, 1),
                Arguments.of("ExpiredToken", 400, "The security token included in the request is expired", Problem.EXPIRED_TOKEN, 1),
                Arguments.of("SignatureDoesNotMatch", 403, "Signature expired: 20260101T000000Z is now earlier than 20260101T010000Z",
                        Problem.CLOCK_SKEW, 1),
                Arguments.of("OptInRequired", 403, "You are not subscribed to this service.", Problem.DISABLED_REGION, 1));
    }

    @ParameterizedTest(name = "{0} {2}")
    @MethodSource("refusals")
    void bothTransportsTypeAndRepeatAlike(String code, int status, String message, Problem problem, int requests) throws Exception {
        var body = "<Response><Errors><Error><Code>" + code + "</Code><Message>" + message + "</Message></Error></Errors></Response>";
        try (var endpoint = new StubEndpoint(status, body)) {
            var aws = caller(endpoint.uri(), "[default]\n" + KEYS);
            for (var transport : List.of(Transport.SDK, Transport.CLI)) {
                endpoint.requests.set(0);
                var e = failure(aws, "ec2", "describe-instances", "default", transport);
                assertThat(e.problem()).as(e.getMessage()).isEqualTo(problem);
                assertThat(e.code()).isEqualTo(code);
                assertThat(endpoint.requests).as(transport.name()).hasValue(requests);
            }
        }
    }

    /** What is no answer must not pass for an account without anything. */
    @ParameterizedTest
    @ValueSource(strings = {"", "<html><body>Sign in to the hotel</body></html>"})
    void neitherTransportTakesGarbageForNothing(String body) throws Exception {
        try (var endpoint = new StubEndpoint(200, body)) {
            var aws = caller(endpoint.uri(), "[default]\n" + KEYS);
            for (var service : List.of("ec2 describe-instances", "rds describe-db-instances", "s3api list-buckets", "iam list-roles")) {
                assertNoAnswer(aws, service, Transport.SDK);
            }
            for (var service : List.of("rds describe-db-instances", "s3api list-buckets", "dynamodb list-tables")) {
                assertNoAnswer(aws, service, Transport.CLI);
            }
        }
    }

    private static void assertNoAnswer(AwsCaller aws, String call, Transport transport) throws InterruptedException {
        var words = call.split(" ");
        var e = failure(aws, words[0], words[1], "default", transport);
        assertThat(e.problem()).as(e.getMessage()).isIn(Problem.PARSE, Problem.SERVER_ERROR);
    }

    @Test
    void aDeadEndpointIsLeftAloneByBothTransports() throws Exception {
        var aws = caller(nobody(), "[default]\n" + KEYS);
        failure(aws, "ec2", "describe-instances", "default", Transport.SDK);
        failure(aws, "rds", "describe-db-instances", "default", Transport.SDK);
        for (var transport : Transport.values()) {
            var e = failure(aws, "iam", "list-roles", "default", transport);
            assertThat(e.problem()).isEqualTo(Problem.NETWORK);
            assertThat(e.code()).isEqualTo("EndpointDown");
        }
    }

    @Test
    void accessDeniedAndKeysThatAwsDoesNotKnow() throws Exception {
        // After two free calls the simulator checks keys and policies as AWS does.
        try (var simulator = Simulator.start(0, Map.of("INITIAL_NO_AUTH_ACTION_COUNT", "2"))) {
            caller(simulator.endpoint(), "[default]\n" + KEYS);
            var engine = services.get(ExecutionEngine.class);
            approved(engine, "create-user");
            var key = Json.mapper().readTree(approved(engine, "create-access-key").stdout()).path("AccessKey");
            Files.writeString(folder.resolve("credentials"), "[default]\n" + KEYS + "[ann]\naws_access_key_id = "
                    + key.path("AccessKeyId").textValue() + "\naws_secret_access_key = " + key.path("SecretAccessKey").textValue() + "\n");
            var aws = services.get(AwsCaller.class);
            for (var transport : Transport.values()) {
                for (var operation : new String[][] {{"ec2", "describe-instances"}, {"rds", "describe-db-instances"}, {"s3api", "list-buckets"},
                        {"iam", "list-roles"}}) {
                    var e = failure(aws, operation[0], operation[1], "ann", transport);
                    assertThat(e.problem()).as(e.getMessage()).isEqualTo(Problem.ACCESS_DENIED);
                }
                var unknown = failure(aws, "rds", "describe-db-instances", "default", transport);
                assertThat(unknown.problem()).as(unknown.getMessage()).isEqualTo(Problem.NO_CREDENTIALS);
            }
            assertThat(services.get(Profiles.class).identity("ann").username()).isEqualTo("ann");
        }
    }

    private static ExecutionResult approved(ExecutionEngine engine, String operation) throws Exception {
        var request = ExecutionRequest.of(new Command.AwsSdk("iam", operation, "{\"UserName\":\"ann\"}", "default", null));
        var result = engine.result(engine.execute(request.withApproval(new Approval(engine.approvalHash(request), "tester", Instant.now()))));
        assertThat(result.succeeded()).as(result.stderr() + result.error()).isTrue();
        return result;
    }
}
