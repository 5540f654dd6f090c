package cloudops.scanner.iam.internal;

import static cloudops.scanner.spi.AwsJson.list;
import static cloudops.scanner.spi.AwsJson.text;
import static cloudops.scanner.spi.Check.permitted;
import static cloudops.scanner.spi.Check.unless;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Consumer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import cloudops.model.AwsResource;
import cloudops.model.IamPermissions;
import cloudops.model.ResourceConstraints;
import cloudops.scanner.spi.Facts;
import cloudops.scanner.spi.ScanContext;
import cloudops.scanner.spi.ScanException;
import cloudops.scanner.spi.ServiceScanner.RawResource;
import cloudops.scanner.spi.ServiceScanner.ResourceType;
import cloudops.scanner.spi.TypeScanner;
import cloudops.scanner.spi.Verdicts;

/**
 * IAM groups, with their members, which only the users tell.
 *
 * <p>Sources: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GroupDetail.html (members of the answer),
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteGroup.html (neither users nor policies may be left).
 */
final class Groups implements TypeScanner {

    private static final ResourceType TYPE = new ResourceType("iam_group", "IAM group", true);

    private static final List<String> ACTIONS = List.of("iam:GetGroup", "iam:UpdateGroup", "iam:DeleteGroup", "iam:AddUserToGroup",
            "iam:RemoveUserFromGroup", "iam:AttachGroupPolicy", "iam:DetachGroupPolicy", "iam:PutGroupPolicy");

    /** Ours, beside the API's members: names of the users in the group. */
    private static final String MEMBERS = "Members";

    @Override
    public ResourceType type() {
        return TYPE;
    }

    @Override
    public List<String> actions() {
        return ACTIONS;
    }

    @Override
    public void discover(ScanContext context, Consumer<RawResource> sink) throws ScanException, InterruptedException {
        // only users say which groups they are in
        withMembers(Entity.details(context, "Group", "User")).forEach(each -> sink.accept(new RawResource(TYPE.name(), each)));
    }

    /** The groups of an answer that also holds the users, each in a copy with its members. */
    private static List<JsonNode> withMembers(JsonNode details) {
        var members = new HashMap<String, TreeSet<String>>();
        for (var user : list(details, "UserDetailList")) {
            var name = text(user, "UserName");
            if (name != null) {
                Users.groups(user).forEach(group -> members.computeIfAbsent(group, none -> new TreeSet<>()).add(name));
            }
        }
        var groups = new ArrayList<JsonNode>();
        for (var listed : list(details, "GroupDetailList")) {
            ObjectNode group = listed.deepCopy();
            members.getOrDefault(text(group, "GroupName"), new TreeSet<>()).forEach(group.putArray(MEMBERS)::add);
            groups.add(group);
        }
        return groups;
    }

    @Override
    public AwsResource transform(JsonNode data, ScanContext context) {
        var facts = grants(data).addTo(new Facts()
                .put("group_id", text(data, "GroupId"))
                .put("path", text(data, "Path"))
                .put("create_date", text(data, "CreateDate"))
                .put("members", members(data))
                .relations("has_member", members(data)));
        return Entity.resource(TYPE, "GroupName", "group", data, facts, context);
    }

    private static List<String> members(JsonNode data) {
        return list(data, MEMBERS).stream().map(JsonNode::asText).toList();
    }

    private static Grants grants(JsonNode data) {
        return Grants.of(data, "GroupPolicyList");
    }

    @Override
    public ResourceConstraints constraints(JsonNode data, AwsResource group, IamPermissions permissions) {
        int members = members(data).size();
        var count = members == 1 ? "1 member" : members + " members";
        return new Verdicts()
                .neverRuns("a group does not run")
                .canDelete(unless(members > 0, "to be removed first: " + count), grants(data).areGone(),
                        permitted(permissions, "iam:DeleteGroup"))
                .hasDependencies(members > 0, members > 0 ? count : null)
                .build();
    }
}
