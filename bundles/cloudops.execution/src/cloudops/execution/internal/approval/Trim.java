package cloudops.execution.internal.approval;

import java.util.List;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import cloudops.execution.ExecutionResult;
import cloudops.execution.ExecutionStatus;

/** Cuts out of an answer of AWS what the program must not see. Immutable. */
public final class Trim {

    private static final String ANY = "*";

    private final JsonMapper mapper;
    private final List<String> paths;

    /** @param mapper remembers nothing of what it reads */
    Trim(JsonMapper mapper, List<String> paths) {
        this.mapper = mapper;
        this.paths = List.copyOf(paths);
    }

    /**
     * The result without what is to be cut. An answer in which that cannot be found, as it is no JSON object, is dropped whole; a result that
     * seemed to succeed is then a failed one, so that nobody takes it for an empty answer.
     */
    public ExecutionResult of(ExecutionResult whole) {
        if (whole.stdout().isBlank()) {
            return whole;
        }
        try {
            if (mapper.reader(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).readTree(whole.stdout()) instanceof ObjectNode answer) {
                paths.forEach(path -> cut(answer, path));
                return with(whole, whole.status(), mapper.writeValueAsString(answer), whole.error());
            }
        } catch (JsonProcessingException e) {
            return dropped(whole); // without the cause: its message quotes the answer
        }
        return dropped(whole);
    }

    /** For people: what is cut. */
    @Override
    public String toString() {
        return String.join(", ", paths);
    }

    private static ExecutionResult dropped(ExecutionResult whole) {
        return whole.succeeded()
                ? with(whole, ExecutionStatus.FAILED, "", "the answer is no JSON object, so that its secrets could not be cut out of it")
                : with(whole, whole.status(), "", whole.error());
    }

    private static void cut(JsonNode node, String path) {
        if (node instanceof ArrayNode list) {
            list.forEach(element -> cut(element, path));
        } else if (node instanceof ObjectNode object) {
            int dot = path.indexOf('.');
            var name = dot < 0 ? path : path.substring(0, dot);
            if (dot >= 0) {
                var rest = path.substring(dot + 1);
                (name.equals(ANY) ? object : List.of(object.path(name))).forEach(child -> cut(child, rest));
            } else if (name.equals(ANY)) {
                object.properties().forEach(entry -> entry.setValue(object.nullNode()));
            } else {
                object.remove(name);
            }
        }
    }

    private static ExecutionResult with(ExecutionResult result, ExecutionStatus status, String stdout, String error) {
        return new ExecutionResult(result.id(), status, result.exitCode(), stdout, result.stderr(), error, result.startedAt(),
                result.completedAt(), result.logPath());
    }
}
