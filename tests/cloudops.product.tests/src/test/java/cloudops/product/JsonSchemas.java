package cloudops.product;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;

/** The JSON Schemas that the bundles ship. */
final class JsonSchemas {

    private static final String URN = "urn:cloudops:schema:";
    private static final Map<String, String> TEXTS = texts();
    private static final SchemaRegistry REGISTRY = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12,
            registry -> registry.schemas(iri -> iri.startsWith(URN) ? TEXTS.get(iri.substring(URN.length())) : null));

    private JsonSchemas() {
    }

    /** What is wrong with {@code json}; empty when nothing is. */
    static List<String> violations(String schema, JsonNode json) {
        if (!TEXTS.containsKey(schema)) {
            throw new IllegalArgumentException("no bundle ships a schema " + schema + "; there are " + TEXTS.keySet());
        }
        return REGISTRY.getSchema(SchemaLocation.of(URN + schema)).validate(json).stream()
                .map(error -> error.getInstanceLocation() + ": " + error.getMessage()).toList();
    }

    private static Map<String, String> texts() {
        var suffix = ".schema.json";
        var texts = new TreeMap<String, String>();
        try (var files = Files.walk(Path.of("../../bundles"))) {
            for (var file : files.filter(f -> f.toString().contains("/src/") && f.toString().endsWith(suffix)).toList()) {
                var name = file.getFileName().toString();
                texts.put(name.substring(0, name.length() - suffix.length()), Files.readString(file));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return texts;
    }
}
