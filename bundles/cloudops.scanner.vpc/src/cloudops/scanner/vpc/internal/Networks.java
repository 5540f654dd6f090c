package cloudops.scanner.vpc.internal;

import static cloudops.scanner.spi.AwsJson.flag;
import static cloudops.scanner.spi.AwsJson.isTrue;
import static cloudops.scanner.spi.AwsJson.list;
import static cloudops.scanner.spi.AwsJson.text;
import static cloudops.scanner.spi.AwsJson.texts;
import static cloudops.scanner.spi.Check.permitted;
import static cloudops.scanner.spi.Check.stateIs;

import com.fasterxml.jackson.databind.JsonNode;

import cloudops.model.AwsResource;
import cloudops.model.IamPermissions;
import cloudops.model.ResourceConstraints;
import cloudops.scanner.spi.Check;
import cloudops.scanner.spi.Facts;
import cloudops.scanner.spi.ServiceScanner.ResourceType;
import cloudops.scanner.spi.Verdicts;

/**
 * VPCs, from DescribeVpcs.
 *
 * <p>Sources: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Vpc.html (members and states),
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVpc.html (only an empty VPC can be deleted),
 * https://docs.aws.amazon.com/vpc/latest/userguide/deleting-default-vpc.html (the default one can be deleted too).
 */
final class Networks extends VpcType {

    Networks() {
        super(new ResourceType("vpc_network", "VPC", false), new Listing("describe-vpcs", "Vpcs", "VpcId", "vpc"),
                "ec2:DescribeVpcs", "ec2:ModifyVpcAttribute", "ec2:CreateSubnet", "ec2:CreateSecurityGroup", "ec2:CreateRouteTable",
                "ec2:DeleteVpc");
    }

    @Override
    Facts facts(JsonNode data) {
        return new Facts()
                .put("cidr", text(data, "CidrBlock"))
                .put("cidrs", texts(list(data, "CidrBlockAssociationSet"), "CidrBlock"))
                .put("ipv6_cidrs", texts(list(data, "Ipv6CidrBlockAssociationSet"), "Ipv6CidrBlock"))
                .put("default", flag(data, "IsDefault"))
                .put("tenancy", text(data, "InstanceTenancy"))
                .put("dhcp_options", text(data, "DhcpOptionsId"));
    }

    @Override
    public ResourceConstraints constraints(JsonNode data, AwsResource network, IamPermissions permissions) {
        var isDefault = isTrue(data, "IsDefault");
        return new Verdicts()
                .neverRuns("a VPC does not run")
                .canDelete(owned(data, network), stateIs(network, "available"), permitted(permissions, "ec2:DeleteVpc"),
                        Check.unknown("whether it is empty is not known"))
                .hasDependencies(null, isDefault ? "it is the default VPC, and what is in it is not known" : "what is in it is not known")
                .custom("default", flag(data, "IsDefault"))
                .build();
    }
}
