package cloudops.ui.executions.internal;

import java.util.List;
import java.util.UUID;

import org.osgi.service.component.ComponentServiceObjects;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

import cloudops.execution.ExecutionEngine;
import cloudops.execution.ExecutionEvent;
import cloudops.execution.ExecutionException;
import cloudops.execution.ExecutionRecord;
import cloudops.execution.HistoryFilter;
import cloudops.execution.spi.EventHandler;
import cloudops.ui.Changes;
import cloudops.ui.LateService;
import cloudops.ui.MissingServiceException;
import cloudops.ui.Outcome;
import cloudops.ui.Task;
import cloudops.ui.Trouble;

/** What was executed on this home lately, as it was listed last, and the one that is selected. Thread-safe. */
@Component(service = {Executions.class, EventHandler.class})
public final class Executions implements EventHandler {

    /** @param records newest first @param trouble why there are none; null when all is well */
    record Content(List<ExecutionRecord> records, Trouble trouble, boolean loaded) {
    }

    private static final int LISTED = 500;

    private final LateService<ExecutionEngine> engine = new LateService<>("execution engine");
    private final Changes changes = new Changes();
    private final Task<List<ExecutionRecord>> listing = Task.<List<ExecutionRecord>>of("Listing executions", monitor -> list(), this::take)
            .quiet();
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
    public boolean wantsOutput() {
        return false;
    }

    @Override
    public void handle(ExecutionEvent event) {
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
        // a plan has no output of its own: its steps have
        return engine.get().history(HistoryFilter.newest(LISTED)).stream().filter(entry -> !entry.kind().equals("plan")).toList();
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
