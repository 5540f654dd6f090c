package cloudops.execution.internal.plan;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;

import cloudops.execution.ExecutionEngine.Stream;
import cloudops.execution.ExecutionException;
import cloudops.execution.ExecutionException.Problem;
import cloudops.execution.internal.output.LoggedOutput;
import cloudops.execution.internal.plan.ReferenceText.Reference;

/** What the steps of a plan printed, as far as others refer to it. Read back from the logs, so that memory does not grow with the plan. */
final class StepOutputs implements References.Values {

    private static final Logger LOG = LoggerFactory.getLogger(StepOutputs.class);

    static final int MAX_BYTES = 1024 * 1024;
    /** Many steps may refer to one; it is not read and parsed for each of them. */
    private static final int KEPT = 4;

    private final Map<String, LoggedOutput> logs = new HashMap<>();
    private final Map<String, Printed> recent = new LinkedHashMap<>(KEPT, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Printed> eldest) {
            return size() > KEPT;
        }
    };

    void add(String stepId, LoggedOutput log) {
        logs.put(stepId, log);
    }

    @Override
    public String of(Reference reference) throws ExecutionException {
        var printed = recent.get(reference.stepId());
        if (printed == null) {
            printed = new Printed(text(reference));
            recent.put(reference.stepId(), printed);
        }
        return reference.pointer() == null ? printed.text : printed.at(reference);
    }

    private String text(Reference reference) throws ExecutionException {
        var bytes = new ByteArrayOutputStream();
        try (var cursor = logs.get(reference.stepId()).read()) {
            for (var chunk = cursor.next(); chunk != null; chunk = cursor.next()) {
                if (chunk.stream() == Stream.STDOUT) {
                    bytes.writeBytes(chunk.bytes());
                    if (bytes.size() > MAX_BYTES) {
                        throw failed(reference, "the step printed more than " + MAX_BYTES / 1024 + " KiB; try: let it print less");
                    }
                }
            }
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes.toByteArray())).toString().strip();
        } catch (CharacterCodingException e) {
            throw failed(reference, "the step printed something that is not UTF-8");
        } catch (IOException e) {
            throw failed(reference, "the output of the step cannot be read back: " + e.getMessage());
        }
    }

    private static ExecutionException failed(Reference reference, String why) {
        return new ExecutionException(Problem.INVALID_REQUEST, reference + " has no value: " + why);
    }

    /** Without white space at either end. */
    private static final class Printed {

        private final String text;
        private JsonNode json; // null until somebody asks

        Printed(String text) {
            this.text = text;
        }

        String at(Reference reference) throws ExecutionException {
            if (json == null) {
                json = parsed(reference);
            }
            var node = json.at(reference.pointer());
            return switch (node.getNodeType()) {
                case STRING, NUMBER, BOOLEAN -> node.asText();
                case MISSING -> throw failed(reference, "there is nothing at " + reference.pointer() + " in what the step printed");
                default -> throw failed(reference, "at " + reference.pointer() + " is no text or number but "
                        + switch (node.getNodeType()) {
                            case NULL -> "null";
                            case ARRAY -> "an array";
                            default -> "an object";
                        });
            };
        }

        private JsonNode parsed(Reference reference) throws ExecutionException {
            try {
                var parsed = RequestTexts.json().readTree(text);
                if (!parsed.isMissingNode()) {
                    return parsed;
                }
            } catch (JsonProcessingException e) {
                LOG.debug("output of a step is no JSON", e); // not as a cause: it quotes the output
            }
            throw failed(reference, "the step did not print one JSON value");
        }
    }
}
