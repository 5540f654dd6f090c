package cloudops.execution.internal;

import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.UUID;

import cloudops.execution.ExecutionException;
import cloudops.execution.ExecutionException.Problem;

/** The executions of this process: all that run, and the last {@value #KEPT} that ended. Thread-safe. */
final class Executions {

    static final int KEPT = 1_000;

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

    synchronized void remove(Execution execution) {
        all.remove(execution.id(), execution); // another may have its ID
    }

    synchronized Optional<Execution> find(UUID id) {
        return Optional.ofNullable(all.get(id));
    }

    Execution get(UUID id) throws ExecutionException {
        return find(id).orElseThrow(() -> new ExecutionException(Problem.NOT_FOUND, "no execution " + id + " in this process"));
    }

    /** Forgets the oldest that ended when there are too many; history and logs still know them. */
    synchronized void prune() {
        var ended = all.values().stream().filter(execution -> execution.end().isDone()).toList();
        ended.subList(0, Math.max(0, ended.size() - KEPT)).forEach(execution -> all.remove(execution.id()));
    }
}
