package cloudops.execution.internal.history;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

import cloudops.execution.ExecutionRecord;
import cloudops.execution.ExecutionRequest.Metadata;
import cloudops.execution.ExecutionRequest.Resource;
import cloudops.execution.ExecutionStatus;
import cloudops.model.Risk;

/**
 * What one record of the history says. As JSON it is one object in one line, the ID first; fields of later versions are ignored.
 * It is written and read without a mapper: that costs every command some 0.2 s of class loading, and every long history a second.
 *
 * @param at when it was written
 * @param run the process that wrote it
 * @param state the execution or plan then
 */
record Entry(Instant at, UUID run, ExecutionRecord state) {

    private static final JsonFactory JSON = new JsonFactory();
    private static final byte[] ID = "{\"id\":\"".getBytes(US_ASCII);
    private static final int UUID_LENGTH = 36;

    Entry {
        requireNonNull(at, "at");
        requireNonNull(run, "run");
        requireNonNull(state, "state");
    }

    byte[] toJson() {
        var bytes = new ByteArrayOutputStream(1024);
        try (var json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            write(json, "id", state.id()); // first: see idOf
            write(json, "at", at);
            write(json, "run", run);
            write(json, "kind", state.kind());
            write(json, "command", state.command());
            write(json, "status", state.status().name().toLowerCase(Locale.ROOT));
            write(json, "exit_code", state.exitCode());
            write(json, "error", state.error());
            write(json, "started_at", state.startedAt());
            write(json, "completed_at", state.completedAt());
            write(json, "source", state.metadata().source());
            write(json, "conversation_id", state.metadata().conversationId());
            write(json, "account_id", state.metadata().accountId());
            write(json, "description", state.metadata().description());
            write(json, "context_id", state.contextId());
            write(json, "resource_id", state.resourceId());
            write(json, "risk", state.risk() == null ? null : state.risk().name().toLowerCase(Locale.ROOT));
            write(json, "approved_by", state.approvedBy());
            write(json, "approval_hash", state.approvalHash());
            write(json, "plan_id", state.planId());
            write(json, "step_id", state.stepId());
            json.writeObjectFieldStart("tags");
            for (var tag : state.metadata().tags().entrySet()) {
                write(json, tag.getKey(), tag.getValue());
            }
            json.writeEndObject();
            if (!state.metadata().resources().isEmpty()) {
                write(json, state.metadata().resources());
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new IllegalStateException("memory takes all that is written to it", e);
        }
        return bytes.toByteArray();
    }

    private static void write(JsonGenerator json, List<Resource> resources) throws IOException {
        json.writeArrayFieldStart("resources");
        for (var resource : resources) {
            json.writeStartObject();
            write(json, "resource_type", resource.resourceType());
            write(json, "account_id", resource.accountId());
            write(json, "region", resource.region());
            write(json, "identifier", resource.identifier());
            write(json, "name", resource.name());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void write(JsonGenerator json, String name, Object value) throws IOException {
        if (value instanceof Integer number) {
            json.writeNumberField(name, number);
        } else if (value != null) {
            json.writeStringField(name, value.toString());
        }
    }

    /** The ID of the execution or plan that {@code json} is about, without reading the rest of it; null when that does not come first. */
    static UUID idOf(byte[] json) {
        if (json.length < ID.length + UUID_LENGTH || !Arrays.equals(json, 0, ID.length, ID, 0, ID.length)) {
            return null;
        }
        try {
            return UUID.fromString(new String(json, ID.length, UUID_LENGTH, US_ASCII));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** @throws IOException when it is not understood */
    static Entry of(byte[] json) throws IOException {
        try (var parser = JSON.createParser(json)) {
            parser.nextToken();
            return of(Fields.of(parser));
        } catch (JacksonException e) {
            throw new IOException(e.getOriginalMessage(), e);
        } catch (IllegalArgumentException | NullPointerException | DateTimeException e) {
            throw new IOException("an unexpected or missing value: " + e.getMessage(), e);
        }
    }

    private static Entry of(Fields fields) {
        var texts = fields.texts();
        var exitCode = texts.get("exit_code");
        var risk = texts.get("risk");
        var about = new Metadata(texts.get("source"), fields.tags(), texts.get("conversation_id"), texts.get("account_id"),
                texts.get("description"), fields.resources());
        return new Entry(time(texts.get("at")), id(texts.get("run")), new ExecutionRecord(id(texts.get("id")), texts.get("kind"),
                texts.get("command"), ExecutionStatus.valueOf(texts.get("status").toUpperCase(Locale.ROOT)),
                exitCode == null ? null : Integer.valueOf(exitCode), texts.get("error"), time(texts.get("started_at")),
                time(texts.get("completed_at")), about, texts.get("context_id"), texts.get("resource_id"),
                risk == null ? null : Risk.valueOf(risk.toUpperCase(Locale.ROOT)), texts.get("approved_by"), texts.get("approval_hash"),
                id(texts.get("plan_id")), texts.get("step_id")));
    }

    private static Instant time(String text) {
        return text == null ? null : Instant.parse(text);
    }

    private static UUID id(String text) {
        return text == null ? null : UUID.fromString(text);
    }

    /** What a record holds; other objects and arrays than these are passed over. */
    private record Fields(Map<String, String> texts, Map<String, String> tags, List<Resource> resources) {

        /** @param parser at the beginning of an object; then at its end */
        static Fields of(JsonParser parser) throws IOException {
            var fields = new Fields(new HashMap<>(), new HashMap<>(), new ArrayList<>());
            for (var name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
                var value = parser.nextToken();
                if (value == JsonToken.START_OBJECT && name.equals("tags")) {
                    fields.tags.putAll(of(parser).texts);
                } else if (value == JsonToken.START_ARRAY && name.equals("resources")) {
                    fields.read(parser);
                } else if (value.isStructStart()) {
                    parser.skipChildren();
                } else if (value != JsonToken.VALUE_NULL) {
                    fields.texts.put(name, parser.getText());
                }
            }
            return fields;
        }

        private void read(JsonParser parser) throws IOException {
            while (parser.nextToken() == JsonToken.START_OBJECT) {
                var each = of(parser).texts;
                resources.add(new Resource(each.get("resource_type"), each.get("account_id"), each.get("region"), each.get("identifier"),
                        each.get("name")));
            }
        }
    }
}
