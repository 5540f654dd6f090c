package cloudops.json;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;

/**
 * The JSON Schemas (2020-12) of what the product says and accepts. They may refer to each other by {@code urn:cloudops:schema:<name>};
 * nothing is ever fetched. Thread-safe.
 */
public final class Schemas {

    /** Schema of one {@code cloudops.model.AwsResource}. */
    public static final String AWS_RESOURCE = "aws-resource";

    private static final String URN = "urn:cloudops:schema:";

    private static final SchemaRegistry REGISTRY = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12,
            registry -> registry.schemas(Schemas::text));

    private Schemas() {
    }

    /**
     * Checks {@code json} against a schema.
     *
     * @param schemaName such as {@link #AWS_RESOURCE}
     * @return what is wrong, one line an error with the place in the JSON; empty when nothing is
     * @throws IllegalArgumentException when there is no such schema
     */
    public static List<String> validate(String schemaName, JsonNode json) {
        if (Schemas.class.getResource(path(schemaName)) == null) {
            throw new IllegalArgumentException("no JSON schema is named '" + schemaName + "'");
        }
        var errors = REGISTRY.getSchema(SchemaLocation.of(URN + schemaName)).validate(json);
        // where a part is wrong all its siblings count as not evaluated too: that would bury the one line that helps
        var causes = errors.stream().filter(error -> !"unevaluatedProperties".equals(error.getKeyword())).toList();
        return (causes.isEmpty() ? errors : causes).stream()
                .map(error -> error.getInstanceLocation() + ": " + error.getMessage())
                .toList();
    }

    private static String path(String name) {
        return "schema/" + name + ".schema.json";
    }

    /** Null for what is not ours: the registry then looks among the meta-schemas that it brings along. */
    private static String text(String iri) {
        if (!iri.startsWith(URN)) {
            return null;
        }
        try (var in = Schemas.class.getResourceAsStream(path(iri.substring(URN.length())))) {
            return in == null ? null : new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
