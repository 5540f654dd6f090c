package cloudops.scanner.ec2.internal;

import static cloudops.scanner.spi.AwsJson.flag;
import static cloudops.scanner.spi.AwsJson.number;
import static cloudops.scanner.spi.AwsJson.required;
import static cloudops.scanner.spi.AwsJson.tags;
import static cloudops.scanner.spi.AwsJson.text;
import static cloudops.scanner.spi.Check.permitted;
import static cloudops.scanner.spi.Check.stateIsNot;

import java.util.List;
import java.util.function.Consumer;

import com.fasterxml.jackson.databind.JsonNode;

import cloudops.model.AwsResource;
import cloudops.model.IamPermissions;
import cloudops.model.ResourceConstraints;
import cloudops.scanner.spi.Check;
import cloudops.scanner.spi.Facts;
import cloudops.scanner.spi.ScanContext;
import cloudops.scanner.spi.ScanException;
import cloudops.scanner.spi.ServiceScanner.ResourceType;
import cloudops.scanner.spi.Verdicts;

/**
 * EBS snapshots that the account owns, from DescribeSnapshots; without the owner it would list everybody's public ones.
 *
 * <p>Sources: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Snapshot.html (members and states; a copy's volume is made up),
 * https://docs.aws.amazon.com/ebs/latest/userguide/ebs-deleting-snapshot.html (not while an image uses it, nor one of AWS Backup),
 * https://docs.aws.amazon.com/ebs/latest/userguide/recycle-bin.html (what was deleted may be recoverable).
 */
final class Snapshots extends Ec2Type {

    /** What the snapshots of no volume of the account's name. */
    private static final String NO_VOLUME = "vol-ffffffff";

    Snapshots() {
        super(new ResourceType("ec2_snapshot", "EBS snapshot", false), List.of("ec2:DescribeSnapshots", "ec2:CreateVolume",
                "ec2:CopySnapshot", "ec2:ModifySnapshotAttribute", "ec2:DeleteSnapshot", "ec2:CreateTags", "ec2:DeleteTags"));
    }

    @Override
    void elements(ScanContext context, Consumer<JsonNode> sink) throws ScanException, InterruptedException {
        var request = pagedRequest();
        request.putArray("OwnerIds").add("self");
        called(context, "describe-snapshots", request, "Snapshots", sink);
    }

    @Override
    public AwsResource transform(JsonNode data, ScanContext context) {
        var id = required(data, "SnapshotId");
        return resource(id, context.region() + "::snapshot/" + id, null, text(data, "State"), tags(data, "Tags"), facts(data), context);
    }

    private static Facts facts(JsonNode data) {
        return new Facts()
                .put("description", text(data, "Description"))
                .put("volume_id", volume(data))
                .put("size_gib", number(data, "VolumeSize"))
                .put("encrypted", flag(data, "Encrypted"))
                .put("storage_tier", text(data, "StorageTier"))
                .put("start_time", text(data, "StartTime"))
                .put("state_message", text(data, "StateMessage"))
                .relation("snapshot_of", volume(data))
                .relation("encrypted_with", text(data, "KmsKeyId"));
    }

    private static String volume(JsonNode data) {
        var volume = text(data, "VolumeId");
        return NO_VOLUME.equals(volume) ? null : volume;
    }

    @Override
    public ResourceConstraints constraints(JsonNode data, AwsResource snapshot, IamPermissions permissions) {
        return new Verdicts()
                .neverRuns("a snapshot does not run")
                .canDelete(stateIsNot(snapshot, "recoverable", "recovering"), notOfAwsBackup(snapshot),
                        permitted(permissions, "ec2:DeleteSnapshot"), Check.unknown("whether an image uses it is not known"))
                .hasDependencies(null, "whether an image uses it is not known")
                .custom("encrypted", flag(data, "Encrypted"))
                .build();
    }
}
