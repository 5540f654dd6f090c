package cloudops.scanner.spi;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * Reads the JSON of the AWS CLI, in which nearly every member may be missing. A {@code path} is the names of nested members; where one of
 * them is missing or of another kind, so is the value.
 */
public final class AwsJson {

    private AwsJson() {
    }

    /** The text (or number, as text) at {@code path}; null when it is missing, JSON null or blank. */
    public static String text(JsonNode node, String... path) {
        var value = at(node, path);
        var text = value.isValueNode() && !value.isNull() ? value.asText() : "";
        return text.isBlank() ? null : text;
    }

    /** The text of {@code member}. @throws IllegalArgumentException when it has none, naming the member */
    public static String required(JsonNode node, String member) {
        var text = text(node, member);
        if (text == null) {
            throw new IllegalArgumentException("the answer of AWS has no " + member);
        }
        return text;
    }

    /** The truth value at {@code path}; null when there is none. */
    public static Boolean flag(JsonNode node, String... path) {
        var value = at(node, path);
        return value.isBoolean() ? value.booleanValue() : null;
    }

    /** The whole number at {@code path}; null when there is none. */
    public static Long number(JsonNode node, String... path) {
        var value = at(node, path);
        return value.isIntegralNumber() ? value.longValue() : null;
    }

    /** The elements of the list at {@code path}; empty when there is no list. */
    public static List<JsonNode> list(JsonNode node, String... path) {
        var value = at(node, path);
        return value.isArray() ? value.valueStream().toList() : List.of();
    }

    /** The texts of {@code member} in each element of a list, sorted; elements without it are left out. */
    public static List<String> texts(List<JsonNode> elements, String member) {
        return elements.stream().map(element -> text(element, member)).filter(text -> text != null).sorted().toList();
    }

    /**
     * Tags from the form that most services use, {@code [{"Key": …, "Value": …}]}, at {@code path}.
     *
     * @return sorted by key; empty when there are none; a tag without a value has an empty one
     */
    public static Map<String, String> tags(JsonNode node, String... path) {
        var tags = new TreeMap<String, String>();
        for (var tag : list(node, path)) {
            if (tag.path("Key").isTextual()) {
                tags.put(tag.path("Key").textValue(), tag.path("Value").asText(""));
            }
        }
        return Collections.unmodifiableMap(tags);
    }

    private static JsonNode at(JsonNode node, String... path) {
        var value = node;
        for (var member : path) {
            value = value.path(member);
        }
        return value;
    }
}
