package cloudops.scanner.eks.internal;

import static cloudops.scanner.spi.AwsJson.flag;
import static cloudops.scanner.spi.AwsJson.isTrue;
import static cloudops.scanner.spi.AwsJson.list;
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
 * EKS clusters, from ListClusters and two calls a cluster: DescribeCluster and ListNodegroups.
 *
 * <p>Sources: https://docs.aws.amazon.com/eks/latest/APIReference/API_Cluster.html (members and states),
 * https://docs.aws.amazon.com/eks/latest/APIReference/API_DeleteCluster.html (not with node groups or Fargate profiles),
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelastickubernetesservice.html (actions on clusters).
 */
final class Clusters implements TypeScanner {

    private static final ResourceType TYPE = new ResourceType("eks_cluster", "EKS cluster", false);

    private static final List<String> ACTIONS = List.of("eks:DescribeCluster", "eks:AccessKubernetesApi", "eks:UpdateClusterConfig",
            "eks:UpdateClusterVersion", "eks:DeleteCluster", "eks:CreateNodegroup", "eks:CreateAddon", "eks:TagResource",
            "eks:UntagResource");

    @Override
    public ResourceType type() {
        return TYPE;
    }

    @Override
    public void discover(ScanContext context, Consumer<RawResource> sink) throws ScanException, InterruptedException {
        names(context).forEach(name -> sink.accept(new RawResource(TYPE.name(), object().put("name", name))));
    }

    /** Of all clusters. */
    static List<String> names(ScanContext context) throws ScanException, InterruptedException {
        return texts(context.call("eks", "list-clusters", object()), "clusters");
    }

    @Override
    public RawResource describe(RawResource raw, ScanContext context) throws ScanException, InterruptedException {
        var name = required(raw.data(), "name");
        return new Details(raw, context)
                .add("cluster", "eks", "describe-cluster", object().put("name", name))
                .add("node groups", "eks", "list-nodegroups", object().put("clusterName", name))
                .described();
    }

    @Override
    public AwsResource transform(JsonNode data, ScanContext context) {
        var name = required(data, "name");
        var given = text(data, "cluster", "arn");
        return new Found(TYPE, name, given != null ? given : context.arn("eks", "cluster/" + name), context)
                .state(text(data, "cluster", "status")).tags(tags(data, "cluster", "tags")).facts(facts(data)).resource();
    }

    private static Facts facts(JsonNode data) {
        var cluster = data.path("cluster");
        var network = cluster.path("resourcesVpcConfig");
        return new Facts()
                .put("version", text(cluster, "version"))
                .put("platform_version", text(cluster, "platformVersion"))
                .put("endpoint", text(cluster, "endpoint"))
                .put("public_endpoint", flag(network, "endpointPublicAccess"))
                .put("private_endpoint", flag(network, "endpointPrivateAccess"))
                .put("public_access_from", texts(network, "publicAccessCidrs"))
                .put("authentication", text(cluster, "accessConfig", "authenticationMode"))
                .put("support", text(cluster, "upgradePolicy", "supportType"))
                .put("deletion_protection", flag(cluster, "deletionProtection"))
                .put("node_groups", texts(data, "nodegroups"))
                .put("create_time", time(cluster, "createdAt"))
                .put("denied_details", Details.denied(data))
                .relation("in_vpc", text(network, "vpcId"))
                .relation("has_role", text(cluster, "roleArn"))
                .relation("in_security_group", text(network, "clusterSecurityGroupId"))
                .relations("in_security_group", texts(network, "securityGroupIds"))
                .relations("in_subnet", texts(network, "subnetIds"))
                .relations("encrypted_with",
                        texts(list(cluster, "encryptionConfig").stream().map(each -> each.path("provider")).toList(), "keyArn"));
    }

    @Override
    public List<String> actions() {
        return ACTIONS;
    }

    @Override
    public ResourceConstraints constraints(JsonNode data, AwsResource cluster, IamPermissions permissions) {
        var groups = texts(data, "nodegroups");
        var known = data.path("nodegroups").isArray();
        var groupsSaid = "node groups: " + String.join(", ", groups);
        return new Verdicts()
                .neverRuns("a cluster is not stopped; its node groups are scaled")
                .canDelete(stateIs(cluster, "ACTIVE", "FAILED"),
                        unless(isTrue(data, "cluster", "deletionProtection"), "deletion protection is on"),
                        groups.isEmpty() ? Check.unknown("whether it has " + (known ? "" : "node groups or ")
                                + "Fargate profiles is not known") : Check.no(groupsSaid),
                        permitted(permissions, "eks:DeleteCluster"))
                .hasBackups(false, "EKS keeps no backups")
                .hasDependencies(groups.isEmpty() ? null : Boolean.TRUE, groups.isEmpty() ? "what runs in it is not known" : groupsSaid)
                .custom("deletion_protection", flag(data, "cluster", "deletionProtection"))
                .build();
    }
}
