package cloudops.scanner.elb.internal;

import static cloudops.scanner.spi.AwsJson.list;
import static cloudops.scanner.spi.AwsJson.number;
import static cloudops.scanner.spi.AwsJson.required;
import static cloudops.scanner.spi.AwsJson.tags;
import static cloudops.scanner.spi.AwsJson.text;
import static cloudops.scanner.spi.AwsJson.texts;
import static cloudops.scanner.spi.Check.permitted;
import static cloudops.scanner.spi.Check.unless;

import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;

import cloudops.model.AwsResource;
import cloudops.model.IamPermissions;
import cloudops.model.ResourceConstraints;
import cloudops.scanner.elb.internal.Details.TagCall;
import cloudops.scanner.spi.Facts;
import cloudops.scanner.spi.ScanContext;
import cloudops.scanner.spi.ScanException;
import cloudops.scanner.spi.ServiceScanner.ResourceType;

/**
 * Target groups, from DescribeTargetGroups; their targets, a call each, from DescribeTargetHealth. How healthy a target is changes by
 * itself and is left out. They are known by their names, which are unique in account and region.
 *
 * <p>Sources: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetGroup.html (members),
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DeleteTargetGroup.html (not while a listener forwards to it),
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeTargetHealth.html.
 */
final class TargetGroups extends Kind {

    private static final ResourceType TYPE = new ResourceType("elb_target_group", "Load balancer target group", false);
    private static final TagCall TAG_CALL = new TagCall("elbv2", "ResourceArns", "TargetGroupArn", "ResourceArn");
    private static final String TARGETS = "TargetHealthDescriptions";

    @Override
    ResourceType type() {
        return TYPE;
    }

    @Override
    List<String> actions() {
        return List.of(ACTION + "DescribeTargetGroups", ACTION + "DescribeTargetHealth", ACTION + "RegisterTargets",
                ACTION + "DeregisterTargets", ACTION + "ModifyTargetGroup", ACTION + "ModifyTargetGroupAttributes",
                ACTION + "DeleteTargetGroup", ACTION + "AddTags", ACTION + "RemoveTags");
    }

    @Override
    List<JsonNode> elements(ScanContext context) throws ScanException, InterruptedException {
        var answer = context.call("elbv2", "describe-target-groups", JsonNodeFactory.instance.objectNode());
        return Details.tagged(list(answer, "TargetGroups"), TAG_CALL, context);
    }

    @Override
    JsonNode described(JsonNode data, ScanContext context) throws ScanException, InterruptedException {
        var request = JsonNodeFactory.instance.objectNode().put("TargetGroupArn", required(data, "TargetGroupArn"));
        return Details.with("targets", data, "describe-target-health", request, TARGETS, context);
    }

    @Override
    AwsResource resource(JsonNode data, ScanContext context) {
        var name = required(data, "TargetGroupName");
        return new AwsResource(TYPE.name(), name, context.accountId(), context.accountName(), context.region(), ElbScanner.SERVICE,
                required(data, "TargetGroupArn"), name, null, tags(data, Details.TAGS), context.startedAt(), null, null,
                facts(data).toMap());
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
                .put("denied_details", words(data, Details.DENIED))
                .relation("in_vpc", text(data, "VpcId"))
                .relations("target_of", words(data, "LoadBalancerArns"))
                .relations("has_target", targets(data));
    }

    /** Instances, addresses, functions or balancers, each once however many of its ports are targets. */
    private static List<String> targets(JsonNode data) {
        return texts(list(data, TARGETS).stream().map(each -> each.path("Target")).toList(), "Id").stream().distinct().toList();
    }

    @Override
    ResourceConstraints constraints(JsonNode data, AwsResource group, IamPermissions permissions) {
        var balancers = words(data, "LoadBalancerArns");
        var used = balancers.isEmpty() ? null : "used by " + String.join(", ", balancers.stream().map(TargetGroups::name).toList());
        return alwaysOn("a target group")
                .canDelete(unless(used != null, used), permitted(permissions, ACTION + "DeleteTargetGroup"))
                .hasDependencies(used != null, used)
                .build();
    }

    /** {@code web} for {@code arn:…:loadbalancer/app/web/50dc6c495c0c9188}; of anything else, all of it. */
    private static String name(String arn) {
        var parts = arn.split("/");
        return parts.length > 2 ? parts[parts.length - 2] : arn;
    }
}
