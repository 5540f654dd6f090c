package cloudops.scanner.iam.internal;

import static cloudops.scanner.spi.AwsJson.flag;
import static cloudops.scanner.spi.AwsJson.list;
import static cloudops.scanner.spi.AwsJson.number;
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
 * Managed policies of the account's own; those of AWS are not listed. What they say is not kept.
 *
 * <p>Sources: https://docs.aws.amazon.com/IAM/latest/APIReference/API_ManagedPolicyDetail.html (members),
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeletePolicy.html (to be detached, and its other versions deleted, first),
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html (AWS managed policies cannot be changed).
 */
final class Policies implements TypeScanner {

    private static final ResourceType TYPE = new ResourceType("iam_policy", "IAM policy", true);

    private static final List<String> ACTIONS = List.of("iam:GetPolicy", "iam:GetPolicyVersion", "iam:CreatePolicyVersion",
            "iam:SetDefaultPolicyVersion", "iam:DeletePolicyVersion", "iam:DeletePolicy", "iam:TagPolicy");

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
        list(Entity.details(context, "LocalManagedPolicy"), "Policies").forEach(each -> sink.accept(new RawResource(TYPE.name(), each)));
    }

    @Override
    public AwsResource transform(JsonNode data, ScanContext context) {
        int versions = list(data, "PolicyVersionList").size();
        var facts = new Facts()
                .put("policy_id", text(data, "PolicyId"))
                .put("path", text(data, "Path"))
                .put("description", text(data, "Description"))
                .put("create_date", text(data, "CreateDate"))
                .put("update_date", text(data, "UpdateDate"))
                .put("default_version", text(data, "DefaultVersionId"))
                .put("versions", versions == 0 ? null : versions)
                .put("attachable", flag(data, "IsAttachable"))
                .put("attachments", number(data, "AttachmentCount"))
                .put("boundary_of", number(data, "PermissionsBoundaryUsageCount"));
        return Entity.resource(TYPE, "PolicyName", "policy", data, facts, context);
    }

    @Override
    public ResourceConstraints constraints(JsonNode data, AwsResource policy, IamPermissions permissions) {
        var arn = text(data, "Arn");
        var attachments = number(data, "AttachmentCount");
        var boundaries = number(data, "PermissionsBoundaryUsageCount");
        int others = list(data, "PolicyVersionList").size() - 1;
        return new Verdicts()
                .neverRuns("a policy does not run")
                .canDelete(unless(arn != null && arn.contains(":iam::aws:policy/"), "AWS manages it"),
                        none(attachments, "to be detached first from users, groups and roles: "),
                        none(boundaries, "to be taken away first as the permissions boundary of users and roles: "),
                        others < 0 ? Check.unknown("its versions are not known")
                                : unless(others > 0, "to be deleted first, versions other than the default one: " + others),
                        permitted(permissions, "iam:DeletePolicy"))
                .hasDependencies(attachments == null || boundaries == null ? null : attachments + boundaries > 0,
                        attachments == null || boundaries == null ? "what has it is not known"
                                : attachments + boundaries > 0 ? "users, groups and roles that have it: " + (attachments + boundaries) : null)
                .build();
    }

    private static Check none(Long count, String reason) {
        return count == null ? Check.unknown("how often it is used is not known") : unless(count > 0, reason + count);
    }
}
