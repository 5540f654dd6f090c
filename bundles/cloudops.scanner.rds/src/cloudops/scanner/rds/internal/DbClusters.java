package cloudops.scanner.rds.internal;

import static cloudops.scanner.spi.AwsJson.flag;
import static cloudops.scanner.spi.AwsJson.isTrue;
import static cloudops.scanner.spi.AwsJson.list;
import static cloudops.scanner.spi.AwsJson.number;
import static cloudops.scanner.spi.AwsJson.object;
import static cloudops.scanner.spi.AwsJson.required;
import static cloudops.scanner.spi.AwsJson.tags;
import static cloudops.scanner.spi.AwsJson.text;
import static cloudops.scanner.spi.AwsJson.texts;
import static cloudops.scanner.spi.Check.permitted;
import static cloudops.scanner.spi.Check.stateIs;
import static cloudops.scanner.spi.Check.stateIsNot;
import static cloudops.scanner.spi.Check.unless;

import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

import com.fasterxml.jackson.databind.JsonNode;

import cloudops.model.AwsResource;
import cloudops.model.IamPermissions;
import cloudops.model.ResourceConstraints;
import cloudops.scanner.spi.Check;
import cloudops.scanner.spi.Facts;
import cloudops.scanner.spi.Found;
import cloudops.scanner.spi.ScanContext;
import cloudops.scanner.spi.ScanException;
import cloudops.scanner.spi.ServiceScanner.RawResource;
import cloudops.scanner.spi.ServiceScanner.ResourceType;
import cloudops.scanner.spi.TypeScanner;
import cloudops.scanner.spi.Verdicts;

/**
 * RDS database clusters, from DescribeDBClusters: those of Aurora and Multi-AZ clusters of MySQL and PostgreSQL; it also tells those of Neptune
 * and DocumentDB. Their instances are listed as instances.
 *
 * <p>Sources: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBCluster.html (members),
 * https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_StopDBCluster.html (Aurora only),
 * https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-cluster-stop-start.html (no global database, no cross-Region replica, no
 * Serverless v1), https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_DeleteCluster.html (protection; instances first),
 * https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database-detaching.html (out of the global database first),
 * https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBCluster.html (the instances of a Multi-AZ cluster go with it).
 */
final class DbClusters implements TypeScanner {

    private static final ResourceType TYPE = new ResourceType("rds_cluster", "RDS database cluster", false);

    private static final List<String> ACTIONS = List.of("rds:DescribeDBClusters", "rds:StartDBCluster", "rds:StopDBCluster",
            "rds:FailoverDBCluster", "rds:RebootDBCluster", "rds:DeleteDBCluster", "rds:ModifyDBCluster", "rds:CreateDBClusterSnapshot",
            "rds:AddTagsToResource", "rds:RemoveTagsFromResource");

    /** Engines of Multi-AZ clusters. */
    static final Set<String> MULTI_AZ = Set.of("mysql", "postgres");

    @Override
    public ResourceType type() {
        return TYPE;
    }

    @Override
    public List<String> actions() {
        return ACTIONS;
    }

    @Override
    public void discover(ScanContext context, Consumer<RawResource> sink) throws ScanException, InterruptedException {
        context.pages("rds", "describe-db-clusters", object(),
                page -> list(page, "DBClusters").forEach(each -> sink.accept(new RawResource(TYPE.name(), each))));
    }

    @Override
    public AwsResource transform(JsonNode data, ScanContext context) {
        var id = required(data, "DBClusterIdentifier");
        var given = text(data, "DBClusterArn");
        var arn = given != null ? given : context.arn("rds", "cluster:" + id);
        return new Found(TYPE, id, arn, context)
                .state(text(data, "Status")).tags(tags(data, "TagList")).facts(facts(data)).resource();
    }

