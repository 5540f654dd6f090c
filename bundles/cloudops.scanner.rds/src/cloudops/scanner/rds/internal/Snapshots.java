package cloudops.scanner.rds.internal;

import static cloudops.scanner.spi.AwsJson.flag;
import static cloudops.scanner.spi.AwsJson.list;
import static cloudops.scanner.spi.AwsJson.number;
import static cloudops.scanner.spi.AwsJson.object;
import static cloudops.scanner.spi.AwsJson.required;
import static cloudops.scanner.spi.AwsJson.tags;
import static cloudops.scanner.spi.AwsJson.text;
import static cloudops.scanner.spi.Check.permitted;
import static cloudops.scanner.spi.Check.stateIs;

import java.util.List;
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
 * Snapshots of database instances or of clusters, from DescribeDBSnapshots and DescribeDBClusterSnapshots: the account's own, manual and
 * automated. The two differ in the names of some members only.
 *
 * <p>Sources: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBSnapshot.html and API_DBClusterSnapshot.html (members),
 * https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBSnapshots.html (kinds; shared and public ones are not listed),
 * https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBSnapshot.html (available only),
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithAutomatedBackups.html (automated ones go with their retention),
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_DeleteSnapshot.html (those of AWS Backup are deleted there).
 *
 * @param operation lists them
 * @param word the part of the names of members that tells the two kinds apart: {@code ""} or {@code Cluster}
 * @param source member that names the database
 * @param copied member that names the snapshot that it is a copy of
 * @param encrypted member that says whether it is encrypted
 * @param arnType as in ARNs
 * @param delete IAM action that deletes it
 */
record Snapshots(ResourceType type, List<String> actions, String operation, String word, String source, String copied, String encrypted,
        String arnType, String delete) implements TypeScanner {

    static final Snapshots OF_INSTANCES = new Snapshots(new ResourceType("rds_snapshot", "RDS database snapshot", false),
            List.of("rds:DescribeDBSnapshots", "rds:CopyDBSnapshot", "rds:RestoreDBInstanceFromDBSnapshot", "rds:ModifyDBSnapshotAttribute",
                    "rds:DeleteDBSnapshot", "rds:AddTagsToResource", "rds:RemoveTagsFromResource"),
            "describe-db-snapshots", "", "DBInstanceIdentifier", "SourceDBSnapshotIdentifier", "Encrypted", "snapshot",
            "rds:DeleteDBSnapshot");

    static final Snapshots OF_CLUSTERS = new Snapshots(new ResourceType("rds_cluster_snapshot", "RDS cluster snapshot", false),
            List.of("rds:DescribeDBClusterSnapshots", "rds:CopyDBClusterSnapshot", "rds:RestoreDBClusterFromSnapshot",
                    "rds:ModifyDBClusterSnapshotAttribute", "rds:DeleteDBClusterSnapshot", "rds:AddTagsToResource",
                    "rds:RemoveTagsFromResource"),
            "describe-db-cluster-snapshots", "Cluster", "DBClusterIdentifier", "SourceDBClusterSnapshotArn", "StorageEncrypted",
            "cluster-snapshot", "rds:DeleteDBClusterSnapshot");

    @Override
    public void discover(ScanContext context, Consumer<RawResource> sink) throws ScanException, InterruptedException {
        context.pages("rds", operation, object(),
                page -> list(page, "DB" + word + "Snapshots").forEach(each -> sink.accept(new RawResource(type.name(), each))));
    }

    @Override
    public AwsResource transform(JsonNode data, ScanContext context) {
        var id = required(data, "DB" + word + "SnapshotIdentifier");
        var given = text(data, "DB" + word + "SnapshotArn");
        var arn = given != null ? given : context.arn("rds", arnType + ":" + id);
        return new Found(type, id, arn, context)
                .state(text(data, "Status")).tags(tags(data, "TagList")).facts(facts(data)).resource();
    }

    private Facts facts(JsonNode data) {
        return new Facts()
                .put("engine", text(data, "Engine"))
                .put("engine_version", text(data, "EngineVersion"))
                .put("snapshot_type", text(data, "SnapshotType"))
                .put("database", text(data, source))
                .put("create_time", text(data, "SnapshotCreateTime"))
                .put("storage_gib", number(data, "AllocatedStorage"))
                .put("storage_type", text(data, "StorageType"))
                .put("encrypted", flag(data, encrypted))
                .put("vpc_id", text(data, "VpcId"))
                .relation("snapshot_of", text(data, source))
                .relation("copy_of", text(data, copied))
                .relation("encrypted_with", text(data, "KmsKeyId"))
                .relation("in_vpc", text(data, "VpcId"));
    }

    @Override
    public ResourceConstraints constraints(JsonNode data, AwsResource snapshot, IamPermissions permissions) {
        var kind = text(data, "SnapshotType");
        return new Verdicts()
                .neverRuns("a snapshot does not run")
                .canDelete(stateIs(snapshot, "available"), deletable(kind), permitted(permissions, delete))
                .custom("automated", kind == null ? null : "automated".equals(kind))
                .build();
    }

    private static Check deletable(String kind) {
        return switch (kind) {
            case null -> Check.unknown("whether it is automated is not known");
            case "manual" -> Check.ok();
            case "automated" -> Check.no("it is automated, and goes when its retention ends");
            case "awsbackup" -> Check.no("AWS Backup manages it");
            default -> Check.unknown("snapshots of type " + kind + " have rules of their own");
        };
    }
}
