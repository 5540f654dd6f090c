package cloudops.iam.standin;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

import cloudops.iam.standin.Entity.Kind;
import cloudops.iam.standin.Entity.Policy;

/** What can be read of an account's principals and policies (IAM API Reference). */
final class Reads {

    private static final String VERSION = "v1";
    private static final String CREATED = "2026-01-01T00:00:00Z";

    private final Account account;

    Reads(Account account) {
        this.account = account;
    }

    /** @return whether there is such an operation */
    boolean answer(Query query, Paging paging, Xml out) throws Refusal {
        switch (query.action()) {
            case "GetUser" -> describe(Kind.USER, query, out);
            case "GetRole" -> describe(Kind.ROLE, query, out);
            case "ListUserPolicies" -> listInline(Kind.USER, query, paging, out);
            case "ListGroupPolicies" -> listInline(Kind.GROUP, query, paging, out);
            case "ListRolePolicies" -> listInline(Kind.ROLE, query, paging, out);
            case "GetUserPolicy" -> inline(Kind.USER, query, out);
            case "GetGroupPolicy" -> inline(Kind.GROUP, query, out);
            case "GetRolePolicy" -> inline(Kind.ROLE, query, out);
            case "ListAttachedUserPolicies" -> listAttached(Kind.USER, query, paging, out);
            case "ListAttachedGroupPolicies" -> listAttached(Kind.GROUP, query, paging, out);
            case "ListAttachedRolePolicies" -> listAttached(Kind.ROLE, query, paging, out);
            case "ListGroupsForUser" -> listGroups(query, paging, out);
            case "GetPolicy" -> policy(query, out);
            case "GetPolicyVersion" -> version(query, out);
            default -> {
                return false;
            }
        }
        return true;
    }

    private Entity entity(Kind kind, Query query) throws Refusal {
        var name = query.required(word(kind) + "Name", 1, kind == Kind.GROUP ? 128 : 64);
        return account.find(kind, name)
                .orElseThrow(() -> Refusal.noSuchEntity("The " + kind.name().toLowerCase(Locale.ROOT) + " with name " + name + " cannot be found."));
    }

    private void describe(Kind kind, Query query, Xml out) throws Refusal {
        var entity = entity(kind, query);
        query.requireAllRead();
        out.open(word(kind)).text("Path", entity.path).text(word(kind) + "Name", entity.name).text(word(kind) + "Id", entity.id)
                .text("Arn", entity.arn()).text("CreateDate", CREATED);
        if (kind == Kind.ROLE) {
            out.text("AssumeRolePolicyDocument", encoded("{\"Version\":\"2012-10-17\",\"Statement\":[]}"));
        }
        entity.boundary().ifPresent(boundary -> out.open("PermissionsBoundary").text("PermissionsBoundaryType", "Policy")
                .text("PermissionsBoundaryArn", boundary.arn()).close("PermissionsBoundary"));
        out.close(word(kind));
    }

    private void listInline(Kind kind, Query query, Paging paging, Xml out) throws Refusal {
        list("PolicyNames", List.copyOf(entity(kind, query).inline.keySet()), query, paging, out, (name, xml) -> xml.text("member", name));
    }

    private void listAttached(Kind kind, Query query, Paging paging, Xml out) throws Refusal {
        list("AttachedPolicies", List.copyOf(entity(kind, query).attached), query, paging, out, (policy, xml) -> xml.open("member")
                .text("PolicyName", policy.name()).text("PolicyArn", policy.arn()).close("member"));
    }

    private void listGroups(Query query, Paging paging, Xml out) throws Refusal {
        list("Groups", List.copyOf(entity(Kind.USER, query).groups), query, paging, out, (group, xml) -> xml.open("member")
                .text("Path", group.path).text("GroupName", group.name).text("GroupId", group.id).text("Arn", group.arn())
                .text("CreateDate", CREATED).close("member"));
    }

    private static <T> void list(String element, List<T> items, Query query, Paging paging, Xml out, BiConsumer<T, Xml> write) throws Refusal {
        paging.read(query);
        query.requireAllRead();
        out.open(element);
        paging.page(items).forEach(item -> write.accept(item, out));
        out.close(element);
        paging.write(out);
    }

    private void inline(Kind kind, Query query, Xml out) throws Refusal {
        var entity = entity(kind, query);
        var name = query.required("PolicyName", 1, 128);
        query.requireAllRead();
        var document = Optional.ofNullable(entity.inline.get(name)).orElseThrow(() -> Refusal.noSuchEntity("The "
                + kind.name().toLowerCase(Locale.ROOT) + " policy with name " + name + " cannot be found."));
        out.text(word(kind) + "Name", entity.name).text("PolicyName", name).text("PolicyDocument", encoded(document));
    }

    private void policy(Query query, Xml out) throws Refusal {
        var policy = managed(query);
        query.requireAllRead();
        out.open("Policy").text("PolicyName", policy.name()).text("Arn", policy.arn()).text("Path", "/").text("DefaultVersionId", VERSION)
                .text("AttachmentCount", 1).text("IsAttachable", true).text("CreateDate", CREATED).text("UpdateDate", CREATED).close("Policy");
    }

    private void version(Query query, Xml out) throws Refusal {
        var policy = managed(query);
        var version = query.required("VersionId", 1, 64);
        query.requireAllRead();
        if (!version.equals(VERSION)) {
            throw Refusal.noSuchEntity("Policy " + policy.arn() + " version " + version + " does not exist or is not attachable.");
        }
        out.open("PolicyVersion").text("Document", encoded(policy.document())).text("VersionId", version).text("IsDefaultVersion", true)
                .text("CreateDate", CREATED).close("PolicyVersion");
    }

    private Policy managed(Query query) throws Refusal {
        var arn = query.required("PolicyArn", 20, 2048);
        return Optional.ofNullable(account.policies.get(arn))
                .orElseThrow(() -> Refusal.noSuchEntity("Policy " + arn + " was not found."));
    }

    /** As IAM does: RFC 3986. */
    private static String encoded(String document) {
        return URLEncoder.encode(document, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static String word(Kind kind) {
        return Map.of(Kind.USER, "User", Kind.GROUP, "Group", Kind.ROLE, "Role").get(kind);
    }
}
