package cloudops.execution.internal.history;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import cloudops.execution.ExecutionRecord;
import cloudops.execution.HistoryFilter;

/** What was executed, and by whose consent. Thread-safe. */
public interface History {

    /**
     * Adds the newest state of an execution or a plan of this process; earlier ones stay, the last one counts. When this returns, it
     * outlives the process.
     *
     * @throws IOException when it cannot be kept, with a message for people
     */
    void append(ExecutionRecord state) throws IOException;

    /** The last state of each that the filter accepts, newest start first; what a process that is gone left unfinished is INTERRUPTED. */
    List<ExecutionRecord> find(HistoryFilter filter) throws IOException;

    Optional<ExecutionRecord> get(UUID id) throws IOException;

    /**
     * Has {@code action} done, on any thread, when the process that wrote of {@code id} last has ended, in whatever way. Never, when that is
     * this process or not known.
     */
    default Watch whenOwnerEnds(UUID id, Runnable action) throws IOException {
        return () -> {
            // nothing waits
        };
    }

    /** Something that is waited for, until it is closed. */
    interface Watch extends AutoCloseable {
        @Override
        void close();
    }
}
