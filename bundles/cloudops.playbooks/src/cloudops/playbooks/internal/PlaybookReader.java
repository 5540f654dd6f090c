package cloudops.playbooks.internal;

import java.util.ArrayList;
import java.util.List;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.path.PathType;

import cloudops.json.Json;
import cloudops.json.YamlDocument;
import cloudops.playbooks.Playbook;
import cloudops.playbooks.PlaybookRepository.BadPlaybook;

/** Reads one file: YAML, then the JSON Schema, then what a schema cannot say. */
final class PlaybookReader {

    /** Far above any playbook; keeps a wrong file from eating the memory. */
    private static final int MAX_BYTES = 256 * 1024;
    private static final String SCHEMA_FILE = "/cloudops/playbooks/schema/playbook.schema.json";

    private final Schema schema = SchemaRegistry
            .withDefaultDialect(SpecificationVersion.DRAFT_2020_12, registry -> registry
                    .schemaRegistryConfig(SchemaRegistryConfig.builder().pathType(PathType.JSON_POINTER).build()))
            .getSchema(PlaybookReader.class.getResourceAsStream(SCHEMA_FILE));

    /** What a file is. */
    sealed interface Result {
    }

    record Good(Playbook playbook, int lineOfId) implements Result {
    }

    record Bad(List<BadPlaybook> problems) implements Result {
    }

    /** A problem and the JSON pointer of where it is. */
    record Finding(String pointer, String message) {
    }

    Result read(String file, byte[] content) {
        if (content.length > MAX_BYTES) {
            return bad(file, 0, "the file has " + content.length + " bytes; a playbook has at most " + MAX_BYTES);
        }
        YamlDocument document;
        try {
            document = new YamlDocument(content);
        } catch (YamlDocument.SyntaxException e) {
            return bad(file, e.line(), e.getMessage());
        }
        var findings = new ArrayList<Finding>();
        for (var error : schema.validate(document.root())) {
            findings.add(finding(error));
        }
        if (findings.isEmpty()) {
            try {
                var playbook = Json.mapper().treeToValue(document.root(), Playbook.class);
                findings.addAll(new PlaybookChecks(playbook).findings());
                if (findings.isEmpty()) {
                    return new Good(playbook, document.line("/id"));
                }
            } catch (JsonProcessingException e) {
                findings.add(new Finding("", e.getOriginalMessage()));
            }
        }
        return new Bad(findings.stream()
                .map(finding -> new BadPlaybook(file, document.line(finding.pointer()), finding.message()))
                .distinct()
                .toList());
    }

    private static Bad bad(String file, int line, String message) {
        return new Bad(List.of(new BadPlaybook(file, line, message)));
    }

    private static Finding finding(Error error) {
        var pointer = error.getInstanceLocation().toString();
        var place = pointer.isEmpty() ? "" : pointer.substring(1).replace('/', '.') + ": ";
        // An unknown property stands on a line of its own; a missing one is reported where its object begins.
        var at = "additionalProperties".equals(error.getKeyword()) && error.getProperty() != null
                ? pointer + "/" + error.getProperty() : pointer;
        return new Finding(at, place + error.getMessage());
    }
}
