package cloudops.cli.internal;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import cloudops.model.DisplayText;

/** Rows under headings, each column as wide as its widest cell. */
final class Table {

    private static final int GAP = 2;

    private final List<String[]> rows = new ArrayList<>();

    Table(String... headings) {
        rows.add(headings);
    }

    /** A row; cells are made safe to show. */
    void row(Object... cells) {
        rows.add(Arrays.stream(cells).map(cell -> cell == null ? "-" : DisplayText.line(cell.toString())).toArray(String[]::new));
    }

    boolean isEmpty() {
        return rows.size() == 1;
    }

    void print(PrintStream out) {
        var widths = new int[rows.getFirst().length];
        rows.forEach(row -> Arrays.setAll(widths, i -> Math.max(widths[i], TextWidth.of(row[i]))));
        for (var row : rows) {
            var line = new StringBuilder();
            for (int i = 0; i < row.length; i++) {
                line.append(row[i]).append(" ".repeat(widths[i] - TextWidth.of(row[i]) + GAP));
            }
            out.println(line.toString().stripTrailing());
        }
    }
}
