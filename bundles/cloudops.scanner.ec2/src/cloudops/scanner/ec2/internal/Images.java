package cloudops.scanner.ec2.internal;

import static cloudops.scanner.spi.AwsJson.flag;
import static cloudops.scanner.spi.AwsJson.list;
import static cloudops.scanner.spi.AwsJson.required;
import static cloudops.scanner.spi.AwsJson.tags;
import static cloudops.scanner.spi.AwsJson.text;
import static cloudops.scanner.spi.AwsJson.texts;
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
 * Machine images that the account owns, disabled ones among them, from DescribeImages. To delete one is to deregister it; instances that were
 * launched from it and its snapshots stay.
 *
 * <p>Sources: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Image.html (members and states),
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/deregister-ami.html (not one of AWS Backup),
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ami-deregistration-protection.html (once off, it may last another day).
 */
final class Images extends Ec2Type {

    Images() {
        super(new ResourceType("ec2_image", "EC2 machine image", false), List.of("ec2:DescribeImages", "ec2:RunInstances", "ec2:CopyImage",
                "ec2:ModifyImageAttribute", "ec2:DisableImage", "ec2:DeregisterImage", "ec2:CreateTags", "ec2:DeleteTags"));
    }

    @Override
    void elements(ScanContext context, Consumer<JsonNode> sink) throws ScanException, InterruptedException {
        var request = pagedRequest().put("IncludeDisabled", true);
        request.putArray("Owners").add("self");
        called(context, "describe-images", request, "Images", sink);
    }

    @Override
    public AwsResource transform(JsonNode data, ScanContext context) {
        var id = required(data, "ImageId");
        return resource(id, context.region() + "::image/" + id, text(data, "Name"), text(data, "State"), tags(data, "Tags"), facts(data),
                context);
    }

    private static Facts facts(JsonNode data) {
        return new Facts()
                .put("image_name", text(data, "Name"))
                .put("description", text(data, "Description"))
                .put("platform", text(data, "PlatformDetails"))
                .put("architecture", text(data, "Architecture"))
                .put("root_device_type", text(data, "RootDeviceType"))
                .put("public", flag(data, "Public"))
                .put("creation_date", text(data, "CreationDate"))
                .put("deprecation_time", text(data, "DeprecationTime"))
                .put("state_reason", text(data, "StateReason", "Message"))
                .put("deregistration_protection", text(data, "DeregistrationProtection"))
                .put("snapshots", snapshots(data))
                .relation("created_from", text(data, "SourceInstanceId"))
                .relation("copy_of", text(data, "SourceImageId"))
                .relations("has_snapshot", snapshots(data));
    }

    private static List<String> snapshots(JsonNode data) {
        return texts(list(data, "BlockDeviceMappings").stream().map(device -> device.path("Ebs")).toList(), "SnapshotId");
    }

    @Override
    public ResourceConstraints constraints(JsonNode data, AwsResource image, IamPermissions permissions) {
        return new Verdicts()
                .neverRuns("an image does not run")
                .canDelete(stateIsNot(image, "deregistered"), unprotected(data), notOfAwsBackup(image),
                        permitted(permissions, "ec2:DeregisterImage"))
                .hasDependencies(null, "what launches instances from it is not known")
                .custom("public", flag(data, "Public"))
                .build();
    }

    private static Check unprotected(JsonNode data) {
        var protection = text(data, "DeregistrationProtection");
        return protection == null ? Check.unknown("whether deregistration protection is on is not known")
                : Check.unless(!protection.equals("disabled"), "deregistration protection is " + protection);
    }
}
