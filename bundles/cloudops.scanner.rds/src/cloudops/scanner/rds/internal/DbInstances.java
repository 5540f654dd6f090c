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
import java.util.function.Consumer;
import java.util.stream.Stream;

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
 * RDS database instances, from DescribeDBInstances.
 *
 * <p>Sources: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBInstance.html (members),
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/accessing-monitoring.html (states),
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_StopInstance.html (no read replica, no source of one, no SQL Server in
 * Multi-AZ), https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_StopDBInstance.html (not RDS Custom, not Aurora),
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_DeleteInstance.html (deletion protection).
 */
final class DbInstances implements TypeScanner {

    private static final ResourceType TYPE = new ResourceType("rds_instance", "RDS database instance", false);

    private static final List<String> ACTIONS = List.of("rds:DescribeDBInstances", "rds:StartDBInstance", "rds:StopDBInstance",
            "rds:RebootDBInstance", "rds:DeleteDBInstance", "rds:ModifyDBInstance", "rds:CreateDBSnapshot", "rds:AddTagsToResource",
            "rds:RemoveTagsFromResource");

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
        context.pages("rds", "describe-db-instances", object(),
                page -> list(page, "DBInstances").forEach(each -> sink.accept(new RawResource(TYPE.name(), each))));
    }

    @Override
    public AwsResource transform(JsonNode data, ScanContext context) {
        var id = required(data, "DBInstanceIdentifier");
        var given = text(data, "DBInstanceArn");
        var arn = given != null ? given : context.arn("rds", "db:" + id);
        return new Found(TYPE, id, arn, context)
                .state(text(data, "DBInstanceStatus")).tags(tags(data, "TagList")).facts(facts(data)).resource();
    }

    private static Facts facts(JsonNode data) {
        var groups = texts(list(data, "VpcSecurityGroups"), "VpcSecurityGroupId");
        return new Facts()
                .put("engine", text(data, "Engine"))
                .put("engine_version", text(data, "EngineVersion"))
                .put("class", text(data, "DBInstanceClass"))
                .put("multi_az", flag(data, "MultiAZ"))
                .put("endpoint", text(data, "Endpoint", "Address"))
                .put("port", number(data, "Endpoint", "Port"))
                .put("database", text(data, "DBName"))
                .put("storage_gib", number(data, "AllocatedStorage"))
                .put("storage_type", text(data, "StorageType"))
                .put("encrypted", flag(data, "StorageEncrypted"))
                .put("availability_zone", text(data, "AvailabilityZone"))
                .put("create_time", text(data, "InstanceCreateTime"))
                .put("publicly_accessible", flag(data, "PubliclyAccessible"))
                .put("backup_retention_days", number(data, "BackupRetentionPeriod"))
                .put("deletion_protection", flag(data, "DeletionProtection"))
                .put("vpc_id", text(data, "DBSubnetGroup", "VpcId"))
                .put("security_groups", groups)
                .put("cluster", text(data, "DBClusterIdentifier"))
                .put("replica_of", source(data))
                .put("read_replicas", replicas(data))
                .relation("in_vpc", text(data, "DBSubnetGroup", "VpcId"))
                .relation("in_subnet_group", text(data, "DBSubnetGroup", "DBSubnetGroupName"))
                .relations("in_subnet", texts(list(data, "DBSubnetGroup", "Subnets"), "SubnetIdentifier"))
                .relation("in_cluster", text(data, "DBClusterIdentifier"))
                .relation("encrypted_with", text(data, "KmsKeyId"))
                .relation("password_in", text(data, "MasterUserSecret", "SecretArn"))
                .relation("replica_of", source(data))
                .relations("in_security_group", groups)
                .relations("has_replica", replicas(data))
                .relations("has_role", texts(list(data, "AssociatedRoles"), "RoleArn"));
    }

    /** The instance or cluster that it replicates; null when it is no replica. */
    private static String source(JsonNode data) {
        var instance = text(data, "ReadReplicaSourceDBInstanceIdentifier");
        return instance != null ? instance : text(data, "ReadReplicaSourceDBClusterIdentifier");
    }

    /** The instances and clusters that replicate it. */
    private static List<String> replicas(JsonNode data) {
        return Stream.of("ReadReplicaDBInstanceIdentifiers", "ReadReplicaDBClusterIdentifiers")
                .flatMap(member -> list(data, member).stream()).map(JsonNode::asText).sorted().toList();
    }

    @Override
    public ResourceConstraints constraints(JsonNode data, AwsResource instance, IamPermissions permissions) {
        var replicas = replicas(data);
        var retention = number(data, "BackupRetentionPeriod");
        return new Verdicts()
                .canStop(stateIs(instance, "available"), alone(data), custom(data),
                        unless(source(data) != null, "it is a read replica"),
                        unless(!replicas.isEmpty(), "it has read replicas"),
                        unless(engine(data).startsWith("sqlserver") && isTrue(data, "MultiAZ"),
                                "SQL Server in Multi-AZ cannot be stopped"),
                        permitted(permissions, "rds:StopDBInstance"))
                .canStart(stateIs(instance, "stopped"), alone(data), custom(data), permitted(permissions, "rds:StartDBInstance"))
                .canDelete(stateIsNot(instance, "deleting", "creating"),
                        unless(isTrue(data, "DeletionProtection"), "deletion protection is on"), deletableAlone(data),
                        permitted(permissions, "rds:DeleteDBInstance"))
                .hasBackups(retention == null ? null : retention > 0, Backups.reason(retention))
                .hasDependencies(!replicas.isEmpty(), replicas.isEmpty() ? null : "read replicas: " + String.join(", ", replicas))
                .custom("multi_az", flag(data, "MultiAZ"))
                .custom("has_read_replicas", !replicas.isEmpty())
                .custom("deletion_protection", flag(data, "DeletionProtection"))
                .custom("cluster", text(data, "DBClusterIdentifier"))
                .build();
    }

    private static Check alone(JsonNode data) {
        var cluster = text(data, "DBClusterIdentifier");
        return unless(cluster != null, "it is stopped and started with its cluster " + cluster);
    }

    /** The instances of an Aurora cluster come and go; the three of a Multi-AZ cluster are deleted with it. */
    private static Check deletableAlone(JsonNode data) {
        var cluster = text(data, "DBClusterIdentifier");
        return cluster != null && DbClusters.MULTI_AZ.contains(engine(data))
                ? Check.unknown("whether it can be deleted without its Multi-AZ cluster " + cluster + " is not known") : Check.ok();
    }

    private static Check custom(JsonNode data) {
        return engine(data).startsWith("custom-") ? Check.unknown("RDS Custom has rules of its own") : Check.ok();
    }

    private static String engine(JsonNode data) {
        var engine = text(data, "Engine");
        return engine == null ? "" : engine;
    }
}
