package cloudops.aws.internal;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

import com.fasterxml.jackson.databind.JsonNode;

import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.document.Document;
import software.amazon.awssdk.core.protocol.MarshallingKnownType;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.core.traits.MapTrait;
import software.amazon.awssdk.utils.builder.Buildable;

/** Fills the builder of an SDK class from JSON with the API's member names, as {@code --cli-input-json} of the CLI takes it. */
final class RequestReader {

    /** JSON that does not fit the API; the message is worded like the CLI's. */
    static final class MismatchException extends Exception {

        private static final long serialVersionUID = 1L;

        MismatchException(String message) {
            super(message);
        }
    }

    private RequestReader() {
    }

    /** Sets every member of {@code json}; a JSON null leaves the member out. */
    static void read(JsonNode json, SdkPojo builder) throws MismatchException {
        read(json, builder, "");
    }

    private static void read(JsonNode json, SdkPojo builder, String path) throws MismatchException {
        if (!json.isObject()) {
            throw mismatch(path.isEmpty() ? "the request" : path, json, "an object");
        }
        var fields = builder.sdkFields().stream().collect(Collectors.toMap(SdkField::memberName, field -> field, (a, b) -> a));
        for (var member : json.properties()) {
            var field = fields.get(member.getKey());
            if (field == null) {
                throw new MismatchException("Unknown parameter in " + (path.isEmpty() ? "input" : path) + ": \"" + member.getKey()
                        + "\", must be one of: " + fields.keySet().stream().sorted().collect(Collectors.joining(", ")));
            }
            if (!member.getValue().isNull()) {
                field.set(builder, value(member.getValue(), field, path.isEmpty() ? member.getKey() : path + "." + member.getKey()));
            }
        }
    }

    private static Object value(JsonNode json, SdkField<?> field, String path) throws MismatchException {
        var type = field.marshallingType().getKnownType();
        return switch (type) {
            case STRING -> {
                require(json.isTextual(), path, json, "a string");
                yield json.textValue();
            }
            case BOOLEAN -> {
                require(json.isBoolean(), path, json, "true or false");
                yield json.booleanValue();
            }
            case INTEGER, LONG, SHORT, BYTE -> whole(json, type, path);
            case FLOAT, DOUBLE, BIG_DECIMAL -> fraction(json, type, path);
            case INSTANT -> instant(json, path);
            case SDK_BYTES -> bytes(json, path);
            case SDK_POJO -> pojo(json, field, path);
            case LIST -> list(json, field, path);
            case MAP -> map(json, field, path);
            case DOCUMENT -> document(json);
            default -> throw mismatch(path, json, "a " + type);
        };
    }

    private static Number whole(JsonNode json, MarshallingKnownType type, String path) throws MismatchException {
        require(json.isIntegralNumber() && json.canConvertToLong(), path, json, "a whole number");
        var number = json.longValue();
        var narrowed = switch (type) {
            case INTEGER -> (Number) (int) number;
            case SHORT -> (short) number;
            case BYTE -> (byte) number;
            default -> number;
        };
        require(narrowed.longValue() == number, path, json, "a smaller number");
        return narrowed;
    }

    private static Number fraction(JsonNode json, MarshallingKnownType type, String path) throws MismatchException {
        require(json.isNumber(), path, json, "a number");
        return switch (type) {
            case FLOAT -> (Number) json.floatValue();
            case BIG_DECIMAL -> new BigDecimal(json.asText());
            default -> json.doubleValue();
        };
    }

    /** ISO 8601, or seconds since 1970. */
    private static Instant instant(JsonNode json, String path) throws MismatchException {
        if (json.isNumber()) {
            return Instant.ofEpochMilli(json.decimalValue().movePointRight(3).longValue());
        }
        require(json.isTextual(), path, json, "a time");
        try {
            return Timestamps.parse(json.textValue());
        } catch (DateTimeException e) {
            throw mismatch(path, json, "a time such as 2026-01-31T12:00:00Z");
        }
    }

    private static SdkBytes bytes(JsonNode json, String path) throws MismatchException {
        require(json.isTextual(), path, json, "base64");
        try {
            return SdkBytes.fromByteArray(Base64.getDecoder().decode(json.textValue()));
        } catch (IllegalArgumentException e) {
            throw mismatch(path, json, "base64");
        }
    }

    private static Object pojo(JsonNode json, SdkField<?> field, String path) throws MismatchException {
        var builder = field.constructor().get();
        read(json, builder, path);
        return ((Buildable) builder).build();
    }

    private static List<Object> list(JsonNode json, SdkField<?> field, String path) throws MismatchException {
        require(json.isArray(), path, json, "a list");
        var member = field.getRequiredTrait(ListTrait.class).memberFieldInfo();
        var values = new ArrayList<>(json.size());
        for (var element : json) {
            values.add(value(element, member, path + "[" + values.size() + "]"));
        }
        return values;
    }

    private static Map<String, Object> map(JsonNode json, SdkField<?> field, String path) throws MismatchException {
        require(json.isObject(), path, json, "an object");
        var member = field.getRequiredTrait(MapTrait.class).valueFieldInfo();
        var values = new LinkedHashMap<String, Object>();
        for (var entry : json.properties()) {
            values.put(entry.getKey(), value(entry.getValue(), member, path + "." + entry.getKey()));
        }
        return values;
    }

    private static Document document(JsonNode json) {
        return switch (json.getNodeType()) {
            case OBJECT -> Document.fromMap(json.properties().stream().collect(Collectors.toMap(Map.Entry::getKey,
                    entry -> document(entry.getValue()), (a, b) -> a, LinkedHashMap::new)));
            case ARRAY -> Document.fromList(json.valueStream().map(RequestReader::document).toList());
            case BOOLEAN -> Document.fromBoolean(json.booleanValue());
            case NUMBER -> Document.fromNumber(json.decimalValue());
            case STRING -> Document.fromString(json.textValue());
            default -> Document.fromNull();
        };
    }

    private static void require(boolean fits, String path, JsonNode json, String wanted) throws MismatchException {
        if (!fits) {
            throw mismatch(path, json, wanted);
        }
    }

    /** Does not repeat the value: it may be a secret. */
    private static MismatchException mismatch(String path, JsonNode json, String wanted) {
        return new MismatchException("Invalid type for parameter " + path + ", it is a JSON "
                + json.getNodeType().name().toLowerCase(Locale.ROOT) + ", it must be " + wanted);
    }
}
