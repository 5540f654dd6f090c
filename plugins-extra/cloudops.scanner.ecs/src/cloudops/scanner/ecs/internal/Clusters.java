package cloudops.scanner.ecs.internal;

import static cloudops.scanner.spi.AwsJson.list;
import static cloudops.scanner.spi.AwsJson.number;
import static cloudops.scanner.spi.AwsJson.object;
import static cloudops.scanner.spi.AwsJson.required;
import static cloudops.scanner.spi.AwsJson.tags;
import static cloudops.scanner.spi.AwsJson.text;
import static cloudops.scanner.spi.AwsJson.texts;
import static cloudops.scanner.spi.Check.permitted;
import static cloudops.scanner.spi.Check.stateIs;
import static cloudops.scanner.spi.Check.unless;

import java.util.List;
import java.util.function.Consumer;

import com.fasterxml.jackson.databind.JsonNode;

import cloudops.model.AwsResource;
import cloudops.model.IamPermissions;
import cloudops.model.ResourceConstraints;
import cloudops.scanner.spi.Facts;
import cloudops.scanner.spi.Found;
import cloudops.scanner.spi.ScanContext;
import cloudops.scanner.spi.ScanException;
import cloudops.scanner.spi.ServiceScanner.RawResource;
import cloudops.scanner.spi.ServiceScanner.ResourceType;
import cloudops.scanner.spi.TypeScanner;
import cloudops.scanner.spi.Verdicts;

/**
 * ECS clusters, from ListClusters and DescribeClusters, 100 a call. How many tasks run changes by itself: only whether any do is looked at.
 *
 * <p>Sources: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Cluster.html (members and states),
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeClusters.html (100 at once, tags when asked for),
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeleteCluster.html (not with services, container instances or tasks),
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html (actions on clusters).
 */
final class Clusters implements TypeScanner {

    private static final ResourceType TYPE = new ResourceType("ecs_cluster", "ECS cluster", false);

    private static final List<String> ACTIONS = List.of("ecs:DescribeClusters", "ecs:UpdateCluster", "ecs:DeleteCluster",
            "ecs:PutClusterCapacityProviders", "ecs:ListContainerInstances", "ecs:TagResource", "ecs:UntagResource");

    private static final int BATCH = 100;

    @Override
    public ResourceType type() {
        return TYPE;
    }

    @Override
    public void discover(ScanContext context, Consumer<RawResource> sink) throws ScanException, InterruptedException {
        for (var batch : EcsScanner.batches(arns(context), BATCH)) {
            var request = EcsScanner.with(EcsScanner.with(object(), "clusters", batch), "include", List.of("TAGS", "SETTINGS"));
            list(context.call("ecs", "describe-clusters", request), "clusters")
                    .forEach(cluster -> sink.accept(new RawResource(TYPE.name(), cluster)));
        }
    }

    /** Of all clusters. */
    static List<String> arns(ScanContext context) throws ScanException, InterruptedException {
        return texts(context.call("ecs", "list-clusters", object()), "clusterArns");
    }

    @Override
    public AwsResource transform(JsonNode data, ScanContext context) {
        var name = required(data, "clusterName");
        var settings = list(data, "settings").stream().map(each -> text(each, "name") + "=" + text(each, "value")).sorted().toList();
        var facts = new Facts()
                .put("capacity_providers", texts(data, "capacityProviders"))
                .put("services", number(data, "activeServicesCount"))
                .put("settings", settings)
                .put("exec_logging", text(data, "configuration", "executeCommandConfiguration", "logging"))
                .relation("encrypted_with", text(data, "configuration", "managedStorageConfiguration", "kmsKeyId"));
        return new Found(TYPE, name, required(data, "clusterArn"), context)
                .state(text(data, "status")).tags(tags(data, "tags")).facts(facts).resource();
    }

    @Override
    public List<String> actions() {
        return ACTIONS;
    }

    @Override
    public ResourceConstraints constraints(JsonNode data, AwsResource cluster, IamPermissions permissions) {
        var services = some(data, "activeServicesCount");
        var instances = some(data, "registeredContainerInstancesCount");
        return new Verdicts()
                .neverRuns("a cluster is not stopped; its services and tasks are")
                .canDelete(stateIs(cluster, "ACTIVE", "FAILED"), unless(services, "it has services"),
                        unless(instances, "it has container instances"),
                        unless(some(data, "runningTasksCount") || some(data, "pendingTasksCount"), "it has tasks"),
                        permitted(permissions, "ecs:DeleteCluster"))
                .hasBackups(false, "ECS keeps no backups")
                .hasDependencies(services || instances, services ? "it has services" : instances ? "it has container instances" : null)
                .build();
    }

    private static boolean some(JsonNode data, String count) {
        var number = number(data, count);
        return number != null && number > 0;
    }
}
