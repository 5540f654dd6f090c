package cloudops.scanner.rds.internal;

import java.util.List;
import java.util.function.Consumer;

import org.osgi.service.component.annotations.Component;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import cloudops.model.AwsResource;
import cloudops.model.IamPermissions;
import cloudops.model.ResourceConstraints;
import cloudops.scanner.spi.AwsJson;
import cloudops.scanner.spi.ScanContext;
import cloudops.scanner.spi.ScanException;
import cloudops.scanner.spi.ServiceScanner;

/** RDS: database instances, those of Aurora clusters among them. */
@Component
public final class RdsScanner implements ServiceScanner {

    @Override
    public String serviceName() {
        return "rds";
    }

    /** Without the latest restorable time, which goes on every five minutes. */
    @Override
    public JsonNode lasting(RawResource listed) {
        return listed.data() instanceof ObjectNode fields ? fields.deepCopy().without("LatestRestorableTime") : listed.data();
    }

    @Override
    public List<ResourceType> resourceTypes() {
        return List.of(DbInstances.TYPE);
    }

    @Override
    public void discover(ResourceType type, ScanContext context, Consumer<RawResource> sink) throws ScanException, InterruptedException {
        var answer = context.call("rds", "describe-db-instances", JsonNodeFactory.instance.objectNode());
        AwsJson.list(answer, "DBInstances").forEach(instance -> sink.accept(new RawResource(type.name(), instance)));
    }

    @Override
    public AwsResource transform(RawResource raw, ScanContext context) {
        return DbInstances.resource(raw.data(), context);
    }

    @Override
    public List<String> actions(String resourceType) {
        return DbInstances.ACTIONS;
    }

    @Override
    public ResourceConstraints constraints(RawResource raw, AwsResource resource, IamPermissions permissions) {
        return DbInstances.constraints(raw.data(), resource, permissions);
    }
}
