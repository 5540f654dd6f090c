package cloudops.iam.standin;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;

/**
 * Decides requests of which the whole context is given, in the simplest way that follows the IAM User Guide ("Policy evaluation logic"). Written
 * for its own sake: it shares nothing with the product's evaluator, which it is held against. Pure.
 */
public final class Judge {

    private static final JsonMapper JSON = new JsonMapper();

    /**
     * How to read what AWS's documentation leaves open.
     *
     * @param wildcardsCrossColons whether a wildcard in the middle of a segment of an ARN stands for colons, too
     * @param variablesVoidStatements whether a variable without a value makes its statement void, and not only its own text match nothing
     */
    public record Reading(boolean wildcardsCrossColons, boolean variablesVoidStatements) {
    }

    /**
     * What is asked.
     *
     * @param context by key, in whatever case; keys that it lacks the request does not have
     */
    public record Request(String action, String resource, Map<String, List<String>> context) {
    }

    /** @param type as MatchedStatements has it; @param document JSON */
    public record Source(String id, String type, String document) {
    }

    public enum Decision {
        ALLOWED("allowed"), EXPLICIT_DENY("explicitDeny"), IMPLICIT_DENY("implicitDeny");

        private final String word;

        Decision(String word) {
            this.word = word;
        }

        /** As the API has it. */
        String word() {
            return word;
        }
    }

    /**
     * @param matched policies whose statements settle it
     * @param missing context keys that were looked for in vain
     */
    public record Outcome(Decision decision, List<Source> matched, Set<String> missing) {
    }

    private final Reading reading;

    public Judge(Reading reading) {
        this.reading = reading;
    }

    /** @param boundary of the principal, if it has one */
    public Outcome decide(List<Source> identity, Optional<Source> boundary, Request request) {
        var own = layer(identity, request);
        if (boundary.isEmpty() || own.decision() == Decision.EXPLICIT_DENY) {
            return own;
        }
        var bound = layer(List.of(boundary.get()), request);
        var missing = new TreeSet<>(own.missing());
        missing.addAll(bound.missing());
        if (bound.decision() == Decision.EXPLICIT_DENY) {
            return new Outcome(Decision.EXPLICIT_DENY, bound.matched(), missing);
        }
        return own.decision() == Decision.ALLOWED && bound.decision() == Decision.ALLOWED
                ? new Outcome(Decision.ALLOWED, own.matched(), missing) : new Outcome(Decision.IMPLICIT_DENY, List.of(), missing);
    }

    /** One layer for itself: a deny, else an allow, else nothing. */
    public Outcome layer(List<Source> sources, Request request) {
        var allowing = new ArrayList<Source>();
        var denying = new ArrayList<Source>();
        var missing = new TreeSet<String>();
        for (var source : sources) {
            var document = parse(source.document());
            var listed = document.path("Statement");
            for (var statement : listed.isArray() ? listed : List.of(listed)) {
                var variables = document.path("Version").asText().equals("2012-10-17");
                if (applies(statement, variables, request, missing)) {
                    (statement.path("Effect").asText().equals("Deny") ? denying : allowing).add(source);
                }
            }
        }
        return !denying.isEmpty() ? new Outcome(Decision.EXPLICIT_DENY, denying, missing)
                : !allowing.isEmpty() ? new Outcome(Decision.ALLOWED, allowing, missing)
                        : new Outcome(Decision.IMPLICIT_DENY, List.of(), missing);
    }

    private boolean applies(JsonNode statement, boolean variables, Request request, Set<String> missing) {
        var texts = new Texts(request.context(), variables, missing);
        boolean selected = action(statement, request.action()) && resource(statement, request.resource(), texts);
        // every condition is looked at, so that each key that is missing gets named
        boolean fulfilled = true;
        if (selected) {
            var conditions = new Conditions(request.context(), texts, missing);
            for (var operator : statement.path("Condition").properties()) {
                for (var key : operator.getValue().properties()) {
                    fulfilled &= conditions.holds(operator.getKey(), key.getKey(), strings(key.getValue()));
                }
            }
        }
        return selected && fulfilled && !(reading.variablesVoidStatements() && texts.unresolved());
    }

    private static boolean action(JsonNode statement, String action) {
        boolean not = statement.has("NotAction");
        return not != strings(statement.path(not ? "NotAction" : "Action")).stream().anyMatch(pattern ->
                Texts.glob(pattern.toLowerCase(Locale.ROOT), ".").matcher(action.toLowerCase(Locale.ROOT)).matches());
    }

    private boolean resource(JsonNode statement, String resource, Texts texts) {
        boolean not = statement.has("NotResource");
        return not != strings(statement.path(not ? "NotResource" : "Resource")).stream().anyMatch(pattern ->
                texts.resource(pattern, reading.wildcardsCrossColons()).map(regex -> regex.matcher(resource).matches()).orElse(false));
    }

    static List<String> strings(JsonNode node) {
        var strings = new ArrayList<String>();
        (node.isArray() ? node : List.of(node)).forEach(one -> strings.add(one.asText()));
        return strings;
    }

    static JsonNode parse(String document) {
        try {
            return JSON.readTree(document);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(document, e);
        }
    }
}
