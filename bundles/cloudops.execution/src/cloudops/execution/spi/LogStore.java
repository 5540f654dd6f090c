package cloudops.execution.spi;

import java.io.IOException;
import java.util.UUID;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Keeps the output of executions. The engine uses the store with the highest service ranking at its start. Output is estate data: a store
 * that writes it to disk protects it. Thread-safe.
 */
@ConsumerType
public interface LogStore {

    /** Opens the empty log of a new execution. @throws IOException when it cannot be written, with a message for people */
    OutputLog create(UUID execution) throws IOException;
}
