package cloudops.iam.internal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * The answer of SimulatePrincipalPolicy, by resource and action. Decisions are taken from {@code ResourceSpecificResults} where they name the
 * resource, else from a result for that resource, else from one for {@code *}: what is allowed or explicitly denied for all resources is so
 * for each, while an implicit denial for all says nothing about one (IAM API Reference, EvaluationResult and ResourceSpecificResult).
 */
final class SimulationAnswer {

    private static final String EVERY_RESOURCE = "*";

    /** @param action in lower case */
    private record Question(String action, String resourceArn) {
    }

    private final Map<Question, SimulatedDecision> decisions = new HashMap<>();

    SimulationAnswer(JsonNode answer) {
        for (var result : answer.path("EvaluationResults")) {
            var action = result.path("EvalActionName").asText().toLowerCase(Locale.ROOT);
            var specific = result.path("ResourceSpecificResults");
            for (var one : specific) {
                put(new Question(action, one.path("EvalResourceName").asText()), one.path("EvalResourceDecision").asText(), one, result);
            }
            if (specific.isEmpty()) {
                put(new Question(action, result.path("EvalResourceName").asText(EVERY_RESOURCE)), result.path("EvalDecision").asText(),
                        result, result);
            }
        }
    }

    SimulatedDecision decision(String action, String resourceArn) {
        var name = action.toLowerCase(Locale.ROOT);
        var own = decisions.get(new Question(name, resourceArn));
        return own != null ? own
                : decisions.getOrDefault(new Question(name, EVERY_RESOURCE), new SimulatedDecision(
                        Decision.unknown("the simulation did not answer for this resource"), List.of()));
    }

    private void put(Question question, String word, JsonNode detail, JsonNode result) {
        var missing = new ArrayList<String>();
        detail.path("MissingContextValues").forEach(key -> missing.add(key.asText()));
        decisions.merge(question, new SimulatedDecision(decide(question, word, detail, result), List.copyOf(missing)),
                SimulatedDecision::cautious);
    }

    private static Decision decide(Question question, String word, JsonNode detail, JsonNode result) {
        var organizations = result.path("OrganizationsDecisionDetail").path("AllowedByOrganizations");
        if (organizations.isBoolean() && !organizations.booleanValue()) {
            // told of the action, over all resources of the call: a single one may be allowed, but nobody says so
            return word.equals("allowed") && result.path("ResourceSpecificResults").size() > 1
                    ? Decision.unknown("a service control policy of the organization denies it for some resources")
                    : Decision.denied("a service control policy of the organization denies it");
        }
        return switch (word) {
            case "allowed" -> Decision.allowed("allowed by policy" + matched(detail));
            case "explicitDeny" -> Decision.denied("explicit deny in policy" + matched(detail));
            case "implicitDeny" -> implicit(question, detail, result);
            default -> Decision.unknown("the simulation's decision is not known here: " + word);
        };
    }

    private static Decision implicit(Question question, JsonNode detail, JsonNode result) {
        if (question.resourceArn().equals(EVERY_RESOURCE)) {
            return Decision.unknown("the simulation did not answer for this resource");
        }
        var boundary = detail.path("PermissionsBoundaryDecisionDetail").path("AllowedByPermissionsBoundary");
        if (boundary.isMissingNode()) {
            boundary = result.path("PermissionsBoundaryDecisionDetail").path("AllowedByPermissionsBoundary");
        }
        return Decision.denied(boundary.isBoolean() && !boundary.booleanValue() ? "the permissions boundary does not allow it"
                : "no policy allows it");
    }

    /** The first matching policy, as {@code " name"}; empty when AWS names none. */
    private static String matched(JsonNode detail) {
        var name = detail.path("MatchedStatements").path(0).path("SourcePolicyId").asText();
        return name.isEmpty() ? "" : " " + name;
    }
}
