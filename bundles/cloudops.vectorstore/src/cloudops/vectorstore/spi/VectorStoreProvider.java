package cloudops.vectorstore.spi;

import java.nio.file.Path;
import java.util.Set;

import org.osgi.annotation.versioning.ConsumerType;

import cloudops.vectorstore.VectorStoreException;

/** Opens stores of one kind. Offered as a service; thread-safe. */
@ConsumerType
public interface VectorStoreProvider {

    /** What the addresses of its stores begin with, up to and without the colon: one or more of these. */
    Set<String> schemes();

    /**
     * Opens a store, which the caller closes. Whether a server answers need not be known before the store's first use.
     *
     * @param address begins with one of {@link #schemes} and a colon
     * @param home of this run, for addresses that leave the place out
     * @throws IllegalArgumentException when {@code address} is not one of these; the message says what is expected
     */
    OpenStore open(String address, Path home) throws VectorStoreException;
}
