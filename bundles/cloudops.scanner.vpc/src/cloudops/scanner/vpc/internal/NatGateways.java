package cloudops.scanner.vpc.internal;

import static cloudops.scanner.spi.AwsJson.list;
import static cloudops.scanner.spi.AwsJson.text;
import static cloudops.scanner.spi.AwsJson.texts;
import static cloudops.scanner.spi.Check.permitted;
import static cloudops.scanner.spi.Check.stateIsNot;

import com.fasterxml.jackson.databind.JsonNode;

import cloudops.model.AwsResource;
import cloudops.model.IamPermissions;
import cloudops.model.ResourceConstraints;
import cloudops.scanner.spi.Facts;
import cloudops.scanner.spi.ServiceScanner.ResourceType;
import cloudops.scanner.spi.Verdicts;

/**
 * NAT gateways, from DescribeNatGateways, which names a deleted one for about an hour.
 *
 * <p>Sources: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_NatGateway.html (members and states),
 * https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-working-with.html (routes to it do not keep it from being deleted).
 */
final class NatGateways extends VpcType {

    NatGateways() {
        super(new ResourceType("vpc_nat_gateway", "NAT gateway", false),
                new Listing("describe-nat-gateways", "NatGateways", "NatGatewayId", "natgateway"),
                "ec2:DescribeNatGateways", "ec2:AssociateNatGatewayAddress", "ec2:DisassociateNatGatewayAddress", "ec2:DeleteNatGateway");
    }

    @Override
    Facts facts(JsonNode data) {
        var addresses = list(data, "NatGatewayAddresses");
        return new Facts()
                .put("connectivity", text(data, "ConnectivityType"))
                .put("public_ips", texts(addresses, "PublicIp"))
                .put("private_ips", texts(addresses, "PrivateIp"))
                .put("create_time", text(data, "CreateTime"))
                .put("failure", text(data, "FailureMessage"))
                .put("vpc_id", text(data, "VpcId"))
                .put("subnet_id", text(data, "SubnetId"))
                .relation("in_vpc", text(data, "VpcId"))
                .relation("in_subnet", text(data, "SubnetId"))
                .relations("has_address", texts(addresses, "AllocationId"))
                .relations("has_network_interface", texts(addresses, "NetworkInterfaceId"));
    }

    @Override
    public ResourceConstraints constraints(JsonNode data, AwsResource gateway, IamPermissions permissions) {
        return new Verdicts()
                .neverRuns("a NAT gateway does not run")
                .canDelete(stateIsNot(gateway, "deleting", "deleted"), permitted(permissions, "ec2:DeleteNatGateway"))
                .hasDependencies(null, "which routes lead to it is not known")
                .build();
    }
}
