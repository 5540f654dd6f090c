package cloudops.execution.internal.approval;

import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

import cloudops.execution.Verdict.Effect;

/**
 * What the models of AWS tell about its operations: the text that {@code releng/aws-operations/generate.py} makes. It is only indexed by
 * service at first; the lines of a service are read when the first of its operations is judged. Safe for use by many threads.
 */
final class GeneratedOperations {

    static final String RESOURCE = "aws-operations.generated.txt";

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]*");

    private final String text;
    private final Map<String, Section> sections = new HashMap<>();
    private final Map<String, Map<String, Kind>> operations = new ConcurrentHashMap<>();

    /** @throws IllegalStateException naming the line, if it is not {@code service KIND operations…} or its service's lines are scattered */
    GeneratedOperations(String text) {
        this.text = text;
        int number = 1;
        Section last = null;
        for (int start = 0; start < text.length(); start = endOfLine(start) + 1, number++) {
            if (text.charAt(start) == '#' || text.charAt(start) == '\n') {
                continue;
            }
            if (last == null || !text.startsWith(last.service + " ", start)) {
                last = new Section(wordAt(start, number), start, number);
                if (sections.put(last.service, last) != null) {
                    throw broken(number, last.service + " has lines elsewhere already");
                }
            }
        }
    }

    NavigableSet<String> services() {
        return new TreeSet<>(sections.keySet());
    }

    /** By name; empty for a service that is not in the table. */
    Map<String, Kind> operations(String service) {
        var section = sections.get(service);
        return section == null ? Map.of() : operations.computeIfAbsent(service, name -> read(section));
    }

    private Map<String, Kind> read(Section section) {
        var found = new TreeMap<String, Kind>();
        int number = section.line;
        for (int start = section.start; text.startsWith(section.service + " ", start); start = endOfLine(start) + 1, number++) {
            var words = text.substring(start, endOfLine(start)).split(" ");
            if (words.length < 3) {
                throw broken(number, "a line is: service KIND operations...");
            }
            var kind = kind(words[1], number);
            for (var operation : Arrays.asList(words).subList(2, words.length)) {
                if (!NAME.matcher(operation).matches()) {
                    throw broken(number, "not an operation's name: '" + operation + "'");
                }
                if (found.put(operation, kind) != null) {
                    throw broken(number, section.service + " " + operation + " is there twice");
                }
            }
        }
        return Collections.unmodifiableMap(found);
    }

    private static Kind kind(String word, int number) {
        try {
            return Kind.valueOf(word);
        } catch (IllegalArgumentException e) {
            throw broken(number, "'" + word + "' is none of " + Arrays.toString(Kind.values()));
        }
    }

    private String wordAt(int start, int number) {
        int space = text.indexOf(' ', start);
        var word = text.substring(start, space < 0 ? endOfLine(start) : Math.min(space, endOfLine(start)));
        if (!NAME.matcher(word).matches()) {
            throw broken(number, "not a service's name: '" + word + "'");
        }
        return word;
    }

    private int endOfLine(int start) {
        int end = text.indexOf('\n', start);
        return end < 0 ? text.length() : end;
    }

    private static IllegalStateException broken(int number, String why) {
        return new IllegalStateException(RESOURCE + ", line " + number + ": " + why);
    }

    private record Section(String service, int start, int line) {
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
