package cloudops.iam.internal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

import cloudops.model.IamPermissions;
import cloudops.model.PermissionSource;
import cloudops.model.UserContext;

/**
 * The decisions about one resource.
 *
 * @param source how they were found
 * @param decisions one for each action
 */
record Answer(PermissionSource source, Map<String, Decision> decisions) {

    private static final int REASONS_IN_SUMMARY = 3;
    private static final String UNKNOWN_PREFIX = "unknown: ";

    static Answer of(PermissionSource source, List<String> actions, Function<String, Decision> decide) {
        var decisions = new LinkedHashMap<String, Decision>();
        actions.forEach(action -> decisions.put(action, decide.apply(action)));
        return new Answer(source, decisions);
    }

    static Answer unknown(List<String> actions, String reason) {
        return of(PermissionSource.UNKNOWN, actions, action -> Decision.unknown(reason));
    }

    boolean sameVerdicts(Answer other) {
        return decisions.keySet().equals(other.decisions.keySet()) && decisions.entrySet().stream()
                .allMatch(decision -> decision.getValue().verdict() == other.decisions.get(decision.getKey()).verdict());
    }

    /** In the order of {@code actions}. Where nothing is known of any of them, the source is UNKNOWN. */
    IamPermissions permissions(List<String> actions, UserContext user) {
        var allowed = new ArrayList<String>();
        var denied = new ArrayList<String>();
        var unknown = new ArrayList<String>();
        var reasons = new HashMap<String, String>();
        for (var action : actions) {
            var decision = decisions.get(action);
            reasons.put(action, decision.reason());
            switch (decision.verdict()) {
                case ALLOWED -> allowed.add(action);
                case DENIED -> denied.add(action);
                case UNKNOWN -> unknown.add(action);
            }
        }
        boolean nothingKnown = !unknown.isEmpty() && unknown.size() == actions.size();
        return new IamPermissions(allowed, denied, unknown, user, nothingKnown ? PermissionSource.UNKNOWN : source,
                unknown.isEmpty() ? null : summary(unknown), reasons);
    }

    private String summary(List<String> unknown) {
        var distinct = new LinkedHashSet<String>();
        unknown.forEach(action -> distinct.add(decisions.get(action).reason().substring(UNKNOWN_PREFIX.length())));
        var shown = String.join("; ", distinct.stream().limit(REASONS_IN_SUMMARY).toList());
        return distinct.size() > REASONS_IN_SUMMARY ? shown + "; and " + (distinct.size() - REASONS_IN_SUMMARY) + " more" : shown;
    }
}
