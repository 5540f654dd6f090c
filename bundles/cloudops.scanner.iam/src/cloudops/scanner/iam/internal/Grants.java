package cloudops.scanner.iam.internal;

import static cloudops.scanner.spi.AwsJson.list;
import static cloudops.scanner.spi.AwsJson.text;
import static cloudops.scanner.spi.AwsJson.texts;

import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;

import cloudops.scanner.spi.Check;
import cloudops.scanner.spi.Facts;

/**
 * The policies of a user, group or role.
 *
 * @param attached ARNs of the managed policies
 * @param inline names of the policies that are part of it; what they say is not kept
 * @param boundary ARN of the policy that bounds its permissions; null for none
 */
record Grants(List<String> attached, List<String> inline, String boundary) {

    /** @param inlineMember {@code UserPolicyList} */
    static Grants of(JsonNode data, String inlineMember) {
        return new Grants(texts(list(data, "AttachedManagedPolicies"), "PolicyArn"), texts(list(data, inlineMember), "PolicyName"),
                text(data, "PermissionsBoundary", "PermissionsBoundaryArn"));
    }

    Facts addTo(Facts facts) {
        return facts
                .put("policies", attached)
                .put("inline_policies", inline)
                .put("permissions_boundary", boundary)
                .relations("has_policy", attached)
                .relation("bounded_by", boundary);
    }

    /** Fails when there is a policy, which must be taken away before the deletion. */
    Check areGone() {
        if (attached.isEmpty() && inline.isEmpty()) {
            return Check.ok();
        }
        return Check.no("to be removed first: " + (attached.isEmpty() ? "" : count(attached.size(), "attached"))
                + (attached.isEmpty() || inline.isEmpty() ? "" : " and ") + (inline.isEmpty() ? "" : count(inline.size(), "inline")));
    }

    private static String count(int number, String kind) {
        return number + " " + kind + (number == 1 ? " policy" : " policies");
    }
}
