package cloudops.scanner.elb.internal;

import static cloudops.scanner.spi.AwsJson.list;
import static cloudops.scanner.spi.AwsJson.number;
import static cloudops.scanner.spi.AwsJson.object;
import static cloudops.scanner.spi.AwsJson.required;
import static cloudops.scanner.spi.AwsJson.tags;
import static cloudops.scanner.spi.AwsJson.text;
import static cloudops.scanner.spi.AwsJson.texts;
import static cloudops.scanner.spi.Check.permitted;
import static cloudops.scanner.spi.Check.unless;

import java.util.List;
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
 * Target groups, from DescribeTargetGroups; their targets, a call each, from DescribeTargetHealth. How healthy a target is changes by
 * itself and is left out. They are known by their names, which are unique in account and region.
 *
 * <p>Sources: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetGroup.html (members),
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DeleteTargetGroup.html (not while a listener forwards to it),
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeTargetHealth.html.
 */
final class TargetGroups implements TypeScanner {

    private static final ResourceType TYPE = new ResourceType("elb_target_group", "Load balancer target group", false);
    private static final TagCall TAG_CALL = new TagCall("elbv2", "ResourceArns", "TargetGroupArn", "ResourceArn");
    private static final String TARGETS = "TargetHealthDescriptions";

    @Override
    public ResourceType type() {
        return TYPE;
    }

    @Override
    public List<String> actions() {
        return List.of("elasticloadbalancing:DescribeTargetGroups", "elasticloadbalancing:DescribeTargetHealth",
                "elasticloadbalancing:RegisterTargets", "elasticloadbalancing:DeregisterTargets", "elasticloadbalancing:ModifyTargetGroup",
                "elasticloadbalancing:ModifyTargetGroupAttributes", "elasticloadbalancing:DeleteTargetGroup",
                "elasticloadbalancing:AddTags", "elasticloadbalancing:RemoveTags");
    }

    @Override
    public void discover(ScanContext context, Consumer<RawResource> sink) throws ScanException, InterruptedException {
        var listed = list(context.call("elbv2", "describe-target-groups", object()), "TargetGroups").stream()
                .map(each -> new RawResource(TYPE.name(), each)).toList();
        TAG_CALL.tagged(listed, context).forEach(sink);
    }

    @Override
    public RawResource describe(RawResource raw, ScanContext context) throws ScanException, InterruptedException {
        var request = object().put("TargetGroupArn", required(raw.data(), "TargetGroupArn"));
        return new Details(raw, context).add("targets", "elbv2", "describe-target-health", request).described();
    }

    @Override
    public AwsResource transform(JsonNode data, ScanContext context) {
        var name = required(data, "TargetGroupName");
        return new Found(TYPE, name, required(data, "TargetGroupArn"), context)
                .tags(tags(data, TagCall.TAGS)).facts(facts(data)).resource();
    }

    private static Facts facts(JsonNode data) {
        return new Facts()
                .put("target_type", text(data, "TargetType"))
                .put("protocol", text(data, "Protocol"))
                .put("protocol_version", text(data, "ProtocolVersion"))
                .put("port", number(data, "Port"))
                .put("health_check_protocol", text(data, "HealthCheckProtocol"))
                .put("health_check_port", text(data, "HealthCheckPort"))
                .put("health_check_path", text(data, "HealthCheckPath"))
                .put("vpc_id", text(data, "VpcId"))
                .put("targets", targets(data))
                .put("denied_details", Details.denied(data))
                .relation("in_vpc", text(data, "VpcId"))
                .relations("target_of", texts(data, "LoadBalancerArns"))
                .relations("has_target", targets(data));
    }

    /** Instances, addresses, functions or balancers, each once however many of its ports are targets. */
    private static List<String> targets(JsonNode data) {
        return texts(list(data, TARGETS).stream().map(each -> each.path("Target")).toList(), "Id").stream().distinct().toList();
    }

    @Override
    public ResourceConstraints constraints(JsonNode data, AwsResource group, IamPermissions permissions) {
        var balancers = texts(data, "LoadBalancerArns");
        var used = balancers.isEmpty() ? null : "used by " + String.join(", ", balancers.stream().map(TargetGroups::name).toList());
        return new Verdicts()
                .neverRuns("a target group cannot be stopped or started")
                .canDelete(unless(used != null, used), permitted(permissions, "elasticloadbalancing:DeleteTargetGroup"))
                .hasDependencies(used != null, used)
                .build();
    }

    /** {@code web} for {@code arn:…:loadbalancer/app/web/50dc6c495c0c9188}; of anything else, all of it. */
    private static String name(String arn) {
        var parts = arn.split("/");
        return parts.length > 2 ? parts[parts.length - 2] : arn;
    }
}
