package cloudops.ui.executions.internal;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

import org.osgi.service.component.ComponentServiceObjects;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.event.Event;
import org.osgi.service.event.EventConstants;
import org.osgi.service.event.EventHandler;

import cloudops.execution.ExecutionEngine;
import cloudops.execution.ExecutionException;
import cloudops.execution.ExecutionRecord;
import cloudops.ui.Changes;
import cloudops.ui.LateService;
import cloudops.ui.MissingServiceException;
import cloudops.ui.Outcome;
import cloudops.ui.Task;
import cloudops.ui.Topics;
import cloudops.ui.Trouble;

/** The engine's executions as they were listed last, and the one that is selected. Thread-safe. */
@Component(service = {Executions.class, EventHandler.class}, property = EventConstants.EVENT_TOPIC + "=" + Topics.EXECUTIONS_CHANGED)
public final class Executions implements EventHandler {

    /** @param records newest first @param trouble why there are none; null when all is well */
    record Content(List<ExecutionRecord> records, Trouble trouble, boolean loaded) {
    }

    private final LateService<ExecutionEngine> engine = new LateService<>("execution engine");
    private final Changes changes = new Changes();
    private final Task<List<ExecutionRecord>> listing = Task.<List<ExecutionRecord>>of("Listing executions", monitor -> list(), this::take)
            .quiet();
    private final Set<UUID> awaited = new HashSet<>();
    private final ExecutionOutput output = new ExecutionOutput(engine);
    private volatile Content content = new Content(List.of(), null, false);
    private volatile UUID selected;

    @Activate
    void activate() {
        reload();
    }

    @Deactivate
    void deactivate() {
        output.follow(null);
    }

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindEngine(ComponentServiceObjects<ExecutionEngine> objects) {
        engine.bind(objects);
        reload();
    }

    void unbindEngine(ComponentServiceObjects<ExecutionEngine> objects) {
        engine.unbind(objects);
        reload();
    }

    @Override
    public void handleEvent(Event event) {
        reload();
    }

    void reload() {
        listing.schedule();
    }

    Content content() {
        return content;
    }

    Changes changes() {
        return changes;
    }

    /** Live output of what is selected. */
    ExecutionOutput output() {
        return output;
    }

    /** The selected execution as it was listed last; null for none. */
    ExecutionRecord selected() {
        var id = selected;
        return content.records().stream().filter(execution -> execution.id().equals(id)).findFirst().orElse(null);
    }

    void select(UUID id) {
        if (id != null && !id.equals(selected)) {
            selected = id;
            output.follow(id);
            changes.fire();
        }
    }

    void cancel(UUID id) {
        Task.<Void>of("Cancelling an execution", monitor -> {
            engine.get().cancel(id);
            return null;
        }, outcome -> reload()).schedule();
    }

    private List<ExecutionRecord> list() throws MissingServiceException, ExecutionException {
        var records = List.copyOf(engine.get().list());
        for (var execution : records) {
            if (!execution.status().ended() && awaited.add(execution.id())) {
                engine.get().completion(execution.id()).whenComplete((result, failure) -> reload());
            }
        }
        awaited.removeIf(id -> records.stream().noneMatch(execution -> execution.id().equals(id) && !execution.status().ended()));
        return records;
    }

    private void take(Outcome<List<ExecutionRecord>> outcome) {
        switch (outcome) {
            case Outcome.Done<List<ExecutionRecord>> done -> content = new Content(done.value(), null, true);
            case Outcome.Failed<List<ExecutionRecord>> failed -> content = new Content(List.of(), failed.trouble(), true);
            case Outcome.Cancelled<List<ExecutionRecord>> cancelled -> {
                return;
            }
        }
        if (selected() == null && !content.records().isEmpty()) {
            select(content.records().getFirst().id());
        }
        changes.fire();
    }
}
