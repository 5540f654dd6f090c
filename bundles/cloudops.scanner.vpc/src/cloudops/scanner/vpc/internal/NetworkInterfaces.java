package cloudops.scanner.vpc.internal;

import static cloudops.scanner.spi.AwsJson.flag;
import static cloudops.scanner.spi.AwsJson.isTrue;
import static cloudops.scanner.spi.AwsJson.list;
import static cloudops.scanner.spi.AwsJson.number;
import static cloudops.scanner.spi.AwsJson.tags;
import static cloudops.scanner.spi.AwsJson.text;
import static cloudops.scanner.spi.AwsJson.texts;
import static cloudops.scanner.spi.Check.permitted;
import static cloudops.scanner.spi.Check.unless;

import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;

import cloudops.model.AwsResource;
import cloudops.model.IamPermissions;
import cloudops.model.ResourceConstraints;
import cloudops.scanner.spi.Check;
import cloudops.scanner.spi.Facts;
import cloudops.scanner.spi.ServiceScanner.ResourceType;
import cloudops.scanner.spi.Verdicts;

/**
 * Network interfaces, from DescribeNetworkInterfaces; those among them that AWS makes for its services.
 *
 * <p>Sources: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_NetworkInterface.html (members and states),
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteNetworkInterface.html (it must be detached first),
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-eni.html (an instance's first cannot be detached),
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/requester-managed-eni.html.
 */
final class NetworkInterfaces extends VpcType {

    NetworkInterfaces() {
        super(new ResourceType("vpc_network_interface", "Network interface", false),
                new Listing("describe-network-interfaces", "NetworkInterfaces", "NetworkInterfaceId", "network-interface"),
                "ec2:DescribeNetworkInterfaces", "ec2:AttachNetworkInterface", "ec2:DetachNetworkInterface",
                "ec2:ModifyNetworkInterfaceAttribute", "ec2:DeleteNetworkInterface");
    }

    @Override
    Map<String, String> labels(JsonNode data) {
        return tags(data, "TagSet");
    }

    @Override
    String state(JsonNode data) {
        return text(data, "Status");
    }

    @Override
    Facts facts(JsonNode data) {
        var groups = texts(list(data, "Groups"), "GroupId");
        return new Facts()
                .put("interface_type", text(data, "InterfaceType"))
                .put("description", text(data, "Description"))
                .put("private_ips", texts(list(data, "PrivateIpAddresses"), "PrivateIpAddress"))
                .put("public_ip", text(data, "Association", "PublicIp"))
                .put("ipv6_addresses", texts(list(data, "Ipv6Addresses"), "Ipv6Address"))
                .put("private_dns", text(data, "PrivateDnsName"))
                .put("mac_address", text(data, "MacAddress"))
                .put("availability_zone", text(data, "AvailabilityZone"))
                .put("requester", text(data, "RequesterId"))
                .put("requester_managed", flag(data, "RequesterManaged"))
                .put("delete_on_termination", flag(data, "Attachment", "DeleteOnTermination"))
                .put("vpc_id", text(data, "VpcId"))
                .put("subnet_id", text(data, "SubnetId"))
                .put("security_groups", groups)
                .relation("in_vpc", text(data, "VpcId"))
                .relation("in_subnet", text(data, "SubnetId"))
                .relation("attached_to", text(data, "Attachment", "InstanceId"))
                .relation("has_address", text(data, "Association", "AllocationId"))
                .relations("in_security_group", groups);
    }

    @Override
    public ResourceConstraints constraints(JsonNode data, AwsResource networkInterface, IamPermissions permissions) {
        var user = user(data);
        return new Verdicts()
                .neverRuns("a network interface does not run")
                .canDelete(owned(data, networkInterface), Check.stateIs(networkInterface, "available"), unless(managed(data), "AWS manages it"),
                        permitted(permissions, "ec2:DeleteNetworkInterface"))
                .hasDependencies(user != null, user)
                .custom("requester_managed", flag(data, "RequesterManaged"))
                .build();
    }

    private static boolean managed(JsonNode data) {
        return isTrue(data, "RequesterManaged") || isTrue(data, "Operator", "Managed");
    }

    private static String user(JsonNode data) {
        if (text(data, "Attachment", "AttachmentId") == null) {
            return null;
        }
        var instance = text(data, "Attachment", "InstanceId");
        var first = Long.valueOf(0).equals(number(data, "Attachment", "DeviceIndex"));
        return instance == null ? "attached to " + text(data, "Attachment", "InstanceOwnerId")
                : first ? "the first interface of " + instance : "attached to " + instance;
    }
}
