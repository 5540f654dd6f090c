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

/** RDS: database instances, those of Aurora clusters among them, clusters, and the snapshots of both. */
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
        return List.of(DbInstances.TYPE, DbClusters.TYPE, Snapshots.OF_INSTANCES.type(), Snapshots.OF_CLUSTERS.type());
    }

    @Override
    public void discover(ResourceType type, ScanContext context, Consumer<RawResource> sink) throws ScanException, InterruptedException {
        switch (type.name()) {
            case DbInstances.NAME -> list(type, "describe-db-instances", "DBInstances", context, sink);
            case DbClusters.NAME -> list(type, "describe-db-clusters", "DBClusters", context, sink);
            case Snapshots.OF_INSTANCES_NAME -> list(type, "describe-db-snapshots", "DBSnapshots", context, sink);
            case Snapshots.OF_CLUSTERS_NAME -> list(type, "describe-db-cluster-snapshots", "DBClusterSnapshots", context, sink);
            default -> throw unknown(type.name());
        }
    }

    private static void list(ResourceType type, String operation, String member, ScanContext context, Consumer<RawResource> sink)
            throws ScanException, InterruptedException {
        context.pages("rds", operation, JsonNodeFactory.instance.objectNode(),
                page -> AwsJson.list(page, member).forEach(each -> sink.accept(new RawResource(type.name(), each))));
    }

    @Override
    public AwsResource transform(RawResource raw, ScanContext context) {
        return switch (raw.resourceType()) {
            case DbInstances.NAME -> DbInstances.resource(raw.data(), context);
            case DbClusters.NAME -> DbClusters.resource(raw.data(), context);
            case Snapshots.OF_INSTANCES_NAME -> Snapshots.OF_INSTANCES.resource(raw.data(), context);
            case Snapshots.OF_CLUSTERS_NAME -> Snapshots.OF_CLUSTERS.resource(raw.data(), context);
            default -> throw unknown(raw.resourceType());
        };
    }

    @Override
    public List<String> actions(String resourceType) {
        return switch (resourceType) {
            case DbInstances.NAME -> DbInstances.ACTIONS;
            case DbClusters.NAME -> DbClusters.ACTIONS;
            case Snapshots.OF_INSTANCES_NAME -> Snapshots.OF_INSTANCES.actions();
            case Snapshots.OF_CLUSTERS_NAME -> Snapshots.OF_CLUSTERS.actions();
            default -> throw unknown(resourceType);
        };
    }

    @Override
    public ResourceConstraints constraints(RawResource raw, AwsResource resource, IamPermissions permissions) {
        return switch (raw.resourceType()) {
            case DbInstances.NAME -> DbInstances.constraints(raw.data(), resource, permissions);
            case DbClusters.NAME -> DbClusters.constraints(raw.data(), resource, permissions);
            case Snapshots.OF_INSTANCES_NAME -> Snapshots.OF_INSTANCES.constraints(raw.data(), resource, permissions);
            case Snapshots.OF_CLUSTERS_NAME -> Snapshots.OF_CLUSTERS.constraints(raw.data(), resource, permissions);
            default -> throw unknown(raw.resourceType());
        };
    }

    private static IllegalArgumentException unknown(String resourceType) {
        return new IllegalArgumentException("not a type of RDS: " + resourceType);
    }
}
