package cloudops.scanner.vpc.internal;

import static cloudops.scanner.spi.AwsJson.list;
import static cloudops.scanner.spi.AwsJson.texts;
import static cloudops.scanner.spi.Check.permitted;
import static cloudops.scanner.spi.Check.unless;

import com.fasterxml.jackson.databind.JsonNode;

import cloudops.model.AwsResource;
import cloudops.model.IamPermissions;
import cloudops.model.ResourceConstraints;
import cloudops.scanner.spi.Facts;
import cloudops.scanner.spi.ServiceScanner.ResourceType;
import cloudops.scanner.spi.Verdicts;

/**
 * Internet gateways, from DescribeInternetGateways.
 *
 * <p>Sources: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InternetGateway.html (members),
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteInternetGateway.html (it must be detached first).
 */
final class InternetGateways extends VpcType {

    InternetGateways() {
        super(new ResourceType("vpc_internet_gateway", "Internet gateway", false),
                new Listing("describe-internet-gateways", "InternetGateways", "InternetGatewayId", "internet-gateway"),
                "ec2:DescribeInternetGateways", "ec2:AttachInternetGateway", "ec2:DetachInternetGateway", "ec2:DeleteInternetGateway");
    }

    @Override
    Facts facts(JsonNode data) {
        return new Facts().relations("attached_to", texts(list(data, "Attachments"), "VpcId"));
    }

    @Override
    public ResourceConstraints constraints(JsonNode data, AwsResource gateway, IamPermissions permissions) {
        var networks = texts(list(data, "Attachments"), "VpcId");
        var attached = networks.isEmpty() ? null : "attached to " + String.join(", ", networks);
        return new Verdicts()
                .neverRuns("an internet gateway does not run")
                .canDelete(owned(data, gateway), unless(attached != null, attached), permitted(permissions, "ec2:DeleteInternetGateway"))
                .hasDependencies(attached != null, attached)
                .build();
    }
}
