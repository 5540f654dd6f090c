package cloudops.scanner.ec2.internal;

import static cloudops.scanner.spi.AwsJson.flag;
import static cloudops.scanner.spi.AwsJson.list;
import static cloudops.scanner.spi.AwsJson.number;
import static cloudops.scanner.spi.AwsJson.required;
import static cloudops.scanner.spi.AwsJson.tags;
import static cloudops.scanner.spi.AwsJson.text;
import static cloudops.scanner.spi.AwsJson.texts;
import static cloudops.scanner.spi.Check.permitted;
import static cloudops.scanner.spi.Check.stateIs;

import java.util.List;
import java.util.function.Consumer;

import com.fasterxml.jackson.databind.JsonNode;

import cloudops.model.AwsResource;
import cloudops.model.IamPermissions;
import cloudops.model.ResourceConstraints;
import cloudops.scanner.spi.Facts;
import cloudops.scanner.spi.ScanContext;
import cloudops.scanner.spi.ScanException;
import cloudops.scanner.spi.ServiceScanner.ResourceType;
import cloudops.scanner.spi.Verdicts;

/**
 * EBS volumes, from DescribeVolumes.
 *
 * <p>Sources: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Volume.html (members and states),
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVolume.html (only an available volume can be deleted).
 */
final class Volumes extends Ec2Type {

    static final ResourceType TYPE = new ResourceType("ec2_volume", "EBS volume", false);

    static final List<String> ACTIONS = List.of("ec2:DescribeVolumes", "ec2:AttachVolume", "ec2:DetachVolume", "ec2:ModifyVolume",
            "ec2:DeleteVolume", "ec2:CreateSnapshot", "ec2:CreateTags", "ec2:DeleteTags");

    Volumes() {
        super(TYPE, ACTIONS);
    }

    @Override
    void elements(ScanContext context, Consumer<JsonNode> sink) throws ScanException, InterruptedException {
        called(context, "describe-volumes", pagedRequest(), "Volumes", sink);
    }

    @Override
    public AwsResource transform(JsonNode data, ScanContext context) {
        var id = required(data, "VolumeId");
        return resource(id, ofAccount(context, "volume/" + id), null, text(data, "State"), tags(data, "Tags"), facts(data), context);
    }

    private static Facts facts(JsonNode data) {
        var instances = texts(list(data, "Attachments"), "InstanceId");
        return new Facts()
                .put("volume_type", text(data, "VolumeType"))
                .put("size_gib", number(data, "Size"))
                .put("iops", number(data, "Iops"))
                .put("throughput_mibps", number(data, "Throughput"))
                .put("encrypted", flag(data, "Encrypted"))
                .put("availability_zone", text(data, "AvailabilityZone"))
                .put("create_time", text(data, "CreateTime"))
                .put("snapshot_id", text(data, "SnapshotId"))
                .put("attached_to", instances)
                .put("devices", texts(list(data, "Attachments"), "Device"))
                .relation("created_from", text(data, "SnapshotId"))
                .relation("encrypted_with", text(data, "KmsKeyId"))
                .relations("attached_to", instances);
    }

    @Override
    public ResourceConstraints constraints(JsonNode data, AwsResource volume, IamPermissions permissions) {
        var instances = texts(list(data, "Attachments"), "InstanceId");
        var attached = instances.isEmpty() ? null : "attached to " + String.join(", ", instances);
        return new Verdicts()
                .neverRuns("a volume does not run")
                .canDelete(stateIs(volume, "available"), notOperated(data), permitted(permissions, "ec2:DeleteVolume"))
                .hasBackups(null, "whether it has snapshots is not known")
                .hasDependencies(attached != null, attached)
                .custom("encrypted", flag(data, "Encrypted"))
                .build();
    }
}
