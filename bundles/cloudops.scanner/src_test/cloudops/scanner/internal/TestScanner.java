package cloudops.scanner.internal;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;

import cloudops.model.AwsResource;
import cloudops.model.IamPermissions;
import cloudops.model.ResourceConstraints;
import cloudops.scanner.spi.AwsJson;
import cloudops.scanner.spi.Check;
import cloudops.scanner.spi.ScanContext;
import cloudops.scanner.spi.ScanException;
import cloudops.scanner.spi.ServiceScanner;
import cloudops.scanner.spi.Verdicts;

/** Scans a made-up service with one type; what AWS has of it is in the {@link TestAws}, one identifier a resource. */
class TestScanner implements ServiceScanner {

    private final String service;
    private final ResourceType type;

    TestScanner(String service) {
        this(service, false);
    }

    TestScanner(String service, boolean global) {
        this.service = service;
        this.type = new ResourceType(service + "_thing", "Thing of " + service, global);
    }

    @Override
    public String serviceName() {
        return service;
    }

    @Override
    public List<ResourceType> resourceTypes() {
        return List.of(type);
    }

    @Override
    public void discover(ResourceType wanted, ScanContext context, Consumer<RawResource> sink)
            throws ScanException, InterruptedException {
        var answer = context.call(service, "list", JsonNodeFactory.instance.objectNode());
        AwsJson.list(answer, "Things").forEach(thing -> sink.accept(new RawResource(type.name(), thing)));
    }

    @Override
    public AwsResource transform(RawResource raw, ScanContext context) {
        var id = AwsJson.required(raw.data(), "Id");
        var region = type.global() ? AwsJson.text(raw.data(), "Region") : context.region();
        var arn = "arn:" + context.partition() + ":" + service + ":" + region + ":" + context.accountId() + ":" + id;
        return new AwsResource(type.name(), id, context.accountId(), context.accountName(), region, service, arn, id, "running", Map.of(),
                context.startedAt(), null, null, Map.of());
    }

    @Override
    public List<String> actions(String resourceType) {
        return List.of(service + ":Stop");
    }

    @Override
    public ResourceConstraints constraints(RawResource raw, AwsResource resource, IamPermissions permissions) {
        return new Verdicts().canStop(Check.stateIs(resource, "running"), Check.permitted(permissions, service + ":Stop")).build();
    }

    /** The identifiers as AWS answers them. */
    static JsonNode things(String... ids) {
        var answer = JsonNodeFactory.instance.objectNode();
        var things = answer.putArray("Things");
        Arrays.stream(ids).forEach(id -> things.addObject().put("Id", id));
        return answer;
    }
}
