package cloudops.scanner.iam.internal;

import static cloudops.scanner.spi.AwsJson.list;
import static cloudops.scanner.spi.AwsJson.text;
import static cloudops.scanner.spi.AwsJson.texts;
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
 * IAM roles. Of the trust policy it is kept whom it trusts; its conditions, which may hold external IDs, are not. When a role was last used
 * changes by itself and is left out.
 *
 * <p>Sources: https://docs.aws.amazon.com/IAM/latest/APIReference/API_RoleDetail.html (members),
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRole.html (what must be removed first),
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create-service-linked-role.html (their path; only their service lets them go),
 * https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html (roles of IAM Identity Center).
 */
final class Roles implements TypeScanner {

    private static final ResourceType TYPE = new ResourceType("iam_role", "IAM role", true);

    private static final List<String> ACTIONS = List.of("iam:GetRole", "iam:PassRole", "iam:UpdateRole", "iam:UpdateAssumeRolePolicy",
            "iam:AttachRolePolicy", "iam:DetachRolePolicy", "iam:PutRolePolicy", "iam:DeleteRole", "iam:TagRole");

    private static final String SERVICE_LINKED = "/aws-service-role/";
    private static final String RESERVED = "/aws-reserved/";

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
        list(Entity.details(context, "Role"), "RoleDetailList").forEach(each -> sink.accept(new RawResource(TYPE.name(), each)));
    }

    @Override
    public AwsResource transform(JsonNode data, ScanContext context) {
        var trust = Trust.of(data.path("AssumeRolePolicyDocument"));
        var facts = grants(data).addTo(new Facts()
                .put("role_id", text(data, "RoleId"))
                .put("path", text(data, "Path"))
                .put("create_date", text(data, "CreateDate"))
                .put("service_linked", isBelow(SERVICE_LINKED, data))
                .put("trusts", trust.principals())
                .put("trusts_everyone", trust.everyone() ? true : null)
                .put("instance_profiles", texts(list(data, "InstanceProfileList"), "InstanceProfileName"))
                .relations("trusts", trust.principals())
                .relations("in_instance_profile", texts(list(data, "InstanceProfileList"), "Arn")));
        return Entity.resource(TYPE, "RoleName", "role", data, facts, context);
    }

    private static boolean isBelow(String prefix, JsonNode data) {
        var path = text(data, "Path");
        return path != null && path.startsWith(prefix);
    }

    private static Grants grants(JsonNode data) {
        return Grants.of(data, "RolePolicyList");
    }

    @Override
    public ResourceConstraints constraints(JsonNode data, AwsResource role, IamPermissions permissions) {
        var profiles = texts(list(data, "InstanceProfileList"), "InstanceProfileName");
        var used = "instance profiles: " + String.join(", ", profiles);
        var ours = !isBelow(SERVICE_LINKED, data) && !isBelow(RESERVED, data);
        return new Verdicts()
                .neverRuns("a role does not run")
                .canDelete(unless(isBelow(SERVICE_LINKED, data), "it is linked to a service, which alone lets it go"),
                        unless(isBelow(RESERVED, data), "it is reserved: AWS manages it"),
                        ours ? grants(data).areGone() : Check.ok(),
                        unless(!profiles.isEmpty(), "to be taken out first of " + used),
                        permitted(permissions, "iam:DeleteRole"))
                .hasDependencies(profiles.isEmpty() ? null : true, profiles.isEmpty() ? "what assumes it is not known" : used)
                .custom("service_linked", isBelow(SERVICE_LINKED, data))
                .build();
    }
}
