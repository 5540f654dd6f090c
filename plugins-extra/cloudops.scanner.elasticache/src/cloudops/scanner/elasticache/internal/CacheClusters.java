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

import java.util.List;
import java.util.function.Consumer;

import com.fasterxml.jackson.databind.JsonNode;

import cloudops.model.AwsResource;
import cloudops.model.IamPermissions;
import cloudops.model.ResourceConstraints;
import cloudops.scanner.spi.Check;
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
 * ElastiCache clusters, from DescribeCacheClusters and a call a cluster for its tags.
 *
 * <p>Sources: https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CacheCluster.html (members and states),
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_DeleteCacheCluster.html (only available ones; which nodes of a
 * replication group cannot be deleted alone),
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticache.html (actions on clusters).
 */
final class CacheClusters implements TypeScanner {

    private static final ResourceType TYPE = new ResourceType("elasticache_cluster", "ElastiCache cluster", false);

    private static final List<String> ACTIONS = List.of("elasticache:DescribeCacheClusters", "elasticache:ModifyCacheCluster",
            "elasticache:RebootCacheCluster", "elasticache:DeleteCacheCluster", "elasticache:CreateSnapshot",
            "elasticache:AddTagsToResource", "elasticache:RemoveTagsFromResource");

    @Override
    public ResourceType type() {
        return TYPE;
    }

    @Override
    public void discover(ScanContext context, Consumer<RawResource> sink) throws ScanException, InterruptedException {
        list(context.call("elasticache", "describe-cache-clusters", object()), "CacheClusters")
                .forEach(cluster -> sink.accept(new RawResource(TYPE.name(), cluster)));
    }

    @Override
    public RawResource describe(RawResource raw, ScanContext context) throws ScanException, InterruptedException {
        return ElastiCacheScanner.tagged(raw, context);
    }

    @Override
    public AwsResource transform(JsonNode data, ScanContext context) {
        var id = required(data, "CacheClusterId");
        return new Found(TYPE, id, required(data, "ARN"), context)
                .state(text(data, "CacheClusterStatus")).tags(tags(data, "TagList")).facts(facts(data)).resource();
    }

    private static Facts facts(JsonNode data) {
        return new Facts()
                .put("engine", text(data, "Engine"))
                .put("engine_version", text(data, "EngineVersion"))
                .put("node_type", text(data, "CacheNodeType"))
                .put("nodes", number(data, "NumCacheNodes"))
                .put("endpoint", text(data, "ConfigurationEndpoint", "Address"))
                .put("availability_zone", text(data, "PreferredAvailabilityZone"))
                .put("snapshot_retention_days", number(data, "SnapshotRetentionLimit"))
                .put("encrypted_in_transit", flag(data, "TransitEncryptionEnabled"))
                .put("encrypted_at_rest", flag(data, "AtRestEncryptionEnabled"))
                .put("password_protected", flag(data, "AuthTokenEnabled"))
                .put("create_time", time(data, "CacheClusterCreateTime"))
                .put("denied_details", Details.denied(data))
                .relation("in_replication_group", text(data, "ReplicationGroupId"))
                .relation("in_subnet_group", text(data, "CacheSubnetGroupName"))
                .relation("notifies", text(data, "NotificationConfiguration", "TopicArn"))
                .relations("in_security_group", texts(list(data, "SecurityGroups"), "SecurityGroupId"));
    }

    @Override
    public List<String> actions() {
        return ACTIONS;
    }

    @Override
    public ResourceConstraints constraints(JsonNode data, AwsResource cluster, IamPermissions permissions) {
        var group = text(data, "ReplicationGroupId");
        var verdicts = new Verdicts()
                .neverRuns("ElastiCache stops no clusters")
                .canDelete(stateIs(cluster, "available"),
                        group == null ? Check.ok() : Check.unknown("it depends on its place in the replication group " + group),
                        permitted(permissions, "elasticache:DeleteCacheCluster"));
        return ElastiCacheScanner.withBackups(verdicts, data)
                .hasDependencies(group == null ? null : Boolean.TRUE,
                        group == null ? "what uses it is not known" : "it is a node of the replication group " + group)
                .custom("replication_group", group)
                .build();
    }
}
