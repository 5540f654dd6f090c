package cloudops.execution.internal.approval;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import cloudops.execution.Verdict.Effect;
import cloudops.execution.internal.approval.OperationTable.Judgement;
import cloudops.model.Risk;

/** What people know better than the models: the text {@code aws-operations.txt}, whose head explains the format. Immutable. */
final class ReviewedOperations {

    static final String RESOURCE = "aws-operations.txt";

    private static final String ANY = "*";
    private final Map<String, Map<String, Judgement>> services = new HashMap<>();

    /** @throws IllegalStateException naming the line, if it is not {@code effect risk service operations…} or says something twice */
    ReviewedOperations(String text) {
        int number = 0;
        for (var line : text.split("\n", -1)) {
            number++;
            if (!line.isBlank() && !line.startsWith("#")) {
                add(words(line), number);
            }
        }
    }

    private void add(List<String> words, int number) {
        if (words.size() < 4 || !GeneratedOperations.isName(words.get(2))) {
            throw broken(number, "not of the form: effect risk service operations...");
        }
        var judgement = new Judgement(constant(Effect.class, words.get(0), number), constant(Risk.class, words.get(1), number));
        var operations = services.computeIfAbsent(words.get(2), service -> new HashMap<>());
        for (var operation : words.subList(3, words.size())) {
            if (!operation.equals(ANY) && !GeneratedOperations.isName(operation.endsWith(ANY) ? operation.substring(0, operation.length() - 1) : operation)) {
                throw broken(number, "neither an operation's name nor a prefix: '" + operation + "'");
            }
            if (operations.put(operation, judgement) != null) {
                throw broken(number, words.get(2) + " " + operation + " is judged twice");
            }
        }
    }

    private static List<String> words(String line) {
        var words = new ArrayList<String>();
        for (var word : line.split(" ")) { // one blank: the way that needs no regular expression
            if (!word.isEmpty()) {
                words.add(word);
            }
        }
        return words;
    }

    /** The line for the operation itself, or else the one for the longest prefix of it. */
    Optional<Judgement> judge(String service, String operation) {
        var operations = services.getOrDefault(service, Map.of());
        var judgement = operations.get(operation);
        for (int length = operation.length(); judgement == null && length >= 0 && !operations.isEmpty(); length--) {
            judgement = operations.get(operation.substring(0, length) + ANY);
        }
        return Optional.ofNullable(judgement);
    }

    /** By service and operation, or prefix with its {@code *}. */
    Map<String, Map<String, Judgement>> all() {
        return Collections.unmodifiableMap(services);
    }

    private static <E extends Enum<E>> E constant(Class<E> type, String word, int number) {
        try {
            return Enum.valueOf(type, word);
        } catch (IllegalArgumentException e) {
            throw broken(number, "'" + word + "' is none of " + Arrays.toString(type.getEnumConstants()));
        }
    }

    private static IllegalStateException broken(int number, String why) {
        return new IllegalStateException(RESOURCE + ", line " + number + ": " + why);
    }
}