    private static Facts facts(JsonNode data) {
        var groups = texts(list(data, "VpcSecurityGroups"), "VpcSecurityGroupId");
        return new Facts()
                .put("engine", text(data, "Engine"))
                .put("engine_version", text(data, "EngineVersion"))
                .put("engine_mode", text(data, "EngineMode"))
                .put("class", text(data, "DBClusterInstanceClass"))
                .put("multi_az", flag(data, "MultiAZ"))
                .put("endpoint", text(data, "Endpoint"))
                .put("reader_endpoint", text(data, "ReaderEndpoint"))
                .put("port", number(data, "Port"))
                .put("database", text(data, "DatabaseName"))
                .put("storage_gib", number(data, "AllocatedStorage"))
                .put("storage_type", text(data, "StorageType"))
                .put("encrypted", flag(data, "StorageEncrypted"))
                .put("create_time", text(data, "ClusterCreateTime"))
                .put("publicly_accessible", flag(data, "PubliclyAccessible"))
                .put("backup_retention_days", number(data, "BackupRetentionPeriod"))
                .put("deletion_protection", flag(data, "DeletionProtection"))
                .put("members", members(data))
                .put("writer", writer(data))
                .put("global_cluster", text(data, "GlobalClusterIdentifier"))
                .put("replica_of", text(data, "ReplicationSourceIdentifier"))
                .put("read_replicas", replicas(data))
                .put("security_groups", groups)
                .relation("in_subnet_group", text(data, "DBSubnetGroup"))
                .relation("in_global_cluster", text(data, "GlobalClusterIdentifier"))
                .relation("encrypted_with", text(data, "KmsKeyId"))
                .relation("password_in", text(data, "MasterUserSecret", "SecretArn"))
                .relation("replica_of", text(data, "ReplicationSourceIdentifier"))
                .relations("in_security_group", groups)
                .relations("has_member", members(data))
                .relations("has_replica", replicas(data))
                .relations("has_role", texts(list(data, "AssociatedRoles"), "RoleArn"));
    }

    private static List<String> members(JsonNode data) {
        return texts(list(data, "DBClusterMembers"), "DBInstanceIdentifier");
    }

    /** The instance that takes writes; null when none does. */
    private static String writer(JsonNode data) {
        return list(data, "DBClusterMembers").stream().filter(member -> isTrue(member, "IsClusterWriter"))
                .map(member -> text(member, "DBInstanceIdentifier")).findFirst().orElse(null);
    }

    private static List<String> replicas(JsonNode data) {
        return texts(data, "ReadReplicaIdentifiers");
    }

    @Override
    public ResourceConstraints constraints(JsonNode data, AwsResource cluster, IamPermissions permissions) {
        var members = members(data);
        var replicas = replicas(data);
        var global = text(data, "GlobalClusterIdentifier");
        var inGlobal = unless(global != null, "it is part of the global database " + global);
        var retention = number(data, "BackupRetentionPeriod");
        return new Verdicts()
                .canStop(stateIs(cluster, "available"), aurora(data), inGlobal,
                        unless("serverless".equals(text(data, "EngineMode")), "Aurora Serverless v1 cannot be stopped"),
                        unless(!replicas.isEmpty(), "it has read replicas"),
                        text(data, "ReplicationSourceIdentifier") != null ? Check.unknown("it is a read replica") : Check.ok(),
                        permitted(permissions, "rds:StopDBCluster"))
                .canStart(stateIs(cluster, "stopped"), aurora(data), permitted(permissions, "rds:StartDBCluster"))
                .canDelete(stateIsNot(cluster, "deleting", "creating"),
                        unless(isTrue(data, "DeletionProtection"), "deletion protection is on"),
                        unless(!members.isEmpty() && !isMultiAz(data), "to be deleted first, its instances: " + String.join(", ", members)),
                        inGlobal, permitted(permissions, "rds:DeleteDBCluster"))
                .hasBackups(retention == null ? null : retention > 0, Backups.reason(retention))
                .hasDependencies(!members.isEmpty() || !replicas.isEmpty(), dependencies(members, replicas))
                .custom("multi_az", flag(data, "MultiAZ"))
                .custom("members", members.size())
                .custom("has_read_replicas", !replicas.isEmpty())
                .custom("deletion_protection", flag(data, "DeletionProtection"))
                .custom("global_cluster", global)
                .build();
    }

    /** Only Aurora's clusters are stopped and started as such. */
    private static Check aurora(JsonNode data) {
        var engine = text(data, "Engine");
        if (engine == null) {
            return Check.unknown("the engine is not known");
        }
        if (engine.startsWith("aurora")) {
            return Check.ok();
        }
        return isMultiAz(data) ? Check.no("a Multi-AZ cluster of " + engine + " cannot be stopped")
                : Check.unknown("clusters of " + engine + " have rules of their own");
    }

    private static boolean isMultiAz(JsonNode data) {
        var engine = text(data, "Engine");
        return engine != null && MULTI_AZ.contains(engine);
    }

    private static String dependencies(List<String> members, List<String> replicas) {
        if (members.isEmpty() && replicas.isEmpty()) {
            return null;
        }
        return members.isEmpty() ? "read replicas: " + String.join(", ", replicas)
                : "instances: " + String.join(", ", members) + (replicas.isEmpty() ? "" : "; read replicas: " + String.join(", ", replicas));
    }
}
