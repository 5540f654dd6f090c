package cloudops.scanner.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;

import cloudops.aws.AwsCaller.Transport;
import cloudops.aws.AwsException.Problem;
import cloudops.aws.CallerIdentity;
import cloudops.iam.PermissionDiscovery;
import cloudops.json.Json;
import cloudops.model.IamPermissions;
import cloudops.scanner.EstateScanner.ScanListener;
import cloudops.scanner.ScanRequest;
import cloudops.scanner.ScanResult;

/** Results of real scans, good and bad, are what the schema says. */
class ScanResultSchemaTest {

    private final TestAws aws = new TestAws();

    @Test
    void resultsOfScansAreValid() throws Exception {
        aws.has("car", "us-east-1", "a", "b");
        aws.fails("ship", "us-east-1", Problem.THROTTLED, "Throttling");

        var mixed = json(scan("production", "nobody"));

        assertThat(problems(mixed)).isEmpty();
        assertThat(mixed.path("scopes").findValuesAsText("status")).containsExactlyInAnyOrder("failed", "partial", "failed");
        assertThat(mixed.path("errors").findValuesAsText("category")).contains("execution", "aws_cli", "iam");
        assertThat(problems(json(scan()))).isEmpty();
    }

    @Test
    void aWrongResultIsNot() throws Exception {
        aws.has("car", "us-east-1", "a");
        var wrong = (ObjectNode) json(scan("production"));
        wrong.put("discovered", -1);
        ((ObjectNode) wrong.path("scopes").get(0)).put("status", "fine");

        assertThat(problems(wrong)).anyMatch(problem -> problem.contains("discovered")).anyMatch(problem -> problem.contains("status"));
    }

    private ScanResult scan(String... profiles) throws InterruptedException {
        var nothingKnown = new PermissionDiscovery() {
            @Override
            public Map<String, IamPermissions> discover(String profile, CallerIdentity identity, List<String> actions, List<String> arns) {
                return arns.stream().distinct().collect(java.util.stream.Collectors.toMap(arn -> arn,
                        arn -> IamPermissions.unknown(actions, null, "IAM cannot be reached")));
            }

            @Override
            public void forget(String profile) {
                throw new UnsupportedOperationException();
            }
        };
        var scanner = new PipelineScanner(aws, aws, nothingKnown, texts -> texts.stream().map(text -> new float[384]).toList(),
                new TestEstate());
        scanner.addScanner(new TestScanner("car"));
        scanner.addScanner(new TestScanner("ship"));
        return scanner.scan(new ScanRequest(List.of(profiles), List.of("us-east-1"), List.of(), List.of(), true, Transport.AUTO),
                ScanListener.NONE);
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
