package cloudops.json;

import java.nio.file.Path;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;

/**
 * The one mapping between our records and JSON: snake_case names, lower-case enum constants, RFC 3339 times, paths
 * as the system writes them, absent optional fields left
 * out, unknown fields ignored. Thread-safe.
 */
public final class Json {

    private static final JsonMapper MAPPER = mapper(new JsonFactory());

    private Json() {
    }

    private static JsonMapper mapper(JsonFactory factory) {
        return JsonMapper.builder(factory)
                .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                .serializationInclusion(JsonInclude.Include.NON_NULL)
                .addModule(new JavaTimeModule())
                .addModule(new LowerCaseEnums())
                .addModule(new SimpleModule().addSerializer(Path.class, ToStringSerializer.instance))
                .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .disable(MapperFeature.AUTO_DETECT_IS_GETTERS)
                .build();
    }

    /** The shared mapper; do not reconfigure it. */
    public static JsonMapper mapper() {
        return MAPPER;
    }

    /**
     * A mapper like the shared one, for secrets: of what it reads and writes, whole texts and names of fields, nothing stays in memory once it is let
     * go of. The shared one keeps buffers for each thread and all names that it ever met. Expensive: make one and keep it while the secrets are in use.
     */
    public static JsonMapper forgetful() {
        return mapper(JsonFactory.builder()
                .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                .recyclerPool(JsonRecyclerPools.newConcurrentDequePool())
                .build());
    }
}
