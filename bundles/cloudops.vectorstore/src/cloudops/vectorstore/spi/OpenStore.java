package cloudops.vectorstore.spi;

import java.util.SortedMap;

import org.osgi.annotation.versioning.ConsumerType;

import cloudops.vectorstore.VectorStore;
import cloudops.vectorstore.VectorStoreException;

/** A store in the hands of whoever opened it. After {@link #close} nothing else may be asked of it. */
@ConsumerType
public interface OpenStore extends VectorStore, AutoCloseable {

    /**
     * The collections that are there and ours, each with the size of its vectors.
     *
     * @throws VectorStoreException {@code CORRUPT} when one may be ours and damaged
     */
    SortedMap<String, Integer> collections() throws VectorStoreException;

    /** Gives back files or connections. May be called again. */
    @Override
    void close() throws VectorStoreException;
}
