package cloudops.scanner.elb.internal;

import static cloudops.scanner.spi.AwsJson.list;
import static cloudops.scanner.spi.AwsJson.object;
import static cloudops.scanner.spi.AwsJson.required;
import static cloudops.scanner.spi.AwsJson.tags;
import static cloudops.scanner.spi.AwsJson.text;
import static cloudops.scanner.spi.AwsJson.texts;
import static cloudops.scanner.spi.Check.permitted;

import java.util.List;
import java.util.function.Consumer;

import com.fasterxml.jackson.databind.JsonNode;

import cloudops.model.AwsResource;
import cloudops.model.IamPermissions;
import cloudops.model.ResourceConstraints;
import cloudops.scanner.spi.Check;
import cloudops.scanner.spi.Details;
import cloudops.scanner.spi.Facts;
import cloudops.scanner.spi.Found;
import cloudops.scanner.spi.ScanContext;
import cloudops.scanner.spi.ScanException;
import cloudops.scanner.spi.ServiceScanner.RawResource;
import cloudops.scanner.spi.ServiceScanner.ResourceType;
import cloudops.scanner.spi.TypeScanner;
import cloudops.scanner.spi.Verdicts;

/**
 * Application, Network and Gateway Load Balancers, from DescribeLoadBalancers of the API's second version; whether one is protected from
 * deletion takes a call of its own. They are known by their names, which are unique in account and region.
 *
 * <p>Sources: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_LoadBalancer.html (members and states),
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_LoadBalancerAttribute.html (deletion protection),
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DeleteLoadBalancer.html (targets do not keep it; an endpoint
 * service does: https://docs.aws.amazon.com/vpc/latest/privatelink/create-endpoint-service.html),
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awselasticloadbalancingv2.html (actions).
 */
final class LoadBalancers implements TypeScanner {

    private static final ResourceType TYPE = new ResourceType("elb_load_balancer", "Elastic Load Balancer", false);
    private static final TagCall TAG_CALL = new TagCall("elbv2", "ResourceArns", "LoadBalancerArn", "ResourceArn");
    private static final String ATTRIBUTES = "Attributes";

    @Override
    public ResourceType type() {
        return TYPE;
    }

    @Override
    public List<String> actions() {
        return List.of("elasticloadbalancing:DescribeLoadBalancers", "elasticloadbalancing:ModifyLoadBalancerAttributes",
                "elasticloadbalancing:SetSecurityGroups", "elasticloadbalancing:SetSubnets", "elasticloadbalancing:CreateListener",
                "elasticloadbalancing:DeleteLoadBalancer", "elasticloadbalancing:AddTags", "elasticloadbalancing:RemoveTags");
    }

    @Override
    public void discover(ScanContext context, Consumer<RawResource> sink) throws ScanException, InterruptedException {
        var listed = list(context.call("elbv2", "describe-load-balancers", object()), "LoadBalancers").stream()
                .map(each -> new RawResource(TYPE.name(), each)).toList();
        TAG_CALL.tagged(listed, context).forEach(sink);
    }

    @Override
    public RawResource describe(RawResource raw, ScanContext context) throws ScanException, InterruptedException {
        var request = object().put("LoadBalancerArn", required(raw.data(), "LoadBalancerArn"));
        return new Details(raw, context).add("attributes", "elbv2", "describe-load-balancer-attributes", request).described();
    }

    @Override
    public AwsResource transform(JsonNode data, ScanContext context) {
        var name = required(data, "LoadBalancerName");
        return new Found(TYPE, name, required(data, "LoadBalancerArn"), context)
                .state(text(data, "State", "Code")).tags(tags(data, TagCall.TAGS)).facts(facts(data)).resource();
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
                .put("security_groups", texts(data, "SecurityGroups"))
                .put("denied_details", Details.denied(data))
                .relation("in_vpc", text(data, "VpcId"))
                .relations("in_subnet", texts(zones, "SubnetId"))
                .relations("in_security_group", texts(data, "SecurityGroups"))
                .relations("has_address", zones.stream().flatMap(zone -> texts(list(zone, "LoadBalancerAddresses"), "AllocationId").stream())
                        .toList());
    }

    /** Null when it is not known. */
    private static Boolean isProtected(JsonNode data) {
        return list(data, ATTRIBUTES).stream().filter(each -> "deletion_protection.enabled".equals(text(each, "Key")))
                .map(each -> text(each, "Value")).findFirst().map(Boolean::valueOf).orElse(null);
    }

    @Override
    public ResourceConstraints constraints(JsonNode data, AwsResource balancer, IamPermissions permissions) {
        var isProtected = isProtected(data);
        return new Verdicts()
                .neverRuns("a load balancer cannot be stopped or started")
                .canDelete(isProtected == null ? Check.unknown("whether deletion protection is on is not known")
                        : Check.unless(isProtected, "deletion protection is on"), unused(data),
                        permitted(permissions, "elasticloadbalancing:DeleteLoadBalancer"))
                .hasDependencies(null, "what sends to it is not known")
                .custom("deletion_protection", isProtected)
                .build();
    }

    /** Only an Application Load Balancer serves no VPC endpoint service and no VPC link of a REST API, which would keep it. */
    private static Check unused(JsonNode data) {
        return "application".equals(text(data, "Type")) ? Check.ok()
                : Check.unknown("whether an endpoint service or a VPC link uses it is not known");
    }
}
