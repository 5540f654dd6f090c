package cloudops.scanner.iam.internal;

import static cloudops.scanner.spi.AwsJson.list;
import static cloudops.scanner.spi.AwsJson.text;
import static cloudops.scanner.spi.Check.permitted;
import static cloudops.scanner.spi.Check.unless;

import java.util.List;
import java.util.function.Consumer;

import com.fasterxml.jackson.databind.JsonNode;

import cloudops.model.AwsResource;
import cloudops.model.IamPermissions;
import cloudops.model.ResourceConstraints;
import cloudops.scanner.spi.Check;
import cloudops.scanner.spi.Facts;
import cloudops.scanner.spi.ScanContext;
import cloudops.scanner.spi.ScanException;
import cloudops.scanner.spi.ServiceScanner.RawResource;
import cloudops.scanner.spi.ServiceScanner.ResourceType;
import cloudops.scanner.spi.TypeScanner;
import cloudops.scanner.spi.Verdicts;

/**
 * IAM users.
 *
 * <p>Sources: https://docs.aws.amazon.com/IAM/latest/APIReference/API_UserDetail.html (members),
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteUser.html (what must be removed first).
 */
final class Users implements TypeScanner {

    private static final ResourceType TYPE = new ResourceType("iam_user", "IAM user", true);

    private static final List<String> ACTIONS = List.of("iam:GetUser", "iam:UpdateUser", "iam:DeleteUser", "iam:AttachUserPolicy",
            "iam:DetachUserPolicy", "iam:PutUserPolicy", "iam:CreateAccessKey", "iam:UpdateAccessKey", "iam:DeleteAccessKey",
            "iam:TagUser");

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
        list(Entity.details(context, "User"), "UserDetailList").forEach(each -> sink.accept(new RawResource(TYPE.name(), each)));
    }

    @Override
    public AwsResource transform(JsonNode data, ScanContext context) {
        var facts = grants(data).addTo(new Facts()
                .put("user_id", text(data, "UserId"))
                .put("path", text(data, "Path"))
                .put("create_date", text(data, "CreateDate"))
                .put("groups", groups(data))
                .relations("in_group", groups(data)));
        return Entity.resource(TYPE, "UserName", "user", data, facts, context);
    }

    /** Names of the groups that a user is in. */
    static List<String> groups(JsonNode user) {
        return list(user, "GroupList").stream().filter(JsonNode::isTextual).map(JsonNode::textValue).sorted().toList();
    }

    private static Grants grants(JsonNode data) {
        return Grants.of(data, "UserPolicyList");
    }

    @Override
    public ResourceConstraints constraints(JsonNode data, AwsResource user, IamPermissions permissions) {
        var groups = groups(data);
        return new Verdicts()
                .neverRuns("a user does not run")
                .canDelete(unless(!groups.isEmpty(), "to be taken out of groups first: " + String.join(", ", groups)),
                        grants(data).areGone(), permitted(permissions, "iam:DeleteUser"),
                        Check.unknown("whether it has a password, keys, certificates or MFA devices, to be removed first, is not scanned"))
                .hasDependencies(null, "what uses its keys is not known")
                .build();
    }
}
