package cloudops.iam.internal;

import java.util.regex.Pattern;

/** A variable in the text of a policy: {@code ${aws:username}}, {@code ${aws:username, 'nobody'}}, and {@code ${*}} for a plain star. */
final class PolicyVariable {

    private static final Pattern FORM = Pattern.compile("\\$\\{\\s*([^\\s,'{}]+)\\s*(?:,\\s*'([^']*)'\\s*)?\\}", Pattern.DOTALL);

    /** What a variable stands for. */
    sealed interface Value {
    }

    /** This text, without wildcards. */
    record Text(String text) implements Value {
    }

    /** The request does not have the key: nothing matches (IAM User Guide, "Variables and tags"). @param variable as the policy writes it */
    record Absent(String variable) implements Value {
    }

    /** Not known on this machine. @param variable as the policy writes it; @param mayBeAbsent whether it may have no value, and has no default */
    record Unknown(String variable, boolean mayBeAbsent) implements Value {
    }

    private PolicyVariable() {
    }

    /** Where the variable that starts at {@code start} ends; -1 when none starts there; the text's end for one that is never closed. */
    static int end(String text, int start) {
        if (!text.startsWith("${", start)) {
            return -1;
        }
        boolean quoted = false;
        for (int i = start + 2; i < text.length(); i++) {
            if (text.charAt(i) == '\'') {
                quoted = !quoted;
            } else if (text.charAt(i) == '}' && !quoted) {
                return i + 1;
            }
        }
        return text.length();
    }

    /** Whether it is a plain {@code *}, {@code ?} or {@code $}. */
    static boolean isEscape(String variable) {
        return variable.equals("${*}") || variable.equals("${?}") || variable.equals("${$}");
    }

    static Value resolve(String variable, ContextKeys keys) {
        var form = FORM.matcher(variable);
        if (!form.matches()) {
            return new Unknown(variable, true);
        }
        var key = form.group(1);
        if (key.equals("*") || key.equals("?") || key.equals("$")) {
            return new Text(key);
        }
        if (!keys.decides(key)) {
            return new Unknown(variable, form.group(2) == null);
        }
        var value = keys.value(key);
        if (value.isPresent()) {
            return new Text(value.get());
        }
        return form.group(2) == null ? new Absent(variable) : new Text(form.group(2));
    }
}
