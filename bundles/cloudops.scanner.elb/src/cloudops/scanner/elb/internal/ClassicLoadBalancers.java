package cloudops.scanner.elb.internal;

import static cloudops.scanner.spi.AwsJson.list;
import static cloudops.scanner.spi.AwsJson.number;
import static cloudops.scanner.spi.AwsJson.object;
import static cloudops.scanner.spi.AwsJson.required;
import static cloudops.scanner.spi.AwsJson.tags;
import static cloudops.scanner.spi.AwsJson.text;
import static cloudops.scanner.spi.AwsJson.texts;
import static cloudops.scanner.spi.Check.permitted;

import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

import com.fasterxml.jackson.databind.JsonNode;

import cloudops.model.AwsResource;
import cloudops.model.IamPermissions;
import cloudops.model.ResourceConstraints;
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
 * Classic Load Balancers, from DescribeLoadBalancers of the API's first version. They have no state and no deletion protection.
 *
 * <p>Sources: https://docs.aws.amazon.com/elasticloadbalancing/2012-06-01/APIReference/API_LoadBalancerDescription.html (members),
 * https://docs.aws.amazon.com/elasticloadbalancing/2012-06-01/APIReference/API_DeleteLoadBalancer.html (its instances do not keep it from
 * being deleted), https://docs.aws.amazon.com/service-authorization/latest/reference/list_awselasticloadbalancing.html (ARN, actions).
 */
final class ClassicLoadBalancers implements TypeScanner {

    private static final ResourceType TYPE = new ResourceType("elb_classic_load_balancer", "Classic Load Balancer", false);
    private static final TagCall TAG_CALL = new TagCall("elb", "LoadBalancerNames", "LoadBalancerName", "LoadBalancerName");

    @Override
    public ResourceType type() {
        return TYPE;
    }

    @Override
    public List<String> actions() {
        return List.of("elasticloadbalancing:DescribeLoadBalancers", "elasticloadbalancing:ModifyLoadBalancerAttributes",
                "elasticloadbalancing:CreateLoadBalancerListeners", "elasticloadbalancing:DeleteLoadBalancerListeners",
                "elasticloadbalancing:RegisterInstancesWithLoadBalancer", "elasticloadbalancing:DeregisterInstancesFromLoadBalancer",
                "elasticloadbalancing:DeleteLoadBalancer", "elasticloadbalancing:AddTags", "elasticloadbalancing:RemoveTags");
    }

    @Override
    public void discover(ScanContext context, Consumer<RawResource> sink) throws ScanException, InterruptedException {
        var listed = list(context.call("elb", "describe-load-balancers", object()), "LoadBalancerDescriptions").stream()
                .map(each -> new RawResource(TYPE.name(), each)).toList();
        TAG_CALL.tagged(listed, context).forEach(sink);
    }

    @Override
    public AwsResource transform(JsonNode data, ScanContext context) {
        var name = required(data, "LoadBalancerName");
        return new Found(TYPE, name, context.arn("elasticloadbalancing", "loadbalancer/" + name), context)
                .tags(tags(data, TagCall.TAGS)).facts(facts(data)).resource();
    }

    private static Facts facts(JsonNode data) {
        var instances = texts(list(data, "Instances"), "InstanceId");
        return new Facts()
                .put("dns_name", text(data, "DNSName"))
                .put("scheme", text(data, "Scheme"))
                .put("listeners", list(data, "ListenerDescriptions").stream().map(each -> each.path("Listener"))
                        .filter(listener -> text(listener, "Protocol") != null).map(ClassicLoadBalancers::listener).sorted().toList())
                .put("health_check", text(data, "HealthCheck", "Target"))
                .put("availability_zones", texts(data, "AvailabilityZones"))
                .put("create_time", text(data, "CreatedTime"))
                .put("vpc_id", text(data, "VPCId"))
                .put("subnets", texts(data, "Subnets"))
                .put("security_groups", texts(data, "SecurityGroups"))
                .put("instances", instances)
                .put("denied_details", Details.denied(data))
                .relation("in_vpc", text(data, "VPCId"))
                .relations("in_subnet", texts(data, "Subnets"))
                .relations("in_security_group", texts(data, "SecurityGroups"))
                .relations("has_target", instances);
    }

    /** {@code https 443 to http 8080}. */
    private static String listener(JsonNode listener) {
        return end(listener, "Protocol", "LoadBalancerPort") + " to " + end(listener, "InstanceProtocol", "InstancePort");
    }

    private static String end(JsonNode listener, String protocol, String port) {
        var name = text(listener, protocol);
        var number = number(listener, port);
        return (name == null ? "?" : name.toLowerCase(Locale.ROOT)) + " " + (number == null ? "?" : number);
    }

    @Override
    public ResourceConstraints constraints(JsonNode data, AwsResource balancer, IamPermissions permissions) {
        var instances = texts(list(data, "Instances"), "InstanceId").size();
        return new Verdicts()
                .neverRuns("a load balancer cannot be stopped or started")
                .canDelete(permitted(permissions, "elasticloadbalancing:DeleteLoadBalancer"))
                .hasDependencies(instances > 0 ? true : null, instances == 0 ? "what sends to it is not known"
                        : instances == 1 ? "1 registered instance" : instances + " registered instances")
                .build();
    }
}
