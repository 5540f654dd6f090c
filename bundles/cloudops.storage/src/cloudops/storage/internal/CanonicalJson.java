package cloudops.storage.internal;

import java.io.UncheckedIOException;
import java.util.TreeSet;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import cloudops.json.Json;

/** One byte sequence for one JSON value: object keys sorted at every depth, no white space, UTF-8. */
final class CanonicalJson {

    private CanonicalJson() {
    }

    static byte[] bytes(JsonNode json) {
        return bytes(Json.mapper(), json);
    }

    /** @param mapper whose buffers are used */
    static byte[] bytes(JsonMapper mapper, JsonNode json) {
        try {
            return mapper.writeValueAsBytes(sorted(json));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonNode sorted(JsonNode json) {
        if (json instanceof ObjectNode object) {
            var sorted = Json.mapper().createObjectNode();
            var names = new TreeSet<String>();
            object.fieldNames().forEachRemaining(names::add);
            names.forEach(name -> sorted.set(name, sorted(object.get(name))));
            return sorted;
        }
        if (json instanceof ArrayNode array) {
            var sorted = Json.mapper().createArrayNode();
            array.forEach(element -> sorted.add(sorted(element)));
            return sorted;
        }
        return json;
    }
}
