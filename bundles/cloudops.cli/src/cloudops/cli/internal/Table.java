package cloudops.cli.internal;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Help.Column;
import picocli.CommandLine.Help.Column.Overflow;
import picocli.CommandLine.Help.TextTable;
import picocli.CommandLine.Help.ColorScheme;

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
        int columns = rows.getFirst().length;
        var layout = new Column[columns];
        for (int i = 0; i < columns; i++) {
            int column = i;
            int width = rows.stream().mapToInt(row -> row[column].codePointCount(0, row[column].length())).max().orElse(0);
            layout[i] = new Column(width + GAP, 0, Overflow.SPAN);
        }
        var table = TextTable.forColumns(new ColorScheme.Builder(Ansi.OFF).build(), layout);
        rows.forEach(row -> table.addRowValues(Arrays.stream(row).map(Ansi.OFF::text).toArray(Ansi.Text[]::new)));
        out.print(table.toString());
    }
}
