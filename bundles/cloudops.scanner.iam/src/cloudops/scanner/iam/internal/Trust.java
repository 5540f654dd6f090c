package cloudops.scanner.iam.internal;

import java.util.List;
import java.util.TreeSet;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * Whom a role's trust policy lets assume the role, whatever the conditions.
 *
 * <p>Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html (a {@code *} for everyone, or lists by
 * kind; one that is alone needs no list).
 *
 * @param principals ARNs, account IDs, services and identity providers, sorted
 * @param everyone whether it also trusts everyone, or everyone but some
 */
record Trust(List<String> principals, boolean everyone) {

    private static final String EVERYONE = "*";

    /** @param policy the document; one that is missing or no JSON object trusts nobody */
    static Trust of(JsonNode policy) {
        var principals = new TreeSet<String>();
        boolean everyone = false;
        for (var statement : each(policy.path("Statement"))) {
            if ("Allow".equals(statement.path("Effect").asText())) {
                var principal = statement.path("Principal");
                for (var kind : principal.isObject() ? principal : List.of(principal)) {
                    each(kind).stream().filter(JsonNode::isTextual).map(JsonNode::textValue).forEach(principals::add);
                }
                everyone |= statement.has("NotPrincipal");
            }
        }
        everyone |= principals.remove(EVERYONE);
        return new Trust(List.copyOf(principals), everyone);
    }

    private static List<JsonNode> each(JsonNode oneOrMany) {
        return oneOrMany.isArray() ? oneOrMany.valueStream().toList() : List.of(oneOrMany);
    }
}
