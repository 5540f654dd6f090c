package cloudops.execution;

import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonSubTypes.Type;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import cloudops.json.Json;

/**
 * Requests, results, records and events as JSON: {@code {"type": "aws_cli", "service": "ec2", …}}, {@code "timeout_ms": 120000},
 * {@code "duration": "2.5s"}; else as {@link Json} has it. The schemas {@code execution-request} and {@code execution-result} in
 * {@code cloudops/execution/schema} say it exactly. Consent is no part of the JSON of a request: who sends a request cannot approve it.
 */
public final class ExecutionJson {

    private static final JsonMapper MAPPER = Json.mapper().rebuild()
            .addMixIn(Command.class, CommandShape.class)
            .addMixIn(Command.AwsSdk.class, AwsSdkShape.class)
            .addMixIn(ExecutionRequest.class, RequestShape.class)
            .addMixIn(ExecutionRequest.Metadata.class, MetadataShape.class)
            .addMixIn(ExecutionResult.class, ResultShape.class)
            .addMixIn(ExecutionPlan.Strategy.class, StrategyShape.class)
            .addMixIn(ExecutionEvent.class, EventShape.class)
            .build();

    private ExecutionJson() {
    }

    /** The shared mapper, which also knows all that {@link Json#mapper()} does; do not reconfigure it. */
    public static JsonMapper mapper() {
        return MAPPER;
    }

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
    @JsonSubTypes({@Type(value = Command.Exec.class, name = "exec"), @Type(value = Command.Script.class, name = "script"),
            @Type(value = Command.Shell.class, name = "shell"), @Type(value = Command.AwsCli.class, name = "aws_cli"),
            @Type(value = Command.AwsSdk.class, name = "aws_sdk")})
    private interface CommandShape {
    }

    private interface AwsSdkShape {
        @JsonSerialize(using = TextAsTree.class)
        @JsonDeserialize(using = TreeAsText.class)
        String params();
    }

    private interface RequestShape {
        @JsonProperty("timeout_ms")
        @JsonSerialize(using = DurationAsMillis.class)
        @JsonDeserialize(using = MillisAsDuration.class)
        Duration timeout();

        @JsonIgnore
        Approval approval();
    }

    private interface MetadataShape {
        @JsonInclude(JsonInclude.Include.NON_EMPTY)
        List<ExecutionRequest.Resource> resources();
    }

    private interface ResultShape {
        @JsonProperty(value = "duration", access = JsonProperty.Access.READ_ONLY)
        @JsonSerialize(using = DurationAsSeconds.class)
        Duration duration();
    }

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
    @JsonSubTypes({@Type(value = ExecutionPlan.Strategy.Serial.class, name = "serial"),
            @Type(value = ExecutionPlan.Strategy.Parallel.class, name = "parallel"),
            @Type(value = ExecutionPlan.Strategy.Graph.class, name = "graph")})
    private interface StrategyShape {
    }

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "event")
    @JsonSubTypes({@Type(value = ExecutionEvent.Started.class, name = "started"),
            @Type(value = ExecutionEvent.Stdout.class, name = "stdout"), @Type(value = ExecutionEvent.Stderr.class, name = "stderr"),
            @Type(value = ExecutionEvent.Completed.class, name = "completed"), @Type(value = ExecutionEvent.Failed.class, name = "failed"),
            @Type(value = ExecutionEvent.Cancelled.class, name = "cancelled"),
            @Type(value = ExecutionEvent.Progress.class, name = "progress")})
    private interface EventShape {
        UUID executionId();

        Instant at();
    }

    /** {@code "2.5s"}, at most milliseconds. */
    private static final class DurationAsSeconds extends JsonSerializer<Duration> {
        @Override
        public void serialize(Duration duration, JsonGenerator out, SerializerProvider provider) throws IOException {
            out.writeString(BigDecimal.valueOf(duration.toMillis(), 3).stripTrailingZeros().toPlainString() + "s");
        }
    }

    private static final class DurationAsMillis extends JsonSerializer<Duration> {
        @Override
        public void serialize(Duration duration, JsonGenerator out, SerializerProvider provider) throws IOException {
            out.writeNumber(duration.toMillis());
        }
    }

    private static final class MillisAsDuration extends JsonDeserializer<Duration> {
        @Override
        public Duration deserialize(JsonParser in, DeserializationContext context) throws IOException {
            return Duration.ofMillis(in.getLongValue());
        }
    }

    /** JSON in a text becomes JSON in place; any other text stays one. */
    private static final class TextAsTree extends JsonSerializer<String> {
        @Override
        public void serialize(String json, JsonGenerator out, SerializerProvider provider) throws IOException {
            out.writeTree(Json.mapper().readTree(json));
        }
    }

    private static final class TreeAsText extends JsonDeserializer<String> {
        @Override
        public String deserialize(JsonParser in, DeserializationContext context) throws IOException {
            return in.readValueAsTree() instanceof ObjectNode params ? params.toString()
                    : (String) context.handleUnexpectedToken(String.class, in.currentToken(), in, "params must be an object");
        }
    }
}
