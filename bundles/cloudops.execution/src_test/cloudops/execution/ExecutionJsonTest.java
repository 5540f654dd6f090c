package cloudops.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;

import cloudops.execution.Command.AwsCli;
import cloudops.execution.Command.AwsSdk;
import cloudops.execution.Command.Exec;
import cloudops.execution.Command.Interpreter;
import cloudops.execution.Command.Script;
import cloudops.execution.Command.Shell;
import cloudops.execution.ExecutionRequest.Metadata;
import cloudops.execution.ExecutionRequest.Resource;
import cloudops.model.Risk;

/** The JSON of requests and results: what is written fits the schema and is read back as it was. */
public class ExecutionJsonTest {

    private static final UUID ID = UUID.fromString("00000000-0000-4000-8000-000000000001");

    static Stream<Command> commands() {
        return Stream.of(new Exec(List.of("echo", "a b", "$(x)", "'\"\n‮\uD83D\uDE00", "")),
                new Script(Interpreter.PYTHON, Path.of("/opt/a b/run.py"), List.of("--x", "")), new Shell("a | b > 'c'"),
                new AwsCli("rds", "stop-db-instance", List.of("--db-instance-identifier", "pg-instance-main1"), "prod", "eu-west-1"),
                new AwsCli("sts", "get-caller-identity", List.of(), null, null),
                new AwsSdk("rds", "stop-db-instance", "{\"DBInstanceIdentifier\":\"x\",\"N\":1.5}", "prod", null));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void requestsComeBackAsTheyWere(Command command) throws IOException {
        var request = new ExecutionRequest(ID, command, Map.of("A", "1"), Path.of("/tmp/w"), Duration.ofMinutes(2),
                new Metadata("server", Map.of("k", "v"), "c-1", "123456789012", "d", List.of(
                        new Resource("rds_instance", "123456789012", "us-west-2", "x", "x"),
                        new Resource("ec2_instance", "123456789012", "us-west-2", "i-1", null))), "ctx", "arn:aws:rds:x", Risk.MEDIUM, null);

        var json = ExecutionJson.mapper().valueToTree(request);

        assertThat(violations("execution-request", json)).isEmpty();
        assertThat(ExecutionJson.mapper().readValue(json.toString(), ExecutionRequest.class)).isEqualTo(request);
    }

    @Test
    void theJsonIsTheDesigns() throws IOException {
        var request = ExecutionRequest.of(new AwsCli("ec2", "describe-instances", List.of(), null, null)).withId(ID)
                .withEnv(Map.of("AWS_PROFILE", "prod")).withTimeout(Duration.ofSeconds(120))
                .withMetadata(new Metadata("server", Map.of(), "00000000-0000-4000-8000-000000000002", null, null));

        assertThat(ExecutionJson.mapper().valueToTree(request).toString()).isEqualTo("""
                {"id":"00000000-0000-4000-8000-000000000001",
                "command":{"type":"aws_cli","service":"ec2","operation":"describe-instances","args":[]},
                "env":{"AWS_PROFILE":"prod"},"timeout_ms":120000,
                "metadata":{"source":"server","tags":{},"conversation_id":"00000000-0000-4000-8000-000000000002"}}""".replace("\n", ""));
    }

    @Test
    void consentDoesNotTravelWithARequest() throws IOException {
        var approved = ExecutionRequest.of(new Shell("true")).withApproval(new Approval("sha256:00", "mallory", Instant.EPOCH));

        assertThat(ExecutionJson.mapper().valueToTree(approved).has("approval")).isFalse();
        assertThat(ExecutionJson.mapper().readValue("""
                {"id":"00000000-0000-4000-8000-000000000001","command":{"type":"shell","script":"true"},
                 "approval":{"hash":"sha256:00","approved_by":"mallory","approved_at":"2025-01-01T00:00:00Z"}}""", ExecutionRequest.class)
                .approval()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"type\":\"rm\"}", "{}", "[]", "{\"type\":\"exec\"}", "{\"type\":\"aws_sdk\",\"service\":\"s\",\"operation\":\"o\",\"params\":\"x\"}",
            "{\"type\":\"exec\",\"argv\":[]}", "{\"type\":\"exec\",\"argv\":[\"a\\u0000\"]}", "{\"type\":\"exec\",\"argv\":[\"a\"],\"shell\":true}",
            "{\"type\":\"aws_cli\",\"service\":\"--profile\",\"operation\":\"o\"}", "{\"type\":\"script\",\"interpreter\":\"perl\",\"file\":\"x\"}"})
    void theSchemaRefusesBadCommands(String command) throws IOException {
        var json = ExecutionJson.mapper().readTree("{\"id\":\"" + ID + "\",\"command\":" + command + "}");

        assertThat(violations("execution-request", json)).isNotEmpty();
    }

    @Test
    void paramsThatAreNoObjectAreRefused() {
        assertThatThrownBy(() -> ExecutionJson.mapper().readValue("{\"type\":\"aws_sdk\",\"service\":\"s\",\"operation\":\"o\",\"params\":[1]}",
                Command.class)).isInstanceOf(JsonProcessingException.class).hasMessageContaining("params must be an object");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 7, 2500, 60_000, 3_600_001})
    void resultsSayHowLongItTook(long millis) throws IOException {
        var start = Instant.parse("2025-10-09T10:30:00Z");
        var result = new ExecutionResult(ID, ExecutionStatus.COMPLETED, 0, "out", "", null, start, start.plusMillis(millis), Path.of("/tmp/x.log"));

        var json = ExecutionJson.mapper().valueToTree(result);

        assertThat(violations("execution-result", json)).isEmpty();
        assertThat(json.get("duration").textValue()).isEqualTo(
                Map.of(0L, "0s", 7L, "0.007s", 2500L, "2.5s", 60_000L, "60s", 3_600_001L, "3600.001s").get(millis));
        assertThat(json.get("status").textValue()).isEqualTo("completed");
        assertThat(json.get("started_at").textValue()).isEqualTo("2025-10-09T10:30:00Z");
        assertThat(ExecutionJson.mapper().readValue(json.toString(), ExecutionResult.class)).isEqualTo(result);
    }

    public static List<String> violations(String schema, JsonNode json) throws IOException {
        var registry = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
        try (var in = ExecutionJson.class.getResourceAsStream("schema/" + schema + ".schema.json")) {
            return registry.getSchema(in).validate(json).stream().map(Object::toString).toList();
        }
    }
}
