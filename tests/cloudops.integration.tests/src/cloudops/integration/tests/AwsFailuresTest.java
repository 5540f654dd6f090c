package cloudops.integration.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

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
    void anEndpointWhereNobodyListensFailsFast(Transport transport) throws Exception {
        var endpoint = nobody();
        var aws = caller(endpoint, "[default]\n" + KEYS);
        var start = Instant.now();
        var e = failure(aws, "rds", "describe-db-instances", "default", transport);
        assertThat(e.problem()).as(e.getMessage()).isEqualTo(Problem.NETWORK);
        assertThat(e).hasMessageContaining(endpoint.toString());
        assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofSeconds(5));
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
