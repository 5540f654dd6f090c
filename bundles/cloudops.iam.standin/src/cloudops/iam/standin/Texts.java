package cloudops.iam.standin;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Turns texts of a policy, with their wildcards and variables, into regular expressions. */
final class Texts {

    private static final Pattern VARIABLE = Pattern.compile("\\$\\{(.)\\}|\\$\\{ *([^}, ]+) *(?:, *'([^']*)')? *\\}");

    private final Map<String, List<String>> context;
    private final boolean variables;
    private final Set<String> missing;
    private boolean unresolved;

    /** @param variables whether the policy's version knows them */
    Texts(Map<String, List<String>> context, boolean variables, Set<String> missing) {
        this.context = context;
        this.variables = variables;
        this.missing = missing;
    }

    /** Whether a variable had no value so far. */
    boolean unresolved() {
        return unresolved;
    }

    /** A plain pattern. @param any what a wildcard stands for, as a regular expression for one character */
    static Pattern glob(String pattern, String any) {
        return Pattern.compile(wild(pattern, any), Pattern.DOTALL);
    }

    /** A pattern of ARNs; empty when a variable has no value. */
    Optional<Pattern> resource(String pattern, boolean crossColons) {
        if (crossColons) {
            return pattern(pattern, ".");
        }
        // a star before a colon or at the end reaches beyond: a mark that no text has keeps it apart from the others
        return pattern(pattern.replaceAll("\\*(?=:|\\z)", "\u0001"), "[^:]").map(regex ->
                Pattern.compile(regex.pattern().replace("\u0001", ".*"), Pattern.DOTALL));
    }

    /** A pattern in which wildcards stand for {@code any}; empty when a variable has no value. */
    Optional<Pattern> pattern(String pattern, String any) {
        return expanded(pattern, text -> wild(text, any), Pattern::quote).map(regex -> Pattern.compile(regex, Pattern.DOTALL));
    }

    /** Text in which only variables mean anything; empty when one has no value. */
    Optional<String> plain(String text) {
        return expanded(text, part -> part, value -> value);
    }

    private Optional<String> expanded(String text, UnaryOperator<String> literal, UnaryOperator<String> inserted) {
        var out = new StringBuilder();
        int from = 0;
        for (Matcher variable = VARIABLE.matcher(text); variables && variable.find();) {
            out.append(literal.apply(text.substring(from, variable.start())));
            var value = variable.group(1) != null && "*?$".contains(variable.group(1)) ? Optional.of(variable.group(1)) : value(variable);
            if (value.isEmpty()) {
                unresolved = true;
                return Optional.empty();
            }
            out.append(inserted.apply(value.get()));
            from = variable.end();
        }
        return Optional.of(out.append(literal.apply(text.substring(from))).toString());
    }

    private Optional<String> value(Matcher variable) {
        var key = variable.group(1) != null ? variable.group(1) : variable.group(2);
        var values = Conditions.values(context, key);
        if (values.isEmpty()) {
            missing.add(key);
        }
        return values.isPresent() && values.get().size() == 1 ? Optional.of(values.get().getFirst()) : Optional.ofNullable(variable.group(3));
    }

    private static String wild(String text, String any) {
        var out = new StringBuilder();
        for (int c : text.codePoints().toArray()) {
            out.append(c == '*' ? any + "*" : c == '?' ? any : c == 1 ? "\u0001" : Pattern.quote(Character.toString(c)));
        }
        return out.toString();
    }
}
