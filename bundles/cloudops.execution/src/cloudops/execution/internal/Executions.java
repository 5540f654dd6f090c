package cloudops.execution.internal;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.UUID;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import cloudops.execution.ExecutionException;
import cloudops.execution.ExecutionException.Problem;
import cloudops.execution.internal.output.LoggedOutput;

/** The executions of this process: all that run, and the last {@value #KEPT} that ended. Thread-safe. */
final class Executions {

    static final int KEPT = 1_000;

    private static final Logger LOG = LoggerFactory.getLogger(Executions.class);

    private final SequencedMap<UUID, Execution> all = new LinkedHashMap<>();

    /** @throws ExecutionException {@code INVALID_REQUEST} when the ID was used before */
    synchronized void add(Execution execution) throws ExecutionException {
        requireNew(execution.id());
        all.put(execution.id(), execution);
    }

    synchronized void requireNew(UUID id) throws ExecutionException {
        if (all.containsKey(id)) {
            throw new ExecutionException(Problem.INVALID_REQUEST, "the execution ID " + id + " is in use; try: a new random ID");
        }
    }

    synchronized Execution get(UUID id) throws ExecutionException {
        var execution = all.get(id);
        if (execution == null) {
            throw new ExecutionException(Problem.NOT_FOUND, "no execution " + id + " in this process");
        }
        return execution;
    }

    synchronized List<Execution> newestFirst() {
        return new ArrayList<>(all.sequencedValues().reversed());
    }

    /** Forgets the oldest that ended, and their logs, when there are too many. */
    void prune() {
        for (var execution : removeSurplus()) {
            try {
                if (execution.output() instanceof LoggedOutput logged) {
                    logged.delete();
                }
            } catch (IOException e) {
                LOG.warn("old log not deleted id={}", execution.id(), e);
            }
        }
    }

    private synchronized List<Execution> removeSurplus() {
        var ended = all.values().stream().filter(execution -> execution.end().isDone()).toList();
        var surplus = ended.subList(0, Math.max(0, ended.size() - KEPT));
        surplus.forEach(execution -> all.remove(execution.id()));
        return surplus;
    }
}
