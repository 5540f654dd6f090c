package cloudops.ui.explorer.internal;

import java.util.Comparator;
import java.util.function.Function;

import cloudops.model.DisplayText;
import cloudops.ui.Times;

/** The columns of the table of resources. */
enum Column {
    NAME("Name", 24, ResourceRow::name),
    TYPE("Type", 13, row -> TypeNames.type(row.key().resourceType())),
    STATE("State", 12, ResourceRow::state),
    REGION("Region", 11, row -> row.key().region()),
    ACCOUNT("Account", 11, ResourceRow::accountName),
    ID("ID", 22, row -> row.key().identifier()),
    SEEN("Last seen", 17, row -> Times.when(row.lastSynced())) {
        @Override
        Comparator<ResourceRow> order() {
            return Comparator.comparing(ResourceRow::lastSynced);
        }
    };

    private final String title;
    private final int weight;
    private final Function<ResourceRow, String> value;

    Column(String title, int weight, Function<ResourceRow, String> value) {
        this.title = title;
        this.weight = weight;
        this.value = value;
    }

    String title() {
        return title;
    }

    /** Share of the table's width. */
    int weight() {
        return weight;
    }

    /** Safe to show. */
    String text(ResourceRow row) {
        var text = DisplayText.line(value.apply(row));
        return this == STATE && !text.isEmpty() ? "● " + text : text;
    }

    Comparator<ResourceRow> order() {
        return Comparator.comparing(value, Comparator.nullsLast(String.CASE_INSENSITIVE_ORDER));
    }
}
