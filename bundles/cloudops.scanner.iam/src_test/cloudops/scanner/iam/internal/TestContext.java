package cloudops.scanner.iam.internal;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;

import com.fasterxml.jackson.databind.JsonNode;

import cloudops.json.Json;
import cloudops.model.AwsResource;
import cloudops.model.IamPermissions;
import cloudops.model.PermissionSource;
import cloudops.model.UserContext;
import cloudops.scanner.spi.ScanContext;
import cloudops.scanner.spi.ScanException;
import cloudops.scanner.spi.ServiceScanner;
import cloudops.scanner.spi.ServiceScanner.RawResource;
import cloudops.scanner.spi.ServiceScanner.ResourceType;

/** An account whose calls are answered from the test. */
final class TestContext implements ScanContext {

    interface Answer {
        JsonNode to(JsonNode params, String region) throws ScanException;
    }

    final Map<String, Answer> answers = new HashMap<>();
    final List<ScanException> incomplete = new ArrayList<>();
    String partition = "aws";

    /** What the scanner makes of all it finds, for a principal that may do everything but delete. */
    JsonNode scanned(ServiceScanner scanner, ResourceType type) throws ScanException, InterruptedException {
        var raws = new ArrayList<RawResource>();
        scanner.discover(type, this, raws::add);
        var resources = new ArrayList<AwsResource>();
        for (var listed : raws) {
            var raw = scanner.describe(listed, this);
            var resource = scanner.transform(raw, this).withIam(mayNotDelete(scanner.actions(type.name())));
            resources.add(resource.withConstraints(scanner.constraints(raw, resource, resource.iam())));
        }
        return Json.mapper().valueToTree(resources);
    }

    private static IamPermissions mayNotDelete(List<String> actions) {
        var denied = actions.stream().filter(action -> action.matches(".*:(Delete|Terminate).*")).toList();
        var allowed = actions.stream().filter(action -> !denied.contains(action)).toList();
        var user = new UserContext("john.doe", null, null);
        return new IamPermissions(allowed, denied, List.of(), user, PermissionSource.SIMULATED, null, Map.of());
    }

    static JsonNode read(String file) throws IOException {
        try (var in = TestContext.class.getResourceAsStream(file)) {
            return Json.mapper().readTree(in);
        }
    }

    static List<JsonNode> elements(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).toList();
    }

    @Override
    public String accountId() {
        return "123456789012";
    }

    @Override
    public String accountName() {
        return "production";
    }

    @Override
    public String region() {
        return "us-west-2";
    }

    @Override
    public String partition() {
        return partition;
    }

    @Override
    public Instant startedAt() {
        return Instant.parse("2026-01-01T10:30:00Z");
    }

    @Override
    public JsonNode call(String service, String operation, JsonNode params) throws ScanException {
        return call(service, operation, params, region());
    }

    @Override
    public JsonNode call(String service, String operation, JsonNode params, String region) throws ScanException {
        return answers.get(service + " " + operation).to(params, region);
    }

    @Override
    public void incomplete(ScanException problem) {
        incomplete.add(problem);
    }
}
