package cloudops.execution.spi;

import java.io.IOException;
import java.util.Optional;
import java.util.UUID;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Keeps the output of executions. The engine uses the store with the highest service ranking at its start. Output is estate data: a store
 * that writes it to disk protects it, and decides when it deletes old logs, never one that is being written. Thread-safe.
 */
@ConsumerType
public interface LogStore {

    /** Opens the empty log of a new execution. @throws IOException when it cannot be written, with a message for people */
    OutputLog create(UUID execution) throws IOException;

    /**
     * The log of an execution for reading: of this process, of an earlier one, or of another one that may still be writing it.
     *
     * @return empty when there is none (any more)
     * @throws IOException when there is one that cannot be opened, with a message for people
     */
    Optional<OutputLog> open(UUID execution) throws IOException;

    /** Removes a log; nothing happens when there is none. */
    void delete(UUID execution) throws IOException;
}
