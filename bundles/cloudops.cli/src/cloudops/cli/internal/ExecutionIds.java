package cloudops.cli.internal;

import java.util.UUID;
import java.util.regex.Pattern;

import cloudops.execution.ExecutionEngine;
import cloudops.execution.ExecutionException;
import cloudops.execution.ExecutionRecord;
import cloudops.execution.HistoryFilter;

/** Finds an execution or a plan by what a person types: its ID, or at least four digits of its beginning. */
final class ExecutionIds {

    private static final Pattern WHOLE = Pattern.compile("\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}");
    private static final Pattern BEGINNING = Pattern.compile("\\p{XDigit}{4}[\\p{XDigit}-]*");

    private ExecutionIds() {
    }

    static UUID find(ExecutionEngine engine, String typed) throws CliException, ExecutionException {
        if (WHOLE.matcher(typed).matches()) {
            return UUID.fromString(typed);
        }
        if (!BEGINNING.matcher(typed).matches()) {
            throw new CliException(ExitCode.USAGE, "not an ID, nor four or more digits of one: " + typed, "cloudops executions list");
        }
        var found = engine.history(HistoryFilter.ALL).stream().map(ExecutionRecord::id)
                .filter(id -> id.toString().regionMatches(true, 0, typed, 0, typed.length())).toList();
        return switch (found.size()) {
            case 1 -> found.getFirst();
            case 0 -> throw new CliException(ExitCode.FAILED, "no execution's ID begins with " + typed, "cloudops executions list");
            default -> throw new CliException(ExitCode.FAILED, found.size() + " executions have an ID that begins with " + typed,
                    "more digits of it");
        };
    }
}
