package cloudops.scanner.ec2.internal;

import static cloudops.scanner.spi.AwsJson.list;
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
 * EC2 instances, from DescribeInstances.
 *
 * <p>Sources: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Instance.html (members and states),
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Stop_Start.html (an instance-store root cannot be stopped),
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/stop-spot-instances.html (only with a persistent request),
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_ChangingDisableAPITermination.html (never of a Spot instance) and
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-stop-protection.html: each takes a call an instance, and EC2 allows few a second.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/amazon-ec2-managed-instances.html (an operator).
 */
final class Instances extends Ec2Type {

    static final ResourceType TYPE = new ResourceType("ec2_instance", "EC2 instance", false);

    static final List<String> ACTIONS = List.of("ec2:DescribeInstances", "ec2:StartInstances", "ec2:StopInstances", "ec2:RebootInstances",
            "ec2:TerminateInstances", "ec2:ModifyInstanceAttribute", "ec2:CreateImage", "ec2:CreateSnapshots", "ec2:CreateTags",
            "ec2:DeleteTags");

    Instances() {
        super(TYPE, ACTIONS);
    }

    @Override
    void elements(ScanContext context, Consumer<JsonNode> sink) throws ScanException, InterruptedException {
        called(context, "describe-instances", pagedRequest(), "Reservations", reservation -> list(reservation, "Instances").forEach(sink));
    }

    @Override
    public AwsResource transform(JsonNode data, ScanContext context) {
        var id = required(data, "InstanceId");
        return resource(id, ofAccount(context, "instance/" + id), null, text(data, "State", "Name"), tags(data, "Tags"), facts(data), context);
    }

    private static Facts facts(JsonNode data) {
        var groups = texts(list(data, "SecurityGroups"), "GroupId");
        return new Facts()
                .put("instance_type", text(data, "InstanceType"))
                .put("image_id", text(data, "ImageId"))
                .put("platform", text(data, "PlatformDetails"))
                .put("architecture", text(data, "Architecture"))
                .put("lifecycle", text(data, "InstanceLifecycle"))
                .put("availability_zone", text(data, "Placement", "AvailabilityZone"))
                .put("private_ip", text(data, "PrivateIpAddress"))
                .put("public_ip", text(data, "PublicIpAddress"))
                .put("private_dns", text(data, "PrivateDnsName"))
                .put("public_dns", text(data, "PublicDnsName"))
                .put("launch_time", text(data, "LaunchTime"))
                .put("state_reason", text(data, "StateReason", "Message"))
                .put("key_name", text(data, "KeyName"))
                .put("instance_profile", text(data, "IamInstanceProfile", "Arn"))
                .put("vpc_id", text(data, "VpcId"))
                .put("subnet_id", text(data, "SubnetId"))
                .put("root_device_type", text(data, "RootDeviceType"))
                .put("security_groups", groups)
                .put("volumes", volumes(data))
                .relation("in_vpc", text(data, "VpcId"))
                .relation("in_subnet", text(data, "SubnetId"))
                .relation("has_instance_profile", text(data, "IamInstanceProfile", "Arn"))
                .relation("has_key_pair", text(data, "KeyName"))
                .relation("launched_from", text(data, "ImageId"))
                .relation("in_auto_scaling_group", tags(data, "Tags").get("aws:autoscaling:groupName"))
                .relations("in_security_group", groups)
                .relations("has_network_interface", texts(list(data, "NetworkInterfaces"), "NetworkInterfaceId"))
                .relations("has_volume", volumes(data));
    }

    private static List<String> volumes(JsonNode data) {
        return texts(list(data, "BlockDeviceMappings").stream().map(device -> device.path("Ebs")).toList(), "VolumeId");
    }

    @Override
    public ResourceConstraints constraints(JsonNode data, AwsResource instance, IamPermissions permissions) {
        var spot = "spot".equals(text(data, "InstanceLifecycle"));
        var volumes = volumes(data).size();
        return new Verdicts()
                .canStop(stateIs(instance, "running"), notOperated(data),
                        unless("instance-store".equals(text(data, "RootDeviceType")), "its root device is an instance store"),
                        spot ? Check.unknown("a Spot instance can only be stopped when its request is persistent") : Check.ok(),
                        permitted(permissions, "ec2:StopInstances"))
                .canStart(stateIs(instance, "stopped"), notOperated(data),
                        spot ? Check.unknown("a Spot instance that AWS has interrupted is started by AWS") : Check.ok(),
                        permitted(permissions, "ec2:StartInstances"))
                .canDelete(stateIsNot(instance, "terminated", "shutting-down"), notOperated(data),
                        permitted(permissions, "ec2:TerminateInstances"),
                        spot ? Check.ok() : Check.unknown("whether termination protection is on is not known"))
                .hasBackups(null, "whether its volumes have snapshots is not known")
                .hasDependencies(volumes > 0, volumes == 0 ? null : volumes == 1 ? "1 attached volume" : volumes + " attached volumes")
                .custom("spot", spot)
                .custom("auto_scaling_group", instance.tags().get("aws:autoscaling:groupName"))
                .build();
    }
}
