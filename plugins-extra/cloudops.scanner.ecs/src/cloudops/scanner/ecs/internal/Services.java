package cloudops.scanner.ecs.internal;

import static cloudops.scanner.spi.AwsJson.flag;
import static cloudops.scanner.spi.AwsJson.list;
import static cloudops.scanner.spi.AwsJson.number;
import static cloudops.scanner.spi.AwsJson.object;
import static cloudops.scanner.spi.AwsJson.required;
import static cloudops.scanner.spi.AwsJson.tags;
import static cloudops.scanner.spi.AwsJson.text;
import static cloudops.scanner.spi.AwsJson.texts;
import static cloudops.scanner.spi.AwsJson.time;
import static cloudops.scanner.spi.Check.permitted;
import static cloudops.scanner.spi.Check.stateIs;
import static cloudops.scanner.spi.Check.unless;

import java.util.List;
import java.util.function.Consumer;

import com.fasterxml.jackson.databind.JsonNode;

import cloudops.model.AwsResource;
import cloudops.model.IamPermissions;
import cloudops.model.ResourceConstraints;
import cloudops.scanner.spi.Check;
import cloudops.scanner.spi.Facts;
import cloudops.scanner.spi.Found;
import cloudops.scanner.spi.ScanContext;
import cloudops.scanner.spi.ScanException;
import cloudops.scanner.spi.ServiceScanner.RawResource;
import cloudops.scanner.spi.ServiceScanner.ResourceType;
import cloudops.scanner.spi.TypeScanner;
import cloudops.scanner.spi.Verdicts;

/**
 * ECS services, from ListServices a cluster and DescribeServices, 10 a call. How many tasks run changes by itself and is left out. A
 * service is identified by {@code cluster/service}.
 *
 * <p>Sources: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Service.html (members and states),
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServices.html (10 at once, tags when asked for),
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeleteService.html (only when none of its tasks is wanted, unless forced).
 */
final class Services implements TypeScanner {

    private static final ResourceType TYPE = new ResourceType("ecs_service", "ECS service", false);

    private static final List<String> ACTIONS = List.of("ecs:DescribeServices", "ecs:UpdateService", "ecs:DeleteService",
            "ecs:ListServiceDeployments", "ecs:TagResource", "ecs:UntagResource");

    private static final int BATCH = 10;

    @Override
    public ResourceType type() {
        return TYPE;
    }

    @Override
    public void discover(ScanContext context, Consumer<RawResource> sink) throws ScanException, InterruptedException {
        for (var cluster : Clusters.arns(context)) {
            for (var batch : EcsScanner.batches(arns(cluster, context), BATCH)) {
                var request = EcsScanner.with(object().put("cluster", cluster), "services", batch);
                list(context.call("ecs", "describe-services", EcsScanner.with(request, "include", List.of("TAGS"))), "services")
                        .forEach(service -> sink.accept(new RawResource(TYPE.name(), service)));
            }
        }
    }

    /** Of the services of a cluster; none where it has gone since it was listed. */
    private static List<String> arns(String cluster, ScanContext context) throws ScanException, InterruptedException {
        try {
            return texts(context.call("ecs", "list-services", object().put("cluster", cluster)), "serviceArns");
        } catch (ScanException e) {
            if ("NotFound".equals(e.code())) {
                return List.of();
            }
            throw e;
        }
    }

    @Override
    public AwsResource transform(JsonNode data, ScanContext context) {
        var name = required(data, "serviceName");
        return new Found(TYPE, EcsScanner.name(required(data, "clusterArn")) + "/" + name, required(data, "serviceArn"), context)
                .name(name).state(text(data, "status")).tags(tags(data, "tags")).facts(facts(data)).resource();
    }

    private static Facts facts(JsonNode data) {
        var network = data.path("networkConfiguration").path("awsvpcConfiguration");
        return new Facts()
                .put("desired", number(data, "desiredCount"))
                .put("launch_type", text(data, "launchType"))
                .put("scheduling", text(data, "schedulingStrategy"))
                .put("platform_version", text(data, "platformVersion"))
                .put("deployment_controller", text(data, "deploymentController", "type"))
                .put("public_ip", text(network, "assignPublicIp"))
                .put("exec_enabled", flag(data, "enableExecuteCommand"))
                .put("create_time", time(data, "createdAt"))
                .relation("in_cluster", text(data, "clusterArn"))
                .relation("runs", text(data, "taskDefinition"))
                .relation("has_role", text(data, "roleArn"))
                .relations("in_subnet", texts(network, "subnets"))
                .relations("in_security_group", texts(network, "securityGroups"))
                .relations("in_target_group", texts(list(data, "loadBalancers"), "targetGroupArn"))
                .relations("behind_load_balancer", texts(list(data, "loadBalancers"), "loadBalancerName"));
    }

    @Override
    public List<String> actions() {
        return ACTIONS;
    }

    @Override
    public ResourceConstraints constraints(JsonNode data, AwsResource service, IamPermissions permissions) {
        var desired = number(data, "desiredCount");
        var daemon = "DAEMON".equals(text(data, "schedulingStrategy"));
        var balanced = !list(data, "loadBalancers").isEmpty();
        return new Verdicts()
                .neverRuns("a service is not stopped; its desired count is set to 0")
                .canDelete(stateIs(service, "ACTIVE"), wanted(desired, daemon), permitted(permissions, "ecs:DeleteService"))
                .hasBackups(false, "ECS keeps no backups")
                .hasDependencies(balanced ? Boolean.TRUE : null, balanced ? "it is behind a load balancer" : "what calls it is not known")
                .custom("desired", desired)
                .build();
    }

    private static Check wanted(Long desired, boolean daemon) {
        if (daemon) {
            return Check.unknown("the deletion of a daemon may have to be forced");
        }
        return desired == null ? Check.unknown("its desired count is not known")
                : unless(desired > 0, "its desired count is " + desired + "; set it to 0 first");
    }
}
