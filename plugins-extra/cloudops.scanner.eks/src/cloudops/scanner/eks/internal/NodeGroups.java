package cloudops.scanner.eks.internal;

import static cloudops.scanner.spi.AwsJson.list;
import static cloudops.scanner.spi.AwsJson.number;
import static cloudops.scanner.spi.AwsJson.object;
import static cloudops.scanner.spi.AwsJson.required;
import static cloudops.scanner.spi.AwsJson.tags;
import static cloudops.scanner.spi.AwsJson.text;
import static cloudops.scanner.spi.AwsJson.texts;
import static cloudops.scanner.spi.AwsJson.time;
import static cloudops.scanner.spi.Check.permitted;
import static cloudops.scanner.spi.Check.stateIsNot;

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
 * Managed node groups of EKS, from ListNodegroups a cluster and DescribeNodegroup a group. A group is identified by {@code cluster/group}.
 *
 * <p>Sources: https://docs.aws.amazon.com/eks/latest/APIReference/API_Nodegroup.html (members and states),
 * https://docs.aws.amazon.com/eks/latest/APIReference/API_DeleteNodegroup.html.
 */
final class NodeGroups implements TypeScanner {

    private static final ResourceType TYPE = new ResourceType("eks_node_group", "EKS node group", false);

    private static final List<String> ACTIONS = List.of("eks:DescribeNodegroup", "eks:UpdateNodegroupConfig",
            "eks:UpdateNodegroupVersion", "eks:DeleteNodegroup", "eks:TagResource", "eks:UntagResource");

    @Override
    public ResourceType type() {
        return TYPE;
    }

    @Override
    public void discover(ScanContext context, Consumer<RawResource> sink) throws ScanException, InterruptedException {
        for (var cluster : Clusters.names(context)) {
            for (var group : names(cluster, context)) {
                sink.accept(new RawResource(TYPE.name(), object().put("clusterName", cluster).put("nodegroupName", group)));
            }
        }
    }

    /** Of the groups of a cluster; none where it has gone since it was listed. */
    private static List<String> names(String cluster, ScanContext context) throws ScanException, InterruptedException {
        try {
            return texts(context.call("eks", "list-nodegroups", object().put("clusterName", cluster)), "nodegroups");
        } catch (ScanException e) {
            if ("NotFound".equals(e.code())) {
                return List.of();
            }
            throw e;
        }
    }

    @Override
    public RawResource describe(RawResource raw, ScanContext context) throws ScanException, InterruptedException {
        return new Details(raw, context).add("node group", "eks", "describe-nodegroup", raw.data()).described();
    }

    @Override
    public AwsResource transform(JsonNode data, ScanContext context) {
        var name = required(data, "nodegroupName");
        var id = required(data, "clusterName") + "/" + name;
        var given = text(data, "nodegroup", "nodegroupArn");
        return new Found(TYPE, id, given != null ? given : context.arn("eks", "nodegroup/" + id), context)
                .name(name).state(text(data, "nodegroup", "status")).tags(tags(data, "nodegroup", "tags")).facts(facts(data)).resource();
    }

    private static Facts facts(JsonNode data) {
        var group = data.path("nodegroup");
        return new Facts()
                .put("version", text(group, "version"))
                .put("release", text(group, "releaseVersion"))
                .put("capacity_type", text(group, "capacityType"))
                .put("instance_types", texts(group, "instanceTypes"))
                .put("image_type", text(group, "amiType"))
                .put("disk_gib", number(group, "diskSize"))
                .put("minimum", number(group, "scalingConfig", "minSize"))
                .put("maximum", number(group, "scalingConfig", "maxSize"))
                .put("create_time", time(group, "createdAt"))
                .put("denied_details", Details.denied(data))
                .relation("in_cluster", text(data, "clusterName"))
                .relation("has_role", text(group, "nodeRole"))
                .relation("launched_by", text(group, "launchTemplate", "id"))
                .relations("in_subnet", texts(group, "subnets"))
                .relations("has_auto_scaling_group", texts(list(group, "resources", "autoScalingGroups"), "name"));
    }

    @Override
    public List<String> actions() {
        return ACTIONS;
    }

    @Override
    public ResourceConstraints constraints(JsonNode data, AwsResource group, IamPermissions permissions) {
        return new Verdicts()
                .neverRuns("a node group is not stopped; its size is set to 0")
                .canDelete(stateIsNot(group, "CREATING", "UPDATING", "DELETING"), permitted(permissions, "eks:DeleteNodegroup"))
                .hasBackups(false, "EKS keeps no backups")
                .hasDependencies(null, "which pods run on it is not known")
                .custom("capacity_type", text(data, "nodegroup", "capacityType"))
                .build();
    }
}
