package cloudops.agent.internal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import cloudops.agent.EnrichedRequest.IdentifiedResource;
import cloudops.model.AwsResource;

/**
 * A prompt in which names are told from words: what is quoted, what is {@code key=value} and what names an identified resource is no word,
 * so that a database called "stop" or a tag value "delete" is never taken for an order.
 */
final class Sentence {

    /** Stands for a name or a literal among the words. */
    static final String NAME = "\uFFFC";

    private static final Pattern LITERAL = Pattern.compile(
            "\"[^\"]*\"\\s*=\\s*(?:\"[^\"]*\"|\\S+)|(?<!\\S)[^\\s\"=]++\\s*=\\s*(?:\"[^\"]*\"|'[^']*'|\\S+)|\"[^\"]*\"|(?<!\\w)'[^']*'(?!\\w)");

    /** @param ends whether punctuation after it ends the clause */
    record Token(String word, boolean ends) {
        boolean isName() {
            return word.contains(NAME);
        }
    }

    private final String prompt;
    private final List<Token> tokens;
    /** How the prompt names a resource, by its ARN. */
    private final Map<String, String> mentions = new HashMap<>();
    private String rest;

    Sentence(String prompt, List<IdentifiedResource> resources, Words words) {
        this.prompt = prompt;
        rest = prompt.replace('\u2019', '\'').replace(NAME, " ");
        // Longer names first: "pg-main" must not be found inside an ARN or inside "pg-main-2".
        var names = new ArrayList<Map.Entry<String, AwsResource>>();
        for (var each : resources) {
            var resource = each.resource();
            names.add(Map.entry(resource.arn(), resource));
            names.add(Map.entry(resource.identifier(), resource));
            names.add(Map.entry(resource.name(), resource));
        }
        names.sort(Comparator.comparingInt(entry -> -entry.getKey().length()));
        var found = new HashMap<String, Boolean>();
        var quoted = prompt.toLowerCase(Locale.ROOT);
        for (var name : names) {
            var text = name.getKey();
            var key = text.toLowerCase(Locale.ROOT);
            var isQuoted = quoted.contains("\"" + key + "\"") || quoted.contains("'" + key + "'");
            if (!isQuoted && (key.isBlank() || words.isOperation(key))) {
                continue;
            }
            if (found.computeIfAbsent(key, any -> mask(text))) {
                mentions.merge(name.getValue().arn(), key, (one, other) -> one.length() >= other.length() ? one : other);
            }
        }
        tokens = tokens(LITERAL.matcher(rest).replaceAll(" " + NAME + " "));
    }

    /** As the user typed it. */
    String prompt() {
        return prompt;
    }

    /** The prompt with {@link #NAME} for what names a resource: where values are looked for. */
    String withoutNames() {
        return rest;
    }

    List<Token> tokens() {
        return tokens;
    }

    boolean isBlank() {
        return prompt.isBlank();
    }

    boolean has(Predicate<String> word) {
        return tokens.stream().map(Token::word).anyMatch(word);
    }

    /** The longest of ARN, identifier and name by which the prompt names {@code resource}, in lower case; empty when it does not. */
    Optional<String> mention(AwsResource resource) {
        return Optional.ofNullable(mentions.get(resource.arn()));
    }

    boolean namesByArn(AwsResource resource) {
        return mention(resource).filter(resource.arn().toLowerCase(Locale.ROOT)::equals).isPresent();
    }

    /** The words, with {@code label} in the place of names. */
    String withNamesAs(String label) {
        return tokens.stream().map(token -> token.isName() ? label : token.word()).collect(Collectors.joining(" "));
    }

    private boolean mask(String name) {
        var pattern = Pattern.compile("(?<![\\w./:-])" + Pattern.quote(name) + "(?![\\w/-]|[.:]\\w)",
                Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE | Pattern.UNICODE_CHARACTER_CLASS);
        var matcher = pattern.matcher(rest);
        var hit = matcher.find();
        if (hit) {
            rest = matcher.replaceAll(" " + NAME + " ");
        }
        return hit;
    }

    private static List<Token> tokens(String text) {
        var tokens = new ArrayList<Token>();
        for (var raw : text.toLowerCase(Locale.ROOT).split("[\\s\\p{Z}]+")) {
            var word = raw.replaceAll("^[\\p{P}\\p{S}&&[^\uFFFC]]+|[\\p{P}\\p{S}&&[^\uFFFC]]+$", "");
            var ends = raw.matches(".*[,;:.!?]");
            if (!word.isEmpty()) {
                tokens.add(new Token(word, ends));
            } else if (ends && !tokens.isEmpty()) {
                tokens.set(tokens.size() - 1, new Token(tokens.getLast().word(), true));
            }
        }
        return List.copyOf(tokens);
    }
}
