package cloudops.scanner.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;

import org.junit.jupiter.api.Test;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;

import cloudops.aws.AwsCaller.Transport;
import cloudops.aws.AwsException.Problem;
import cloudops.json.Json;
import cloudops.model.IamPermissions;
import cloudops.scanner.ScanRequest;
import cloudops.scanner.ScanResult;

/** Results of real scans, good and bad, are what the schema says. */
class ScanResultSchemaTest extends Scans {

    @Test
    void resultsOfScansAreValid() throws Exception {
        aws.has("car", REGION, "a", "b");
        aws.fails("ship", REGION, Problem.THROTTLED, "Throttling");

        var mixed = json(scanOf("production", "nobody"));

        assertThat(problems(mixed)).isEmpty();
        assertThat(mixed.path("scopes").findValuesAsText("status")).containsExactlyInAnyOrder("failed", "partial", "failed");
        assertThat(mixed.path("errors").findValuesAsText("category")).contains("execution", "aws_cli", "iam");
        assertThat(problems(json(scanOf()))).isEmpty();
    }

    @Test
    void aWrongResultIsNot() throws Exception {
        aws.has("car", REGION, "a");
        var wrong = (ObjectNode) json(scanOf("production"));
        wrong.put("discovered", -1);
        ((ObjectNode) wrong.path("scopes").get(0)).put("status", "fine");

        assertThat(problems(wrong)).anyMatch(problem -> problem.contains("discovered")).anyMatch(problem -> problem.contains("status"));
    }

    private ScanResult scanOf(String... profiles) throws InterruptedException {
        permissions = (actions, arn) -> IamPermissions.unknown(actions, null, "IAM cannot be reached");
        return scan(scanner(new TestScanner("car"), new TestScanner("ship")),
                new ScanRequest(List.of(profiles), List.of(REGION), List.of(), List.of(), true, Transport.AUTO));
    }

    private static JsonNode json(ScanResult result) {
        return Json.mapper().valueToTree(result);
    }

    private static List<String> problems(JsonNode json) throws IOException {
        try (var schema = ScanResult.class.getResourceAsStream("schema/scan-result.schema.json")) {
            return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12).getSchema(schema).validate(json).stream()
                    .map(error -> error.getInstanceLocation() + ": " + error.getMessage()).toList();
        }
    }
}
