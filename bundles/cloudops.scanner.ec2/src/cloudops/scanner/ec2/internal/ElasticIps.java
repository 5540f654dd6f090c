package cloudops.scanner.ec2.internal;

import static cloudops.scanner.spi.AwsJson.object;
import static cloudops.scanner.spi.AwsJson.required;
import static cloudops.scanner.spi.AwsJson.tags;
import static cloudops.scanner.spi.AwsJson.text;
import static cloudops.scanner.spi.Check.permitted;
import static cloudops.scanner.spi.Check.unless;

import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;

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
 * Elastic IP addresses, from DescribeAddresses. To delete one is to release it.
 *
 * <p>Sources: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Address.html (members),
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ReleaseAddress.html (it must be disassociated first).
 */
final class ElasticIps extends Ec2Type {

    ElasticIps() {
        super(new ResourceType("ec2_elastic_ip", "Elastic IP address", false), List.of("ec2:DescribeAddresses", "ec2:AssociateAddress",
                "ec2:DisassociateAddress", "ec2:ReleaseAddress", "ec2:CreateTags", "ec2:DeleteTags"));
    }

    @Override
    void elements(ScanContext context, Consumer<JsonNode> sink) throws ScanException, InterruptedException {
        called(context, "describe-addresses", object(), "Addresses", sink);
    }

    @Override
    public AwsResource transform(JsonNode data, ScanContext context) {
        var id = required(data, "AllocationId");
        return resource(id, ofAccount(context, "elastic-ip/" + id), text(data, "PublicIp"), null, tags(data, "Tags"), facts(data), context);
    }

    private static Facts facts(JsonNode data) {
        return new Facts()
                .put("public_ip", text(data, "PublicIp"))
                .put("private_ip", text(data, "PrivateIpAddress"))
                .put("border_group", text(data, "NetworkBorderGroup"))
                .put("pool", text(data, "PublicIpv4Pool"))
                .put("managed_by", text(data, "ServiceManaged"))
                .relation("attached_to", text(data, "InstanceId"))
                .relation("attached_to", text(data, "NetworkInterfaceId"))
                .relation("in_subnet", text(data, "SubnetId"));
    }

    @Override
    public ResourceConstraints constraints(JsonNode data, AwsResource address, IamPermissions permissions) {
        var user = user(data);
        var manager = text(data, "ServiceManaged");
        return new Verdicts()
                .neverRuns("an address does not run")
                .canDelete(unless(user != null, user), unless(manager != null, "AWS manages it for " + manager),
                        permitted(permissions, "ec2:ReleaseAddress"))
                .hasDependencies(user != null, user)
                .custom("associated", user != null)
                .build();
    }

    private static String user(JsonNode data) {
        if (text(data, "AssociationId") == null) {
            return null;
        }
        return "associated with " + Stream.of("InstanceId", "NetworkInterfaceId").map(member -> text(data, member)).filter(Objects::nonNull)
                .findFirst().orElse("something");
    }
}
