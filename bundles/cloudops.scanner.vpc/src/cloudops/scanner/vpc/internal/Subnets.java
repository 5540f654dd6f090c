package cloudops.scanner.vpc.internal;

import static cloudops.scanner.spi.AwsJson.flag;
import static cloudops.scanner.spi.AwsJson.list;
import static cloudops.scanner.spi.AwsJson.number;
import static cloudops.scanner.spi.AwsJson.text;
import static cloudops.scanner.spi.AwsJson.texts;
import static cloudops.scanner.spi.Check.permitted;

import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.JsonNode;

import cloudops.model.AwsResource;
import cloudops.model.IamPermissions;
import cloudops.model.ResourceConstraints;
import cloudops.scanner.spi.Check;
import cloudops.scanner.spi.Facts;
import cloudops.scanner.spi.ServiceScanner.ResourceType;
import cloudops.scanner.spi.Verdicts;

/**
 * Subnets, from DescribeSubnets. Whether anything is in one is told by its free addresses: each network interface takes at least one. How
 * many are free changes by itself and is no fact of it.
 *
 * <p>Sources: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Subnet.html (members and states),
 * https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html (five addresses of each subnet are AWS's),
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSubnet.html (no instance may be in it).
 */
final class Subnets extends VpcType {

    private static final int TAKEN_BY_AWS = 5;
    private static final int ADDRESS_BITS = 32;
    private static final Pattern CIDR = Pattern.compile("[\\d.]+/(1[6-9]|2[0-8])");

    Subnets() {
        super(new ResourceType("vpc_subnet", "VPC subnet", false), new Listing("describe-subnets", "Subnets", "SubnetId", "subnet"),
                "ec2:DescribeSubnets", "ec2:ModifySubnetAttribute", "ec2:RunInstances", "ec2:CreateNetworkInterface", "ec2:DeleteSubnet");
    }

    @Override
    Facts facts(JsonNode data) {
        return new Facts()
                .put("cidr", text(data, "CidrBlock"))
                .put("ipv6_cidrs", texts(list(data, "Ipv6CidrBlockAssociationSet"), "Ipv6CidrBlock"))
                .put("availability_zone", text(data, "AvailabilityZone"))
                .put("default_for_az", flag(data, "DefaultForAz"))
                .put("public_ip_on_launch", flag(data, "MapPublicIpOnLaunch"))
                .put("vpc_id", text(data, "VpcId"))
                .relation("in_vpc", text(data, "VpcId"));
    }

    @Override
    public ResourceConstraints constraints(JsonNode data, AwsResource subnet, IamPermissions permissions) {
        var empty = empty(data);
        return new Verdicts()
                .neverRuns("a subnet does not run")
                .canDelete(owned(data, subnet), permitted(permissions, "ec2:DeleteSubnet"), empty)
                .hasDependencies(empty.holds() == null ? null : !empty.holds(), empty.reason())
                .custom("default_for_az", flag(data, "DefaultForAz"))
                .build();
    }

    /** Holds when all of its addresses are free. */
    private static Check empty(JsonNode data) {
        var free = number(data, "AvailableIpAddressCount");
        var cidr = CIDR.matcher(String.valueOf(text(data, "CidrBlock")));
        if (free == null || !cidr.matches()) {
            return Check.unknown("whether anything is in it is not known");
        }
        var size = 1L << ADDRESS_BITS - Integer.parseInt(cidr.group(1));
        return Check.unless(free < size - TAKEN_BY_AWS, "some of its addresses are in use");
    }
}
