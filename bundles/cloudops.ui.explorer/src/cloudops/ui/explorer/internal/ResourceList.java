package cloudops.ui.explorer.internal;

import java.util.List;
import java.util.function.UnaryOperator;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

import cloudops.storage.StorageException;
import cloudops.ui.Changes;
import cloudops.ui.MissingServiceException;
import cloudops.ui.Outcome;
import cloudops.ui.Task;
import cloudops.ui.Trouble;

/** The rows of the table: filtered, searched and sorted in the background. Thread-safe. */
@Component(service = ResourceList.class)
public final class ResourceList {

    /**
     * What the table shows.
     *
     * @param query what was asked
     * @param searched the search whose hits these are, best first; null for a plain list
     * @param inScope how many resources the scope has
     * @param trouble why there are no rows; null when all is well
     */
    record Result(ResourceQuery query, String searched, List<ResourceRow> rows, int inScope, Trouble trouble) {
    }

    private final Estate estate;
    private final Selection selection;
    private final Changes changes = new Changes();
    private final Task<Result> computing = Task.<Result>of("Filtering resources", monitor -> compute(), this::take).quiet();
    private final Changes.Subscription estateChanges;
    private final Changes.Subscription selectionChanges;
    private volatile ResourceQuery query = ResourceQuery.ALL;
    private volatile String search;
    private volatile Result result = new Result(query, null, List.of(), 0, null);

    @Activate
    public ResourceList(@Reference Estate estate, @Reference Selection selection) {
        this.estate = estate;
        this.selection = selection;
        estateChanges = estate.changes().listen(computing::schedule);
        selectionChanges = selection.changes().listen(this::scopeChanged);
        computing.schedule();
    }

    @Deactivate
    void close() {
        estateChanges.close();
        selectionChanges.close();
    }

    Result result() {
        return result;
    }

    Changes changes() {
        return changes;
    }

    /** Shows what has all these words; ends a search. */
    void filter(String words) {
        search = null;
        change(old -> old.withWords(words));
    }

    /** Shows what the storage finds for these words; nothing is filtered by them. */
    void search(String words) {
        search = words.isBlank() ? null : words;
        change(old -> old.withWords("").unsorted());
    }

    void state(String state) {
        change(old -> old.withState(state));
    }

    void sort(Column column) {
        change(old -> old.sortedBy(column));
    }

    private void scopeChanged() {
        if (!selection.scope().equals(query.scope())) {
            change(old -> old.withScope(selection.scope()));
        }
    }

    private synchronized void change(UnaryOperator<ResourceQuery> edit) {
        query = edit.apply(query);
        if (search == null && query.column() == null) {
            query = query.sortedBy(Column.NAME);
        }
        computing.schedule();
    }

    private Result compute() throws StorageException, MissingServiceException {
        var asked = query;
        var words = search;
        var all = estate.content().rows();
        var candidates = words == null ? all : estate.search(words, asked.scope());
        var inScope = (int) all.stream().filter(asked.scope()::contains).count();
        return new Result(asked, words, asked.apply(candidates), inScope, null);
    }

    private void take(Outcome<Result> outcome) {
        switch (outcome) {
            case Outcome.Done<Result> done -> result = done.value();
            case Outcome.Failed<Result> failed -> result = new Result(query, search, List.of(), 0, failed.trouble());
            case Outcome.Cancelled<Result> cancelled -> {
                return;
            }
        }
        changes.fire();
    }
}
