package cloudops.execution.internal.history;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import cloudops.execution.ExecutionRecord;
import cloudops.execution.HistoryFilter;

/** A history in memory; what a test wants to be otherwise it overrides. */
public class ForwardingHistory implements History {

    private final History kept = new MemoryHistory();

    @Override
    public void append(ExecutionRecord state) throws IOException {
        kept.append(state);
    }

    @Override
    public Optional<ExecutionRecord> get(UUID id) throws IOException {
        return kept.get(id);
    }

    @Override
    public List<ExecutionRecord> find(HistoryFilter filter) throws IOException {
        return kept.find(filter);
    }
}
