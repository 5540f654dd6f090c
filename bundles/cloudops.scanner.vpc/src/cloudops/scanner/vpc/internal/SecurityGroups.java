package cloudops.scanner.vpc.internal;

import static cloudops.scanner.spi.AwsJson.list;
import static cloudops.scanner.spi.AwsJson.text;
import static cloudops.scanner.spi.AwsJson.texts;
import static cloudops.scanner.spi.Check.permitted;
import static cloudops.scanner.spi.Check.unless;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import cloudops.model.AwsResource;
import cloudops.model.IamPermissions;
import cloudops.model.ResourceConstraints;
import cloudops.scanner.spi.Check;
import cloudops.scanner.spi.Facts;
import cloudops.scanner.spi.ScanContext;
import cloudops.scanner.spi.ScanException;
import cloudops.scanner.spi.ServiceScanner.ResourceType;
import cloudops.scanner.spi.Verdicts;

/**
 * Security groups, from DescribeSecurityGroups. Which of them name one another in their rules is told by the listing as a whole.
 *
 * <p>Sources: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SecurityGroup.html (members),
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSecurityGroup.html (none that an interface or another group's rule
 * uses), https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html (a default one cannot be deleted).
 */
final class SecurityGroups extends VpcType {

    /** Groups whose rules name a group; added to its element of the listing. */
    private static final String NAMED_BY = "NamedByGroups";

    SecurityGroups() {
        super(new ResourceType("vpc_security_group", "VPC security group", false),
                new Listing("describe-security-groups", "SecurityGroups", "GroupId", "security-group"),
                "ec2:DescribeSecurityGroups", "ec2:AuthorizeSecurityGroupIngress", "ec2:AuthorizeSecurityGroupEgress",
                "ec2:RevokeSecurityGroupIngress", "ec2:RevokeSecurityGroupEgress", "ec2:DeleteSecurityGroup");
    }

    @Override
    List<JsonNode> elements(ScanContext context) throws ScanException, InterruptedException {
        var groups = super.elements(context);
        var namedBy = namedBy(groups);
        return groups.stream().map(group -> with(namedBy.get(text(group, "GroupId")), group)).toList();
    }

    /** Group → the others whose rules name it. */
    private static Map<String, Set<String>> namedBy(List<JsonNode> groups) {
        var namedBy = new HashMap<String, Set<String>>();
        for (var group : groups) {
            var id = text(group, "GroupId");
            SecurityGroupRules.groups(group).stream().filter(named -> id != null && !named.equals(id))
                    .forEach(named -> namedBy.computeIfAbsent(named, any -> new TreeSet<>()).add(id));
        }
        return namedBy;
    }

    /** @param namedBy null for none */
    private static JsonNode with(Set<String> namedBy, JsonNode group) {
        if (namedBy == null) {
            return group;
        }
        ObjectNode copy = group.deepCopy();
        namedBy.forEach(copy.putArray(NAMED_BY)::add);
        return copy;
    }

    /** Each VPC has one that is called default: that tells none from another, and is a word that people use. */
    @Override
    String name(JsonNode data) {
        return isDefault(data) ? null : text(data, "GroupName");
    }

    private static boolean isDefault(JsonNode data) {
        return "default".equals(text(data, "GroupName"));
    }

    @Override
    Facts facts(JsonNode data) {
        return new Facts()
                .put("group_name", text(data, "GroupName"))
                .put("description", text(data, "Description"))
                .put("ingress", SecurityGroupRules.texts(list(data, "IpPermissions"), "from"))
                .put("egress", SecurityGroupRules.texts(list(data, "IpPermissionsEgress"), "to"))
                .put("vpc_id", text(data, "VpcId"))
                .relation("in_vpc", text(data, "VpcId"))
                .relations("names_security_group", SecurityGroupRules.groups(data));
    }

    @Override
    public ResourceConstraints constraints(JsonNode data, AwsResource group, IamPermissions permissions) {
        var namedBy = texts(data, NAMED_BY);
        var named = namedBy.isEmpty() ? null : "named in rules of " + String.join(", ", namedBy);
        return new Verdicts()
                .neverRuns("a security group does not run")
                .canDelete(owned(data, group),
                        unless(isDefault(data), "it is the default group of its VPC"),
                        unless(named != null, named), permitted(permissions, "ec2:DeleteSecurityGroup"),
                        Check.unknown("whether network interfaces use it is not known"))
                .hasDependencies(named == null ? null : true, named == null ? "whether network interfaces use it is not known" : named)
                .custom("open_to_internet", SecurityGroupRules.openToInternet(list(data, "IpPermissions")))
                .build();
    }
}
