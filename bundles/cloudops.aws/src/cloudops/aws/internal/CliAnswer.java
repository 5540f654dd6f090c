package cloudops.aws.internal;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.protocol.MarshallingKnownType;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.core.traits.MapTrait;

/**
 * Brings what a version of the CLI printed into the one form that this program hands out. Only values that the API's model calls times are
 * touched as times: a tag that looks like one stays as it is.
 */
final class CliAnswer {

    private CliAnswer() {
    }

    /** @param response knows the fields of the answer */
    static void normalize(ObjectNode answer, SdkPojo response) {
        members(answer, response.sdkFields());
    }

    private static void members(ObjectNode object, List<SdkField<?>> fields) {
        object.properties().removeIf(member -> member.getValue().isNull());
        for (var field : fields) {
            var value = object.get(field.memberName());
            if (value != null) {
                object.set(field.memberName(), value(value, field));
            }
        }
    }

    private static JsonNode value(JsonNode value, SdkField<?> field) {
        var type = field.marshallingType().getKnownType();
        if (type == MarshallingKnownType.INSTANT) {
            return time(value);
        }
        if (type == MarshallingKnownType.SDK_POJO && value instanceof ObjectNode object) {
            members(object, field.constructor().get().sdkFields());
        } else if (type == MarshallingKnownType.LIST && value instanceof ArrayNode list) {
            var element = field.getRequiredTrait(ListTrait.class).memberFieldInfo();
            for (int i = 0; i < list.size(); i++) {
                list.set(i, value(list.get(i), element));
            }
        } else if (type == MarshallingKnownType.MAP && value instanceof ObjectNode map) {
            var element = field.getRequiredTrait(MapTrait.class).valueFieldInfo();
            map.properties().forEach(entry -> entry.setValue(value(entry.getValue(), element)));
        }
        return value;
    }

    /** Version 1 prints times as they came: ISO 8601 in some form, or seconds since 1970. */
    private static JsonNode time(JsonNode value) {
        try {
            var instant = value.isNumber() ? Instant.ofEpochMilli(value.decimalValue().movePointRight(3).longValue())
                    : Timestamps.parse(value.asText());
            return JsonNodeFactory.instance.textNode(Timestamps.print(instant));
        } catch (DateTimeException unknownForm) {
            return value;
        }
    }
}
