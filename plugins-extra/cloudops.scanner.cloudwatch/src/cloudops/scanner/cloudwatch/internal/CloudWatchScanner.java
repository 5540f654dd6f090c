package cloudops.scanner.cloudwatch.internal;

import static cloudops.scanner.spi.AwsJson.flag;
import static cloudops.scanner.spi.AwsJson.list;
import static cloudops.scanner.spi.AwsJson.number;
import static cloudops.scanner.spi.AwsJson.object;
import static cloudops.scanner.spi.AwsJson.required;
import static cloudops.scanner.spi.AwsJson.tags;
import static cloudops.scanner.spi.AwsJson.text;
import static cloudops.scanner.spi.AwsJson.texts;
import static cloudops.scanner.spi.Check.permitted;

import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

import org.osgi.service.component.annotations.Component;

import com.fasterxml.jackson.databind.JsonNode;

import cloudops.model.AwsResource;
import cloudops.model.IamPermissions;
import cloudops.model.ResourceConstraints;
import cloudops.scanner.spi.Details;
import cloudops.scanner.spi.Facts;
import cloudops.scanner.spi.Found;
import cloudops.scanner.spi.ScanContext;
import cloudops.scanner.spi.ScanException;
import cloudops.scanner.spi.ServiceScanner;
import cloudops.scanner.spi.Verdicts;

/**
 * CloudWatch: metric alarms and composite alarms, from DescribeAlarms and a call an alarm for its tags. Why and when it came into its state
 * changes by itself and is left out.
 *
 * <p>Sources: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricAlarm.html and
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_CompositeAlarm.html (members and states),
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html (composite ones only when asked for),
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html (dimensions are ends of ARNs),
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatch.html (actions on alarms).
 */
@Component
public final class CloudWatchScanner implements ServiceScanner {

    static final ResourceType ALARM = new ResourceType("cloudwatch_alarm", "CloudWatch alarm", false);

    private static final List<String> ACTIONS = List.of("cloudwatch:DescribeAlarms", "cloudwatch:PutMetricAlarm",
            "cloudwatch:DeleteAlarms", "cloudwatch:EnableAlarmActions", "cloudwatch:DisableAlarmActions", "cloudwatch:SetAlarmState",
            "cloudwatch:TagResource", "cloudwatch:UntagResource");

    /** Dimensions that name a resource. */
    private static final Set<String> RESOURCES = Set.of("AutoScalingGroupName", "BucketName", "CacheClusterId", "ClusterName",
            "DBClusterIdentifier", "DBInstanceIdentifier", "FileSystemId", "FunctionName", "InstanceId", "LoadBalancer", "LoadBalancerName",
            "NatGatewayId", "QueueName", "StateMachineArn", "TableName", "TargetGroup", "TopicName", "VolumeId");

    @Override
    public String serviceName() {
        return "cloudwatch";
    }

    @Override
    public List<ResourceType> resourceTypes() {
        return List.of(ALARM);
    }

    @Override
    public void discover(ResourceType type, ScanContext context, Consumer<RawResource> sink) throws ScanException, InterruptedException {
        var request = object();
        request.putArray("AlarmTypes").add("MetricAlarm").add("CompositeAlarm");
        var answer = context.call("cloudwatch", "describe-alarms", request);
        for (var kind : List.of("MetricAlarms", "CompositeAlarms")) {
            list(answer, kind).forEach(alarm -> sink.accept(new RawResource(type.name(), alarm)));
        }
    }

    @Override
    public RawResource describe(RawResource raw, ScanContext context) throws ScanException, InterruptedException {
        var alarm = object().put("ResourceARN", required(raw.data(), "AlarmArn"));
        return new Details(raw, context).add("tags", "cloudwatch", "list-tags-for-resource", alarm).described();
    }

    @Override
    public AwsResource transform(RawResource raw, ScanContext context) {
        var data = raw.data();
        var name = required(data, "AlarmName");
        return new Found(ALARM, name, required(data, "AlarmArn"), context)
                .state(text(data, "StateValue")).tags(tags(data, "Tags")).facts(facts(data, context)).resource();
    }

    private static Facts facts(JsonNode data, ScanContext context) {
        var statistic = text(data, "Statistic");
        return new Facts()
                .put("description", text(data, "AlarmDescription"))
                .put("namespace", text(data, "Namespace"))
                .put("metric", text(data, "MetricName"))
                .put("dimensions", dimensions(data).map(each -> text(each, "Name") + "=" + text(each, "Value")).sorted().toList())
                .put("statistic", statistic != null ? statistic : text(data, "ExtendedStatistic"))
                .put("comparison", text(data, "ComparisonOperator"))
                .put("threshold", data.path("Threshold").numberValue())
                .put("period_seconds", number(data, "Period"))
                .put("evaluation_periods", number(data, "EvaluationPeriods"))
                .put("missing_data", text(data, "TreatMissingData"))
                .put("rule", text(data, "AlarmRule"))
                .put("actions_enabled", flag(data, "ActionsEnabled"))
                .put("denied_details", Details.denied(data))
                .relations("watches", dimensions(data).filter(each -> RESOURCES.contains(String.valueOf(text(each, "Name"))))
                        .map(each -> watched(each, context)).filter(Objects::nonNull).toList())
                .relations("notifies", Stream.of("AlarmActions", "OKActions", "InsufficientDataActions")
                        .flatMap(when -> texts(data, when).stream()).toList());
    }

    /** Of its metric, or of the metrics that it computes with. */
    private static Stream<JsonNode> dimensions(JsonNode data) {
        var computedWith = list(data, "Metrics").stream().flatMap(each -> list(each, "MetricStat", "Metric", "Dimensions").stream());
        return Stream.concat(list(data, "Dimensions").stream(), computedWith);
    }

    /** The identifier of the resource that a dimension names; of what Elastic Load Balancing names by the end of its ARN, the ARN. */
    private static String watched(JsonNode dimension, ScanContext context) {
        var value = text(dimension, "Value");
        return switch (value == null ? "" : text(dimension, "Name")) {
            case "LoadBalancer" -> context.arn("elasticloadbalancing", "loadbalancer/" + value);
            case "TargetGroup" -> context.arn("elasticloadbalancing", value);
            default -> value;
        };
    }

    @Override
    public List<String> actions(String resourceType) {
        return ACTIONS;
    }

    @Override
    public ResourceConstraints constraints(RawResource raw, AwsResource resource, IamPermissions permissions) {
        return new Verdicts()
                .neverRuns("an alarm is not stopped; its actions are switched off")
                .canDelete(permitted(permissions, "cloudwatch:DeleteAlarms"))
                .hasBackups(false, "CloudWatch keeps no backups of alarms")
                .hasDependencies(null, "which composite alarms use it is not known")
                .custom("actions_enabled", flag(raw.data(), "ActionsEnabled"))
                .build();
    }
}
