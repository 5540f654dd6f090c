package cloudops.scanner.elb.internal;

import static cloudops.scanner.spi.AwsJson.list;
import static cloudops.scanner.spi.AwsJson.required;
import static cloudops.scanner.spi.AwsJson.tags;
import static cloudops.scanner.spi.AwsJson.text;
import static cloudops.scanner.spi.AwsJson.texts;
import static cloudops.scanner.spi.Check.permitted;

import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;

import cloudops.model.AwsResource;
import cloudops.model.IamPermissions;
import cloudops.model.ResourceConstraints;
import cloudops.scanner.elb.internal.Details.TagCall;
import cloudops.scanner.spi.Check;
import cloudops.scanner.spi.Facts;
import cloudops.scanner.spi.ScanContext;
import cloudops.scanner.spi.ScanException;
import cloudops.scanner.spi.ServiceScanner.ResourceType;

/**
 * Application, Network and Gateway Load Balancers, from DescribeLoadBalancers of the API's second version; whether one is protected from
 * deletion takes a call of its own. They are known by their names, which are unique in account and region.
 *
 * <p>Sources: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_LoadBalancer.html (members and states),
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_LoadBalancerAttribute.html (deletion protection),
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DeleteLoadBalancer.html (targets do not keep it),
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awselasticloadbalancingv2.html (actions).
 */
final class LoadBalancers extends Kind {

    private static final ResourceType TYPE = new ResourceType("elb_load_balancer", "Elastic Load Balancer", false);
    private static final TagCall TAG_CALL = new TagCall("elbv2", "ResourceArns", "LoadBalancerArn", "ResourceArn");
    private static final String ATTRIBUTES = "Attributes";

    @Override
    ResourceType type() {
        return TYPE;
    }

    @Override
    List<String> actions() {
        return List.of(ACTION + "DescribeLoadBalancers", ACTION + "ModifyLoadBalancerAttributes", ACTION + "SetSecurityGroups",
                ACTION + "SetSubnets", ACTION + "CreateListener", ACTION + "DeleteLoadBalancer", ACTION + "AddTags", ACTION + "RemoveTags");
    }

    @Override
    List<JsonNode> elements(ScanContext context) throws ScanException, InterruptedException {
        var answer = context.call("elbv2", "describe-load-balancers", JsonNodeFactory.instance.objectNode());
        return Details.tagged(list(answer, "LoadBalancers"), TAG_CALL, context);
    }

    @Override
    JsonNode described(JsonNode data, ScanContext context) throws ScanException, InterruptedException {
        var request = JsonNodeFactory.instance.objectNode().put("LoadBalancerArn", required(data, "LoadBalancerArn"));
        return Details.with("attributes", data, "describe-load-balancer-attributes", request, ATTRIBUTES, context);
    }

    @Override
    AwsResource resource(JsonNode data, ScanContext context) {
        var name = required(data, "LoadBalancerName");
        return new AwsResource(TYPE.name(), name, context.accountId(), context.accountName(), context.region(), ElbScanner.SERVICE,
                required(data, "LoadBalancerArn"), name, text(data, "State", "Code"), tags(data, Details.TAGS), context.startedAt(), null,
                null, facts(data).toMap());
    }

    private static Facts facts(JsonNode data) {
        var zones = list(data, "AvailabilityZones");
        return new Facts()
                .put("kind", text(data, "Type"))
                .put("dns_name", text(data, "DNSName"))
                .put("scheme", text(data, "Scheme"))
                .put("ip_address_type", text(data, "IpAddressType"))
                .put("state_reason", text(data, "State", "Reason"))
                .put("deletion_protection", isProtected(data))
                .put("availability_zones", texts(zones, "ZoneName"))
                .put("create_time", text(data, "CreatedTime"))
                .put("vpc_id", text(data, "VpcId"))
                .put("subnets", texts(zones, "SubnetId"))
                .put("security_groups", words(data, "SecurityGroups"))
                .put("denied_details", words(data, Details.DENIED))
                .relation("in_vpc", text(data, "VpcId"))
                .relations("in_subnet", texts(zones, "SubnetId"))
                .relations("in_security_group", words(data, "SecurityGroups"))
                .relations("has_address", zones.stream().flatMap(zone -> texts(list(zone, "LoadBalancerAddresses"), "AllocationId").stream())
                        .toList());
    }

    /** Null when it is not known. */
    private static Boolean isProtected(JsonNode data) {
        return list(data, ATTRIBUTES).stream().filter(each -> "deletion_protection.enabled".equals(text(each, "Key")))
                .map(each -> text(each, "Value")).findFirst().map(Boolean::valueOf).orElse(null);
    }

    @Override
    ResourceConstraints constraints(JsonNode data, AwsResource balancer, IamPermissions permissions) {
        var isProtected = isProtected(data);
        return alwaysOn("a load balancer")
                .canDelete(isProtected == null ? Check.unknown("whether deletion protection is on is not known")
                        : Check.unless(isProtected, "deletion protection is on"), permitted(permissions, ACTION + "DeleteLoadBalancer"))
                .hasDependencies(null, "what sends to it is not known")
                .custom("deletion_protection", isProtected)
                .build();
    }
}
