package cloudops.storage.internal;

import java.io.UncheckedIOException;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;

import cloudops.json.Json;

/**
 * One byte sequence for one JSON value: object keys sorted at every depth, no white space, UTF-8. Written straight from records, maps and trees:
 * sorting a tree of it first took most of the time of sealing a record.
 */
final class CanonicalJson {

    private static final ObjectMapper SORTING = sorting(Json.mapper().rebuild());

    private CanonicalJson() {
    }

    private static JsonMapper sorting(JsonMapper.Builder builder) {
        return builder.enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY).enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
                .enable(JsonNodeFeature.WRITE_PROPERTIES_SORTED).build();
    }

    /** @throws UncheckedIOException when a text in {@code json} is none: half a character */
    static byte[] bytes(Object json) {
        try {
            return SORTING.writeValueAsBytes(json);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
