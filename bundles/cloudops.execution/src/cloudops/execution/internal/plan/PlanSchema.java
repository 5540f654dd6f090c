package cloudops.execution.internal.plan;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.path.PathType;

import cloudops.execution.ExecutionJson;
import cloudops.execution.PlanProblem;

/** Compares the tree of a plan's file with the schema, and says the differences in words for people who do not know it. */
public final class PlanSchema {

    private static final String URN = "urn:cloudops:schema:";

    private static final Schema SCHEMA = SchemaRegistry
            .withDefaultDialect(SpecificationVersion.DRAFT_2020_12, registry -> registry.schemas(PlanSchema::text)
                    .schemaRegistryConfig(SchemaRegistryConfig.builder().pathType(PathType.JSON_POINTER).build()))
            .getSchema(SchemaLocation.of(URN + "execution-plan"));

    private PlanSchema() {
    }

    public static List<PlanProblem> problems(JsonNode root) {
        return SCHEMA.validate(root).stream().map(PlanSchema::problem).toList();
    }

    private static PlanProblem problem(Error error) {
        var pointer = error.getInstanceLocation().toString();
        return switch (error.getKeyword()) {
            // an unknown member stands on a line of its own
            case "additionalProperties" -> new PlanProblem(pointer + "/" + RequestTexts.escaped(error.getProperty()), "not known here; try: " + known(error));
            // a missing one is reported where its object begins
            case "required" -> new PlanProblem(pointer, "'" + error.getProperty() + "' is missing; try: add it");
            case "type" -> new PlanProblem(pointer, error.getMessage()
                    + (error.getMessage().contains("string expected") ? "; try: put it in quotes" : ""));
            default -> new PlanProblem(pointer, error.getMessage());
        };
    }

    /** The names that the schema knows in the place of an unknown one. */
    private static String known(Error error) {
        var location = error.getSchemaLocation();
        var schema = location.getAbsoluteIri().toString();
        try {
            var place = JsonPointer.compile(location.getFragment().toString()).head();
            var names = ExecutionJson.mapper().readTree(text(schema)).at(place).path("properties");
            return names.propertyStream().map(name -> name.getKey()).collect(Collectors.joining(", "));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Null for what is not ours: the registry then looks among the meta-schemas that it brings along. */
    private static String text(String iri) {
        if (!iri.startsWith(URN)) {
            return null;
        }
        try (var in = ExecutionJson.class.getResourceAsStream("schema/" + iri.substring(URN.length()) + ".schema.json")) {
            return in == null ? null : new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
