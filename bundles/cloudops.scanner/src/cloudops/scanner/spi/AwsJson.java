package cloudops.scanner.spi;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Reads the JSON of the AWS CLI, in which nearly every member may be missing. A {@code path} is the names of nested members; where one of
 * them is missing or of another kind, so is the value.
 */
public final class AwsJson {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ssxxx");
    /** What services call the key and the value of a tag in a list of tags. */
    private static final Map<String, String> TAG_MEMBERS = Map.of("Key", "Value", "key", "value", "TagKey", "TagValue");

    private AwsJson() {
    }

    /** A new, empty object: a request without parameters. */
    public static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
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

    /** The truth value at {@code path}, also one in a text, as SQS and SNS give them; null when there is none. */
    public static Boolean flag(JsonNode node, String... path) {
        var value = at(node, path);
        if (value.isBoolean()) {
            return value.booleanValue();
        }
        return switch (value.isTextual() ? value.textValue() : "") {
            case "true" -> true;
            case "false" -> false;
            default -> null;
        };
    }

    /** Whether there is the truth value true at {@code path}. */
    public static boolean isTrue(JsonNode node, String... path) {
        return Boolean.TRUE.equals(flag(node, path));
    }

    /** The whole number at {@code path}, also one in a text, as SQS and SNS give them; null when there is none. */
    public static Long number(JsonNode node, String... path) {
        var value = at(node, path);
        if (value.isTextual() && value.textValue().matches("-?\\d{1,18}")) {
            return Long.valueOf(value.textValue());
        }
        return value.isIntegralNumber() && value.canConvertToLong() ? value.longValue() : null;
    }

    /**
     * The time at {@code path} to the second, {@code 2026-01-31T12:00:00+00:00}. Services send ISO 8601 or seconds since 1970, and version 1
     * of the CLI prints what they sent.
     *
     * @return null when there is none; a text that is no time as it is
     */
    public static String time(JsonNode node, String... path) {
        var value = at(node, path);
        var text = text(node, path);
        try {
            if (value.isNumber() || text != null && text.matches("\\d{1,12}(\\.\\d+)?")) {
                return TIME.format(Instant.ofEpochSecond((long) value.asDouble()).atOffset(ZoneOffset.UTC));
            }
            return text == null ? null : TIME.format(OffsetDateTime.parse(text).withOffsetSameInstant(ZoneOffset.UTC));
        } catch (DateTimeException noTime) {
            return text;
        }
    }

    /** The elements of the list at {@code path}; empty when there is no list. */
    public static List<JsonNode> list(JsonNode node, String... path) {
        var value = at(node, path);
        return value.isArray() ? value.valueStream().toList() : List.of();
    }

    /** The texts in the list at {@code path}, sorted; what is no text is left out. */
    public static List<String> texts(JsonNode node, String... path) {
        return list(node, path).stream().map(AwsJson::text).filter(text -> text != null).sorted().toList();
    }

    /** The texts of {@code member} in each element of a list, sorted; elements without it are left out. */
    public static List<String> texts(List<JsonNode> elements, String member) {
        return elements.stream().map(element -> text(element, member)).filter(text -> text != null).sorted().toList();
    }

    /**
     * Tags at {@code path}, in any form that services use: {@code [{"Key": …, "Value": …}]}, the same with {@code key} and {@code value} or
     * {@code TagKey} and {@code TagValue}, or an object of them.
     *
     * @return sorted by key; empty when there are none; a tag without a value has an empty one
     */
    public static Map<String, String> tags(JsonNode node, String... path) {
        var tags = new TreeMap<String, String>();
        if (at(node, path) instanceof ObjectNode object) {
            object.properties().forEach(tag -> tags.put(tag.getKey(), tag.getValue().asText("")));
        }
        for (var tag : list(node, path)) {
            TAG_MEMBERS.forEach((key, value) -> {
                if (tag.path(key).isTextual()) {
                    tags.put(tag.path(key).textValue(), tag.path(value).asText(""));
                }
            });
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
