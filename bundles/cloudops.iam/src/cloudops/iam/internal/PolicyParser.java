package cloudops.iam.internal;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;

import cloudops.iam.internal.PolicyStatement.Selection;
import cloudops.iam.internal.TextPattern.Wildcards;

/**
 * Reads identity policies (IAM User Guide, "Grammar of the IAM JSON policy language"). What the grammar does not know is refused rather than
 * passed over: an element that was not understood may forbid something.
 */
final class PolicyParser {

    private static final Set<String> DOCUMENT = Set.of("Version", "Id", "Statement");
    private static final Set<String> STATEMENT =
            Set.of("Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition");
    private static final String VARIABLES_SINCE = "2012-10-17";
    private static final String FIRST_VERSION = "2008-10-17";

    private static final JsonMapper JSON = JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

    private final ContextKeys principal;

    /** @param principal what the variables of the principal stand for */
    PolicyParser(ContextKeys principal) {
        this.principal = principal;
    }

    /** @param document an object (as the CLI gives it), or its text, URL-encoded (as the API gives it) or not */
    PolicyDocument parse(String name, JsonNode document) throws MalformedPolicyException {
        var root = document.isTextual() ? read(document.textValue()) : document;
        require(root.isObject(), "it is no JSON object");
        requireOnly(root, DOCUMENT);
        var version = root.path("Version").asText(FIRST_VERSION);
        require(version.equals(VARIABLES_SINCE) || version.equals(FIRST_VERSION), "its version is not known");
        var variables = version.equals(VARIABLES_SINCE) ? principal : null;

        var listed = root.path("Statement");
        require(listed.isArray() || listed.isObject(), "it has no Statement");
        var statements = new ArrayList<PolicyStatement>();
        for (var statement : listed.isArray() ? listed : List.of(listed)) {
            statements.add(statement(statement, statements.size() + 1, variables));
        }
        return new PolicyDocument(name, List.copyOf(statements));
    }

    private static JsonNode read(String text) throws MalformedPolicyException {
        try {
            // RFC 3986, as AWS encodes: a plus is a plus
            var json = text.stripLeading().startsWith("{") ? text
                    : URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
            return JSON.readTree(json);
        } catch (JsonProcessingException | IllegalArgumentException e) {
            throw new MalformedPolicyException("it is not JSON", e);
        }
    }

    private static PolicyStatement statement(JsonNode node, int position, ContextKeys variables) throws MalformedPolicyException {
        require(node.isObject(), "statement " + position + " is no JSON object");
        requireOnly(node, STATEMENT);
        var effect = node.path("Effect").asText();
        require(effect.equals("Allow") || effect.equals("Deny"), "the Effect of statement " + position + " is neither Allow nor Deny");
        var sid = node.path("Sid").asText();
        return new PolicyStatement(sid.isBlank() ? String.valueOf(position) : sid, effect.equals("Allow"),
                selection(node, "Action", Wildcards.ANYWHERE, null), selection(node, "Resource", Wildcards.ARN, variables),
                conditions(node.path("Condition"), variables));
    }

    private static Selection selection(JsonNode statement, String element, Wildcards wildcards, ContextKeys variables)
            throws MalformedPolicyException {
        boolean inverted = statement.has("Not" + element);
        require(inverted != statement.has(element), "a statement has not exactly one of " + element + " and Not" + element);
        var patterns = new ArrayList<TextPattern>();
        for (var text : strings(statement.get(inverted ? "Not" + element : element), element)) {
            patterns.add(TextPattern.of(wildcards == Wildcards.ARN ? text : text.toLowerCase(Locale.ROOT), wildcards, variables));
        }
        return new Selection(inverted, List.copyOf(patterns));
    }

    private static List<Condition> conditions(JsonNode node, ContextKeys variables) throws MalformedPolicyException {
        require(node.isMissingNode() || node.isObject(), "a Condition is no JSON object");
        var conditions = new ArrayList<Condition>();
        for (var operator : node.properties()) {
            require(operator.getValue().isObject(), "the condition " + operator.getKey() + " is no JSON object");
            for (var key : operator.getValue().properties()) {
                conditions.add(Condition.of(operator.getKey(), key.getKey(), strings(key.getValue(), key.getKey()), variables));
            }
        }
        return List.copyOf(conditions);
    }

    private static List<String> strings(JsonNode node, String element) throws MalformedPolicyException {
        var strings = new ArrayList<String>();
        for (var value : node.isArray() ? node : List.of(node)) {
            require(value.isValueNode() && !value.isNull(), "a value of " + element + " is no text");
            strings.add(value.asText());
        }
        require(!strings.isEmpty(), element + " is empty");
        return strings;
    }

    private static void requireOnly(JsonNode node, Set<String> elements) throws MalformedPolicyException {
        for (var field : node.properties()) {
            require(elements.contains(field.getKey()), "it has an element that is not known here: " + field.getKey());
        }
    }

    private static void require(boolean condition, String otherwise) throws MalformedPolicyException {
        if (!condition) {
            throw new MalformedPolicyException(otherwise);
        }
    }
}
