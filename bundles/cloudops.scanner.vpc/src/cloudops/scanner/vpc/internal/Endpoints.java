package cloudops.scanner.vpc.internal;

import static cloudops.scanner.spi.AwsJson.flag;
import static cloudops.scanner.spi.AwsJson.isTrue;
import static cloudops.scanner.spi.AwsJson.list;
import static cloudops.scanner.spi.AwsJson.text;
import static cloudops.scanner.spi.AwsJson.texts;
import static cloudops.scanner.spi.Check.permitted;
import static cloudops.scanner.spi.Check.stateIsNot;
import static cloudops.scanner.spi.Check.unless;

import com.fasterxml.jackson.databind.JsonNode;

import cloudops.model.AwsResource;
import cloudops.model.IamPermissions;
import cloudops.model.ResourceConstraints;
import cloudops.scanner.spi.Facts;
import cloudops.scanner.spi.ServiceScanner.ResourceType;
import cloudops.scanner.spi.Verdicts;

/**
 * VPC endpoints, from DescribeVpcEndpoints. Its documentation writes states with a capital, its answers mostly do not.
 *
 * <p>Sources: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_VpcEndpoint.html (members and states),
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVpcEndpoints.html.
 */
final class Endpoints extends VpcType {

    Endpoints() {
        super(new ResourceType("vpc_endpoint", "VPC endpoint", false),
                new Listing("describe-vpc-endpoints", "VpcEndpoints", "VpcEndpointId", "vpc-endpoint"),
                "ec2:DescribeVpcEndpoints", "ec2:ModifyVpcEndpoint", "ec2:DeleteVpcEndpoints");
    }

    @Override
    Facts facts(JsonNode data) {
        var groups = texts(list(data, "Groups"), "GroupId");
        return new Facts()
                .put("endpoint_type", text(data, "VpcEndpointType"))
                .put("service_name", text(data, "ServiceName"))
                .put("private_dns", flag(data, "PrivateDnsEnabled"))
                .put("dns_names", texts(list(data, "DnsEntries"), "DnsName"))
                .put("requester_managed", flag(data, "RequesterManaged"))
                .put("create_time", text(data, "CreationTimestamp"))
                .put("vpc_id", text(data, "VpcId"))
                .put("subnets", texts(data, "SubnetIds"))
                .put("security_groups", groups)
                .relation("in_vpc", text(data, "VpcId"))
                .relations("in_subnet", texts(data, "SubnetIds"))
                .relations("in_security_group", groups)
                .relations("in_route_table", texts(data, "RouteTableIds"))
                .relations("has_network_interface", texts(data, "NetworkInterfaceIds"));
    }

    @Override
    public ResourceConstraints constraints(JsonNode data, AwsResource endpoint, IamPermissions permissions) {
        return new Verdicts()
                .neverRuns("a VPC endpoint does not run")
                .canDelete(owned(data, endpoint), stateIsNot(endpoint, "deleting", "Deleting", "deleted", "Deleted"),
                        unless(isTrue(data, "RequesterManaged"), "AWS manages it"),
                        permitted(permissions, "ec2:DeleteVpcEndpoints"))
                .hasDependencies(null, "what reaches " + (text(data, "ServiceName") == null ? "its service" : text(data, "ServiceName"))
                        + " through it is not known")
                .custom("requester_managed", flag(data, "RequesterManaged"))
                .build();
    }
}
