package cloudops.ui.explorer.internal;

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

/** All about the selected resource, read in the background. Thread-safe. */
@Component(service = SelectedResource.class)
public final class SelectedResource {

    /** What the details show. */
    sealed interface View {
        /** Nothing is selected. */
        record Nothing() implements View {
        }

        /** The resource is no longer stored. */
        record Gone() implements View {
        }

        record Shown(ResourceDetails details) implements View {
        }

        record Failed(Trouble trouble) implements View {
        }
    }

    private final Estate estate;
    private final Selection selection;
    private final Changes changes = new Changes();
    private final Task<View> reading = Task.<View>of("Reading a resource", monitor -> read(), this::take).quiet();
    private final Changes.Subscription estateChanges;
    private final Changes.Subscription selectionChanges;
    private volatile View view = new View.Nothing();

    @Activate
    public SelectedResource(@Reference Estate estate, @Reference Selection selection) {
        this.estate = estate;
        this.selection = selection;
        estateChanges = estate.changes().listen(reading::schedule);
        selectionChanges = selection.changes().listen(reading::schedule);
        reading.schedule();
    }

    @Deactivate
    void close() {
        estateChanges.close();
        selectionChanges.close();
    }

    View view() {
        return view;
    }

    Changes changes() {
        return changes;
    }

    private View read() throws StorageException, MissingServiceException {
        var key = selection.resource();
        if (key == null) {
            return new View.Nothing();
        }
        return estate.get(key).<View>map(resource -> new View.Shown(ResourceDetails.of(resource))).orElseGet(View.Gone::new);
    }

    private void take(Outcome<View> outcome) {
        switch (outcome) {
            case Outcome.Done<View> done -> view = done.value();
            case Outcome.Failed<View> failed -> view = new View.Failed(failed.trouble());
            case Outcome.Cancelled<View> cancelled -> {
                return;
            }
        }
        changes.fire();
    }
}
