package cloudops.agent;

import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.path.PathType;

import cloudops.json.Json;

/** The JSON Schemas (2020-12) of what goes to the agent and what comes back; nothing is ever fetched. Thread-safe. */
public enum WireSchema {

    ENRICHED_REQUEST("enriched-request"), SERVER_RESPONSE("server-response");

    private final Schema schema;

    WireSchema(String name) {
        var config = SchemaRegistryConfig.builder().pathType(PathType.JSON_POINTER).build();
        schema = SchemaRegistry
                .withDefaultDialect(SpecificationVersion.DRAFT_2020_12, registry -> registry.schemaRegistryConfig(config))
                .getSchema(WireSchema.class.getResourceAsStream("schema/" + name + ".schema.json"));
    }

    /** What is wrong with {@code json}, one line an error with its JSON pointer; empty when nothing is. */
    public List<String> violations(JsonNode json) {
        return schema.validate(json).stream().map(error -> error.getInstanceLocation() + ": " + error.getMessage()).toList();
    }

    /** As {@link #violations(JsonNode)}, for an {@link EnrichedRequest} or {@link ServerResponse}. */
    public List<String> violations(Record message) {
        return violations(Json.mapper().<JsonNode>valueToTree(message));
    }
}
