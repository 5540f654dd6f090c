package cloudops.iam.internal;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One statement of a policy.
 *
 * @param id its {@code Sid}, or its position from 1 where it has none
 * @param allows whether its effect is Allow; else Deny
 * @param actions patterns in lower case: actions are not case-sensitive
 * @param resources patterns of ARNs, case-sensitive
 * @param conditions all of which must hold
 */
record PolicyStatement(String id, boolean allows, Selection actions, Selection resources, List<Condition> conditions) {

    /** @param inverted for {@code NotAction} and {@code NotResource}: selects what no pattern matches */
    record Selection(boolean inverted, List<TextPattern> patterns) {

        Match selects(String text) {
            var match = Match.NO;
            for (var pattern : patterns) {
                match = match.or(pattern.matches(text));
                if (match.yes()) {
                    break;
                }
            }
            return inverted ? match.not() : match;
        }
    }

    /** Whether it may select {@code action}, on whatever resource. */
    boolean mayConcern(String action) {
        return !actions.selects(action.toLowerCase(Locale.ROOT)).no();
    }

    Match appliesTo(PolicyRequest request) {
        var match = actions.selects(request.action().toLowerCase(Locale.ROOT));
        if (!match.no()) {
            match = match.and(resources.selects(request.resourceArn()));
        }
        for (var condition : conditions) {
            if (match.no()) {
                break;
            }
            match = match.and(condition.holds(request.context()));
        }
        return match.yes() ? unresolved().map(variable -> Match.undecided("variable " + variable)).orElse(match) : match;
    }

    private Optional<String> unresolved() {
        return Stream.concat(resources.patterns().stream(), conditions.stream().flatMap(condition -> condition.values().stream()))
                .flatMap(pattern -> pattern.unresolved().stream()).findFirst();
    }
}
