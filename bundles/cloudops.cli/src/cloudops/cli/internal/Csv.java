package cloudops.cli.internal;

import java.io.PrintStream;
import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Rows for spreadsheets (RFC 4180, with line feeds). What a spreadsheet would take for a formula, and names come from outside, has an
 * apostrophe before it.
 */
final class Csv {

    private static final Pattern QUOTED = Pattern.compile("[\",\r\n]|^\\s|\\s$");
    private static final String BEGINS_A_FORMULA = "=+-@\t\r";

    private final PrintStream out;

    Csv(PrintStream out) {
        this.out = out;
    }

    /** @param cells null for an empty one */
    void row(Object... cells) {
        out.print(Arrays.stream(cells).map(Csv::cell).collect(Collectors.joining(",", "", "\n")));
    }

    private static String cell(Object value) {
        if (value == null) {
            return "";
        }
        var text = value.toString();
        if (value instanceof String && !text.isEmpty() && BEGINS_A_FORMULA.indexOf(text.charAt(0)) >= 0) {
            text = "'" + text;
        }
        return QUOTED.matcher(text).find() ? '"' + text.replace("\"", "\"\"") + '"' : text;
    }
}
