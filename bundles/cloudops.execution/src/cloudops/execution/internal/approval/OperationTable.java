package cloudops.execution.internal.approval;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

import cloudops.execution.Verdict.Effect;
import cloudops.model.Risk;

/** The reviewed table {@code aws-operations.txt} of what AWS operations do; its head explains the format. */
final class OperationTable {

    private static final Judgement UNKNOWN = new Judgement(Effect.UNKNOWN, Risk.HIGH);
    private static final String ANY = "*";

    private final Map<String, Map<String, Judgement>> services = new HashMap<>();

    private OperationTable() {
    }

    static OperationTable bundled() {
        var table = new OperationTable();
        var name = "aws-operations.txt";
        try (var in = OperationTable.class.getResourceAsStream(name);
                var lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            lines.lines().filter(line -> !line.isBlank() && !line.startsWith("#")).forEach(table::add);
        } catch (IOException e) {
            throw new UncheckedIOException("the bundled table " + name + " cannot be read", e);
        }
        return table;
    }

    private void add(String line) {
        var words = line.trim().split("\\s+");
        var judgement = new Judgement(Effect.valueOf(words[0]), Risk.valueOf(words[1]));
        var operations = services.computeIfAbsent(words[2], service -> new HashMap<>());
        for (var operation : Arrays.asList(words).subList(3, words.length)) {
            if (operations.put(operation, judgement) != null) {
                throw new IllegalStateException("aws-operations.txt judges " + words[2] + " " + operation + " twice");
            }
        }
    }

    /** Never null: what the table does not name is UNKNOWN. */
    Judgement judge(String service, String operation) {
        var own = judge(services.getOrDefault(service, Map.of()), operation);
        var judgement = own != null ? own : judge(services.get(ANY), operation);
        return judgement != null ? judgement : UNKNOWN;
    }

    private static Judgement judge(Map<String, Judgement> operations, String operation) {
        var exact = operations.get(operation);
        for (int length = operation.length(); exact == null && length >= 0; length--) {
            exact = operations.get(operation.substring(0, length) + ANY);
        }
        return exact;
    }

    /** What an operation does, and the least risk to show. */
    record Judgement(Effect effect, Risk risk) {
    }
}
