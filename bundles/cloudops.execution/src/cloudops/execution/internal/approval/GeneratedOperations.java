package cloudops.execution.internal.approval;

import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

import cloudops.execution.Verdict.Effect;

/**
 * What the models of AWS tell about its operations: the text that {@code releng/aws-operations/generate.py} makes, half a megabyte. Its lines
 * are sorted, so those of a service are found by halving, and only they are parsed, when the first of its operations is judged. Safe for
 * use by many threads.
 */
final class GeneratedOperations {

    static final String RESOURCE = "aws-operations.generated.txt";

    private final String text;
    private final Map<String, Map<String, Kind>> parsed = new ConcurrentHashMap<>();

    GeneratedOperations(String text) {
        this.text = text;
    }

    /** @return by name; empty for a service that the table does not name
     *  @throws IllegalStateException naming the line, if one of the service's lines is not {@code service KIND operations…} */
    Map<String, Kind> operations(String service) {
        var known = parsed.get(service);
        if (known != null) {
            return known;
        }
        int start = isName(service) ? firstLineOf(service + " ") : text.length();
        return text.startsWith(service + " ", start) ? parsed.computeIfAbsent(service, name -> parse(name + " ", start)) : Map.of();
    }

    /** Reads the whole text.
     *  @throws IllegalStateException naming the line, if it is out of order: its service would not be found */
    NavigableSet<String> services() {
        var services = new TreeSet<String>();
        var last = "";
        for (int start = 0; start < text.length(); start = endOfLine(start) + 1) {
            var line = text.substring(start, endOfLine(start));
            if (!line.startsWith("#")) {
                if (line.compareTo(last) <= 0) {
                    throw broken(start, "out of order");
                }
                services.add(line.substring(0, Math.max(0, line.indexOf(' '))));
                last = line;
            }
        }
        return services;
    }

    private Map<String, Kind> parse(String serviceAndBlank, int first) {
        var operations = new HashMap<String, Kind>();
        for (int start = first; text.startsWith(serviceAndBlank, start); start = endOfLine(start) + 1) {
            var words = text.substring(start, endOfLine(start)).split(" ");
            if (words.length < 3) {
                throw broken(start, "not of the form: service KIND operations...");
            }
            var kind = kind(words[1], start);
            for (var operation : Arrays.asList(words).subList(2, words.length)) {
                if (!isName(operation)) {
                    throw broken(start, "not an operation's name: '" + operation + "'");
                }
                if (operations.put(operation, kind) != null) {
                    throw broken(start, serviceAndBlank + operation + " is there twice");
                }
            }
        }
        return Collections.unmodifiableMap(operations);
    }

    /** @return the start of the first line that does not come before the key; the end of the text, or beyond, if there is none */
    private int firstLineOf(String key) {
        int low = 0;
        int high = text.length();
        while (low < high) {
            int line = text.lastIndexOf('\n', (low + high) / 2 - 1) + 1;
            if (text.startsWith("#", line) || text.substring(line, Math.min(text.length(), line + key.length())).compareTo(key) < 0) {
                low = endOfLine(line) + 1;
            } else {
                high = line;
            }
        }
        return low;
    }

    private int endOfLine(int start) {
        int end = text.indexOf('\n', start);
        return end < 0 ? text.length() : end;
    }

    private Kind kind(String word, int start) {
        try {
            return Kind.valueOf(word);
        } catch (IllegalArgumentException e) {
            throw broken(start, "'" + word + "' is none of " + Arrays.toString(Kind.values()));
        }
    }

    private IllegalStateException broken(int start, String why) {
        return new IllegalStateException(RESOURCE + ", line " + (1 + text.substring(0, start).chars().filter(c -> c == '\n').count()) + ": " + why);
    }

    /** Whether it could be the name of a service or an operation. A loop: a regular expression takes longer than all the rest. */
    static boolean isName(String word) {
        for (int i = 0; i < word.length(); i++) {
            char c = word.charAt(i);
            if (!(c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || i > 0 && (c == '-' || c == '.'))) { // the dot is for runtime.sagemaker
                return false;
            }
        }
        return !word.isEmpty();
    }

    /** What the generator makes of an operation. */
    enum Kind {

        READ_ONLY(Effect.READ_ONLY), SENSITIVE_READ(Effect.SENSITIVE_READ), MUTATING(Effect.MUTATING), DESTRUCTIVE(Effect.DESTRUCTIVE),
        UNKNOWN(Effect.UNKNOWN),
        /** A command of the CLI's own: no model tells what it does. */
        COMMAND(Effect.UNKNOWN);

        private final Effect effect;

        Kind(Effect effect) {
            this.effect = effect;
        }

        Effect effect() {
            return effect;
        }
    }
}
