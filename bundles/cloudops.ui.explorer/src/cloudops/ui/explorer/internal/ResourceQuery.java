package cloudops.ui.explorer.internal;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What the table is to show.
 *
 * @param scope the place that is selected in the tree
 * @param words the filter as typed; every word must occur somewhere in a resource
 * @param state only this state; null for all
 * @param column by which to sort; null keeps the order there is
 * @param ascending the direction of the sort
 */
record ResourceQuery(Scope scope, String words, String state, Column column, boolean ascending) {

    static final ResourceQuery ALL = new ResourceQuery(Scope.ALL, "", null, Column.NAME, true);

    List<ResourceRow> apply(List<ResourceRow> rows) {
        var wanted = Arrays.stream(words.toLowerCase(Locale.ROOT).split("\\s+")).filter(word -> !word.isEmpty()).toList();
        var matching = rows.stream().filter(scope::contains).filter(row -> state == null || state.equals(row.state()))
                .filter(row -> wanted.stream().allMatch(row.words()::contains));
        if (column != null) {
            var order = ascending ? column.order() : column.order().reversed();
            matching = matching.sorted(order.thenComparing(row -> row.key().displayId()));
        }
        return matching.toList();
    }

    ResourceQuery withScope(Scope other) {
        return new ResourceQuery(other, words, state, column, ascending);
    }

    ResourceQuery withWords(String other) {
        return new ResourceQuery(scope, other, state, column, ascending);
    }

    ResourceQuery withState(String other) {
        return new ResourceQuery(scope, words, other, column, ascending);
    }

    /** Sorts by {@code other}; the other way round when it is sorted by it already. */
    ResourceQuery sortedBy(Column other) {
        return new ResourceQuery(scope, words, state, other, other != column || !ascending);
    }

    /** In the order there is. */
    ResourceQuery unsorted() {
        return new ResourceQuery(scope, words, state, null, true);
    }
}
