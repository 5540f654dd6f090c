package cloudops.scanner.elasticache.internal;

import static cloudops.scanner.spi.AwsJson.flag;
import static cloudops.scanner.spi.AwsJson.list;
import static cloudops.scanner.spi.AwsJson.number;
import static cloudops.scanner.spi.AwsJson.object;
import static cloudops.scanner.spi.AwsJson.required;
import static cloudops.scanner.spi.AwsJson.tags;
import static cloudops.scanner.spi.AwsJson.text;
import static cloudops.scanner.spi.AwsJson.texts;
import static cloudops.scanner.spi.AwsJson.time;
import static cloudops.scanner.spi.Check.permitted;
import static cloudops.scanner.spi.Check.stateIs;
import static cloudops.scanner.spi.Check.unless;

import java.util.List;
import java.util.function.Consumer;

import com.fasterxml.jackson.databind.JsonNode;

import cloudops.model.AwsResource;
import cloudops.model.IamPermissions;
import cloudops.model.ResourceConstraints;
import cloudops.scanner.spi.Details;
import cloudops.scanner.spi.Facts;
import cloudops.scanner.spi.Found;
import cloudops.scanner.spi.ScanContext;
import cloudops.scanner.spi.ScanException;
import cloudops.scanner.spi.ServiceScanner.RawResource;
import cloudops.scanner.spi.ServiceScanner.ResourceType;
import cloudops.scanner.spi.TypeScanner;
import cloudops.scanner.spi.Verdicts;

/**
 * ElastiCache replication groups, from DescribeReplicationGroups and a call a group for its tags.
 *
 * <p>Sources: https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_ReplicationGroup.html (members and states),
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_DeleteReplicationGroup.html (with all its nodes),
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Redis-Global-Datastores-Console.html (members of a global datastore leave it
 * first).
 */
final class ReplicationGroups implements TypeScanner {

    private static final ResourceType TYPE =
            new ResourceType("elasticache_replication_group", "ElastiCache replication group", false);

    private static final List<String> ACTIONS = List.of("elasticache:DescribeReplicationGroups", "elasticache:ModifyReplicationGroup",
            "elasticache:DeleteReplicationGroup", "elasticache:IncreaseReplicaCount", "elasticache:DecreaseReplicaCount",
            "elasticache:TestFailover", "elasticache:CreateSnapshot", "elasticache:AddTagsToResource",
            "elasticache:RemoveTagsFromResource");

    @Override
    public ResourceType type() {
        return TYPE;
    }

    @Override
    public void discover(ScanContext context, Consumer<RawResource> sink) throws ScanException, InterruptedException {
        list(context.call("elasticache", "describe-replication-groups", object()), "ReplicationGroups")
                .forEach(group -> sink.accept(new RawResource(TYPE.name(), group)));
    }

    @Override
    public RawResource describe(RawResource raw, ScanContext context) throws ScanException, InterruptedException {
        return ElastiCacheScanner.tagged(raw, context);
    }

    @Override
    public AwsResource transform(JsonNode data, ScanContext context) {
        var id = required(data, "ReplicationGroupId");
        return new Found(TYPE, id, required(data, "ARN"), context)
                .state(text(data, "Status")).tags(tags(data, "TagList")).facts(facts(data)).resource();
    }

    private static Facts facts(JsonNode data) {
        return new Facts()
                .put("description", text(data, "Description"))
                .put("engine", text(data, "Engine"))
                .put("node_type", text(data, "CacheNodeType"))
                .put("shards", list(data, "NodeGroups").size())
                .put("cluster_mode", flag(data, "ClusterEnabled"))
                .put("automatic_failover", text(data, "AutomaticFailover"))
                .put("multi_az", text(data, "MultiAZ"))
                .put("endpoint", text(data, "ConfigurationEndpoint", "Address"))
                .put("snapshot_retention_days", number(data, "SnapshotRetentionLimit"))
                .put("encrypted_in_transit", flag(data, "TransitEncryptionEnabled"))
                .put("encrypted_at_rest", flag(data, "AtRestEncryptionEnabled"))
                .put("password_protected", flag(data, "AuthTokenEnabled"))
                .put("create_time", time(data, "ReplicationGroupCreateTime"))
                .put("denied_details", Details.denied(data))
                .relation("encrypted_with", text(data, "KmsKeyId"))
                .relation("in_global_datastore", text(data, "GlobalReplicationGroupInfo", "GlobalReplicationGroupId"))
                .relations("has_node", texts(data, "MemberClusters"));
    }

    @Override
    public List<String> actions() {
        return ACTIONS;
    }

    @Override
    public ResourceConstraints constraints(JsonNode data, AwsResource group, IamPermissions permissions) {
        var datastore = text(data, "GlobalReplicationGroupInfo", "GlobalReplicationGroupId");
        var verdicts = new Verdicts()
                .neverRuns("ElastiCache stops no replication groups")
                .canDelete(stateIs(group, "available", "create-failed"),
                        unless(datastore != null, "it belongs to the global datastore " + datastore),
                        permitted(permissions, "elasticache:DeleteReplicationGroup"));
        return ElastiCacheScanner.withBackups(verdicts, data)
                .hasDependencies(datastore == null ? null : Boolean.TRUE,
                        datastore == null ? "what uses it is not known" : "it belongs to the global datastore " + datastore)
                .custom("multi_az", text(data, "MultiAZ"))
                .build();
    }
}
