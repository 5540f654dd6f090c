package cloudops.iam.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One key of a statement's {@code Condition}: {@code "StringLike": {"aws:RequestedRegion": ["us-*"]}}. Decided where this machine knows the
 * key and the operator; undecided otherwise.
 *
 * @param operator what is compared, without {@code IfExists}
 * @param ifExists whether an absent key makes the condition true
 * @param key name of the context key
 * @param values any of which is to match
 */
record Condition(Operator operator, boolean ifExists, String key, List<TextPattern> values) {

    private static final String IF_EXISTS = "IfExists";

    /** How values are compared; {@code UNSUPPORTED} ones are never decided here: numbers, dates, addresses, sets. */
    enum Operator {
        STRING(TextPattern.Wildcards.NONE, false, false),
        STRING_NOT(TextPattern.Wildcards.NONE, true, false),
        STRING_IGNORING_CASE(TextPattern.Wildcards.NONE, false, true),
        STRING_NOT_IGNORING_CASE(TextPattern.Wildcards.NONE, true, true),
        LIKE(TextPattern.Wildcards.ANYWHERE, false, false),
        NOT_LIKE(TextPattern.Wildcards.ANYWHERE, true, false),
        ARN(TextPattern.Wildcards.ARN_BY_SEGMENT, false, false),
        ARN_NOT(TextPattern.Wildcards.ARN_BY_SEGMENT, true, false),
        BOOL(TextPattern.Wildcards.NONE, false, true),
        NULL(TextPattern.Wildcards.NONE, false, true),
        UNSUPPORTED(TextPattern.Wildcards.NONE, false, false);

        private final TextPattern.Wildcards wildcards;
        private final boolean negated;
        private final boolean ignoresCase;

        Operator(TextPattern.Wildcards wildcards, boolean negated, boolean ignoresCase) {
            this.wildcards = wildcards;
            this.negated = negated;
            this.ignoresCase = ignoresCase;
        }

        /** ArnEquals and ArnLike behave alike (IAM User Guide, "Condition operators"). */
        private static Operator named(String name) {
            return switch (name.toLowerCase(Locale.ROOT)) {
                case "stringequals" -> STRING;
                case "stringnotequals" -> STRING_NOT;
                case "stringequalsignorecase" -> STRING_IGNORING_CASE;
                case "stringnotequalsignorecase" -> STRING_NOT_IGNORING_CASE;
                case "stringlike" -> LIKE;
                case "stringnotlike" -> NOT_LIKE;
                case "arnequals", "arnlike" -> ARN;
                case "arnnotequals", "arnnotlike" -> ARN_NOT;
                case "bool" -> BOOL;
                case "null" -> NULL;
                default -> UNSUPPORTED;
            };
        }
    }

    /** @param operatorName as the policy writes it; @param variables as in {@link TextPattern#of} */
    static Condition of(String operatorName, String key, List<String> values, ContextKeys variables) {
        int end = operatorName.length() - IF_EXISTS.length();
        boolean ifExists = end > 0 && operatorName.regionMatches(true, end, IF_EXISTS, 0, IF_EXISTS.length());
        var operator = Operator.named(ifExists ? operatorName.substring(0, end) : operatorName);
        if (operator == Operator.NULL && ifExists) {
            operator = Operator.UNSUPPORTED;
        }
        var patterns = new ArrayList<TextPattern>();
        for (var value : values) {
            patterns.add(operator.ignoresCase
                    ? TextPattern.of(value.toLowerCase(Locale.ROOT), operator.wildcards, variables == null ? null : variables.inLowerCase())
                    : TextPattern.of(value, operator.wildcards, variables));
        }
        return new Condition(operator, ifExists, key, List.copyOf(patterns));
    }

    Match holds(ContextKeys context) {
        if (operator == Operator.UNSUPPORTED || !context.decides(key)) {
            return Match.undecided("condition " + key);
        }
        var value = context.value(key);
        if (operator == Operator.NULL) {
            return compared(String.valueOf(value.isEmpty()));
        }
        if (value.isEmpty()) {
            return Match.of(ifExists || operator.negated);
        }
        return compared(operator.ignoresCase ? value.get().toLowerCase(Locale.ROOT) : value.get());
    }

    /** Whether any pattern matches; for a negated operator whether none does. */
    private Match compared(String value) {
        var match = Match.NO;
        for (var pattern : values) {
            match = match.or(pattern.matches(value));
        }
        match = operator.negated ? match.not() : match;
        return match.truth() == Match.Truth.UNDECIDED ? Match.undecided("condition " + key + " with " + match.cause()) : match;
    }
}
