package cloudops.iam.internal;

import java.util.List;
import java.util.stream.Stream;

/**
 * Decides requests from a principal's identity policies and its permissions boundary (IAM User Guide, "Policy evaluation logic"): an explicit
 * deny wins; else identity policies and boundary must both allow; else it is denied. What depends on something that this machine does not
 * know is unknown. Resource policies, service control policies and session policies are not seen here. Pure.
 */
final class PolicyEvaluator {

    private final PrincipalPolicies policies;

    PolicyEvaluator(PrincipalPolicies policies) {
        this.policies = policies;
    }

    Decision decide(String action, String resourceArn) {
        var request = PolicyRequest.of(action, resourceArn, policies.context());
        var boundary = policies.boundary().stream().toList();

        var denied = find(Stream.concat(policies.identity().stream(), boundary.stream()).toList(), false, request);
        if (denied.match().yes()) {
            return Decision.denied("explicit deny in policy " + denied.policy());
        }
        var allowed = find(policies.identity(), true, request);
        if (allowed.match().no() && policies.gaps().isEmpty()) {
            return Decision.denied("no policy allows it");
        }
        var bounded = find(boundary, true, request);
        if (!boundary.isEmpty() && bounded.match().no()) {
            return Decision.denied("the permissions boundary " + boundary.getFirst().name() + " does not allow it");
        }

        if (!policies.gaps().isEmpty()) {
            return Decision.unknown(policies.gaps().getFirst());
        }
        if (policies.boundaryGap().isPresent()) {
            return Decision.unknown(policies.boundaryGap().get());
        }
        return Stream.of(denied, allowed, bounded).filter(found -> found.match().truth() == Match.Truth.UNDECIDED).findFirst()
                .map(found -> Decision.unknown(found.match().cause() + " in policy " + found.policy()))
                .orElseGet(() -> Decision.allowed("allowed by statement " + allowed.statement() + " of policy " + allowed.policy()));
    }

    /** The statement that settles the question, else the first undecided one; policy and statement are null for none. */
    private record Found(Match match, String policy, String statement) {
    }

    private static Found find(List<PolicyDocument> documents, boolean allows, PolicyRequest request) {
        var best = new Found(Match.NO, null, null);
        for (var document : documents) {
            for (var statement : document.statements()) {
                var match = statement.allows() == allows ? statement.appliesTo(request) : Match.NO;
                if (match.yes()) {
                    return new Found(match, document.name(), statement.id());
                }
                if (best.match().no() && !match.no()) {
                    best = new Found(match, document.name(), statement.id());
                }
            }
        }
        return best;
    }
}
