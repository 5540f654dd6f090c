package cloudops.aws.internal;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.document.Document;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.core.traits.MapTrait;
import software.amazon.awssdk.core.util.SdkAutoConstructList;
import software.amazon.awssdk.core.util.SdkAutoConstructMap;

/** Turns an answer of the SDK into the JSON that the CLI prints: the API's member names, nothing for what the service did not send. */
final class ResponseWriter {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private ResponseWriter() {
    }

    static ObjectNode write(SdkPojo pojo) {
        var json = JSON.objectNode();
        for (var field : pojo.sdkFields()) {
            var value = field.getValueOrDefault(pojo);
            // The SDK makes up empty collections where the service sent none.
            if (value != null && !(value instanceof SdkAutoConstructList) && !(value instanceof SdkAutoConstructMap)) {
                json.set(field.memberName(), value(value, field));
            }
        }
        return json;
    }

    private static JsonNode value(Object value, SdkField<?> field) {
        return switch (value) {
            case null -> JSON.nullNode();
            case String text -> JSON.textNode(text);
            case Boolean flag -> JSON.booleanNode(flag);
            case Integer number -> JSON.numberNode(number);
            case Long number -> JSON.numberNode(number);
            case Short number -> JSON.numberNode(number);
            case Byte number -> JSON.numberNode(number);
            case Float number -> JSON.numberNode(number);
            case Double number -> JSON.numberNode(number);
            case BigDecimal number -> JSON.numberNode(number);
            case Instant time -> JSON.textNode(Timestamps.print(time));
            case SdkBytes bytes -> JSON.textNode(Base64.getEncoder().encodeToString(bytes.asByteArrayUnsafe()));
            case SdkPojo pojo -> write(pojo);
            case List<?> list -> list(list, field);
            case Map<?, ?> map -> map(map, field);
            case Document document -> document(document);
            default -> throw new IllegalArgumentException("a type that AWS APIs do not have: " + value.getClass().getName());
        };
    }

    private static JsonNode list(List<?> list, SdkField<?> field) {
        var member = field.getRequiredTrait(ListTrait.class).memberFieldInfo();
        var json = JSON.arrayNode(list.size());
        list.forEach(element -> json.add(value(element, member)));
        return json;
    }

    private static JsonNode map(Map<?, ?> map, SdkField<?> field) {
        var member = field.getRequiredTrait(MapTrait.class).valueFieldInfo();
        var json = JSON.objectNode();
        map.forEach((key, value) -> json.set(key.toString(), value(value, member)));
        return json;
    }

    private static JsonNode document(Document document) {
        if (document.isMap()) {
            var json = JSON.objectNode();
            document.asMap().forEach((key, value) -> json.set(key, document(value)));
            return json;
        }
        if (document.isList()) {
            var json = JSON.arrayNode();
            document.asList().forEach(element -> json.add(document(element)));
            return json;
        }
        return document.isString() ? JSON.textNode(document.asString())
                : document.isBoolean() ? JSON.booleanNode(document.asBoolean())
                : document.isNumber() ? JSON.numberNode(document.asNumber().bigDecimalValue())
                : JSON.nullNode();
    }
}
