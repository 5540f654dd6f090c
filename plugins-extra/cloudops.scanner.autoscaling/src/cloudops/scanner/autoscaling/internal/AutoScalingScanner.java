package cloudops.scanner.autoscaling.internal;

import static cloudops.scanner.spi.AwsJson.list;
import static cloudops.scanner.spi.AwsJson.number;
import static cloudops.scanner.spi.AwsJson.object;
import static cloudops.scanner.spi.AwsJson.required;
import static cloudops.scanner.spi.AwsJson.tags;
import static cloudops.scanner.spi.AwsJson.text;
import static cloudops.scanner.spi.AwsJson.texts;
import static cloudops.scanner.spi.AwsJson.time;
import static cloudops.scanner.spi.Check.permitted;
import static cloudops.scanner.spi.Check.unless;

import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

import org.osgi.service.component.annotations.Component;

import com.fasterxml.jackson.databind.JsonNode;

import cloudops.model.AwsResource;
import cloudops.model.IamPermissions;
import cloudops.model.ResourceConstraints;
import cloudops.scanner.spi.Facts;
import cloudops.scanner.spi.Found;
import cloudops.scanner.spi.ScanContext;
import cloudops.scanner.spi.ScanException;
import cloudops.scanner.spi.ServiceScanner;
import cloudops.scanner.spi.Verdicts;

/**
 * EC2 Auto Scaling: groups, from DescribeAutoScalingGroups. Which instances a group has at the moment changes by itself and is left out;
 * each instance knows its group.
 *
 * <p>Sources: https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_AutoScalingGroup.html (members),
 * https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DeleteAutoScalingGroup.html (with instances only when forced; deletion
 * protection), https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2autoscaling.html (actions on groups).
 */
@Component
public final class AutoScalingScanner implements ServiceScanner {

    static final ResourceType GROUP = new ResourceType("autoscaling_group", "Auto Scaling group", false);

    private static final List<String> ACTIONS = List.of("autoscaling:UpdateAutoScalingGroup", "autoscaling:SetDesiredCapacity",
            "autoscaling:DeleteAutoScalingGroup", "autoscaling:SuspendProcesses", "autoscaling:ResumeProcesses",
            "autoscaling:StartInstanceRefresh", "autoscaling:PutScalingPolicy", "autoscaling:CreateOrUpdateTags", "autoscaling:DeleteTags");

    @Override
    public String serviceName() {
        return "autoscaling";
    }

    @Override
    public List<ResourceType> resourceTypes() {
        return List.of(GROUP);
    }

    @Override
    public void discover(ResourceType type, ScanContext context, Consumer<RawResource> sink) throws ScanException, InterruptedException {
        list(context.call("autoscaling", "describe-auto-scaling-groups", object()), "AutoScalingGroups")
                .forEach(group -> sink.accept(new RawResource(type.name(), group)));
    }

    @Override
    public AwsResource transform(RawResource raw, ScanContext context) {
        var data = raw.data();
        var name = required(data, "AutoScalingGroupName");
        return new Found(GROUP, name, required(data, "AutoScalingGroupARN"), context)
                .state(text(data, "Status")).tags(tags(data, "Tags")).facts(facts(data)).resource();
    }

    private static Facts facts(JsonNode data) {
        return new Facts()
                .put("minimum", number(data, "MinSize"))
                .put("maximum", number(data, "MaxSize"))
                .put("desired", number(data, "DesiredCapacity"))
                .put("availability_zones", texts(data, "AvailabilityZones"))
                .put("health_check", text(data, "HealthCheckType"))
                .put("launch_template_version", text(template(data), "Version"))
                .put("suspended_processes", texts(list(data, "SuspendedProcesses"), "ProcessName"))
                .put("deletion_protection", text(data, "DeletionProtection"))
                .put("create_time", time(data, "CreatedTime"))
                .relation("launched_by", text(template(data), "LaunchTemplateId"))
                .relation("launched_by", text(data, "LaunchConfigurationName"))
                .relation("has_role", text(data, "ServiceLinkedRoleARN"))
                .relations("in_subnet", subnets(data))
                .relations("in_target_group", texts(data, "TargetGroupARNs"))
                .relations("behind_load_balancer", texts(data, "LoadBalancerNames"));
    }

    /** The launch template, which a group with a policy of mixed instances has further down; missing where a configuration is used. */
    private static JsonNode template(JsonNode data) {
        return data.has("LaunchTemplate") ? data.path("LaunchTemplate")
                : data.path("MixedInstancesPolicy").path("LaunchTemplate").path("LaunchTemplateSpecification");
    }

    /** From one text, with commas between the subnets. */
    private static List<String> subnets(JsonNode data) {
        var subnets = text(data, "VPCZoneIdentifier");
        return subnets == null ? List.of() : Stream.of(subnets.split(",")).map(String::strip).filter(each -> !each.isEmpty()).toList();
    }

    @Override
    public List<String> actions(String resourceType) {
        return ACTIONS;
    }

    @Override
    public ResourceConstraints constraints(RawResource raw, AwsResource resource, IamPermissions permissions) {
        var data = raw.data();
        var instances = !list(data, "Instances").isEmpty();
        return new Verdicts()
                .neverRuns("a group is not stopped; its capacity is set to 0")
                .canDelete(unless(resource.state() != null, "state is " + resource.state()),
                        unless(instances, "it has instances, which a deletion must be forced to end"),
                        unless("prevent-all-deletion".equals(text(data, "DeletionProtection")), "deletion protection is on"),
                        permitted(permissions, "autoscaling:DeleteAutoScalingGroup"))
                .hasBackups(false, "Auto Scaling keeps no backups")
                .hasDependencies(instances, instances ? "it has instances" : null)
                .custom("deletion_protection", text(data, "DeletionProtection"))
                .build();
    }
}
