package cloudops.ui.explorer.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.osgi.service.component.ComponentServiceObjects;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.event.Event;
import org.osgi.service.event.EventConstants;
import org.osgi.service.event.EventHandler;

import cloudops.model.AwsResource;
import cloudops.model.ResourceKey;
import cloudops.storage.EstateStorage;
import cloudops.storage.ResourceFilter;
import cloudops.storage.StorageException;
import cloudops.ui.Changes;
import cloudops.ui.LateService;
import cloudops.ui.MissingServiceException;
import cloudops.ui.Outcome;
import cloudops.ui.Task;
import cloudops.ui.Topics;
import cloudops.ui.Trouble;

/** The stored estate as the Explorer has read it last; read again when it may have changed. Thread-safe. */
@Component(service = {Estate.class, EventHandler.class}, property = EventConstants.EVENT_TOPIC + "=" + Topics.ESTATE_CHANGED)
public final class Estate implements EventHandler {

    private static final int MOST_HITS = 200;

    /**
     * The estate at one time.
     *
     * @param rows in the storage's order
     * @param damaged records that could not be read
     * @param trouble why the estate could not be read; the rest is then what was read before. Null when all is well
     * @param loaded false until it was read once
     */
    record Content(List<ResourceRow> rows, EstateNode tree, int damaged, Trouble trouble, boolean loaded) {
        static final Content NONE = new Content(List.of(), EstateNode.of(List.of()), 0, null, false);

        Content failed(Trouble why) {
            return new Content(rows, tree, damaged, why, true);
        }
    }

    private final LateService<EstateStorage> storage = new LateService<>("estate storage");
    private final Changes changes = new Changes();
    private final Task<Content> reading = Task.of("Reading the estate", monitor -> read(), this::take);
    private volatile Content content = Content.NONE;

    /** After the storage was bound, where there is one: says that it is missing, where there is none. */
    @Activate
    void activate() {
        reload();
    }

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindStorage(ComponentServiceObjects<EstateStorage> objects) {
        storage.bind(objects);
        reload();
    }

    void unbindStorage(ComponentServiceObjects<EstateStorage> objects) {
        storage.unbind(objects);
        reload();
    }

    @Override
    public void handleEvent(Event event) {
        reload();
    }

    /** Reads the estate in the background. */
    void reload() {
        reading.schedule();
    }

    Content content() {
        return content;
    }

    Changes changes() {
        return changes;
    }

    /** All of a resource. Blocks. */
    Optional<AwsResource> get(ResourceKey key) throws StorageException, MissingServiceException {
        return storage.get().get(key);
    }

    /** Resources by words and meaning, best first. Blocks. */
    List<ResourceRow> search(String query, Scope scope) throws StorageException, MissingServiceException {
        return storage.get().search(query, scope.filter(), MOST_HITS).stream().map(hit -> ResourceRow.of(hit.resource())).toList();
    }

    private Content read() throws StorageException, MissingServiceException {
        var service = storage.get();
        var rows = new ArrayList<ResourceRow>();
        service.list(ResourceFilter.ALL, resource -> rows.add(ResourceRow.of(resource)));
        return new Content(List.copyOf(rows), EstateNode.of(rows), service.damaged().size(), null, true);
    }

    private void take(Outcome<Content> outcome) {
        switch (outcome) {
            case Outcome.Done<Content> done -> content = done.value();
            case Outcome.Failed<Content> failed -> content = content.failed(failed.trouble());
            case Outcome.Cancelled<Content> cancelled -> {
                return;
            }
        }
        changes.fire();
    }
}
