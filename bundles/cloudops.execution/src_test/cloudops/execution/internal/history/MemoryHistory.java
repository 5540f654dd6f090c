package cloudops.execution.internal.history;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import cloudops.execution.ExecutionRecord;
import cloudops.execution.HistoryFilter;

/** A history that ends with the process. */
public final class MemoryHistory implements History {

    private final Map<UUID, ExecutionRecord> states = new LinkedHashMap<>();

    @Override
    public synchronized void append(ExecutionRecord state) {
        states.put(state.id(), state);
    }

    @Override
    public synchronized List<ExecutionRecord> find(HistoryFilter filter) {
        return states.values().stream().filter(filter::accepts).sorted(Comparator.comparing(ExecutionRecord::startedAt).reversed())
                .limit(filter.limit()).toList();
    }

    @Override
    public synchronized Optional<ExecutionRecord> get(UUID id) {
        return Optional.ofNullable(states.get(id));
    }
}
