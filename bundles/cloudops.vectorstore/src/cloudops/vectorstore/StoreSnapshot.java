package cloudops.vectorstore;

import java.util.Set;
import java.util.function.Consumer;

import org.osgi.annotation.versioning.ConsumerType;

/** Some collections of a store as they were at one moment, however long it is looked at and whatever is written meanwhile. For one thread. */
@ConsumerType
public interface StoreSnapshot extends AutoCloseable {

    /** Those of the collections that were asked for that are there. */
    Set<String> collections();

    /** Hands every point of {@code collection} to {@code each}, once, in no particular order; what that throws reaches the caller. */
    void each(String collection, Consumer<Point> each) throws VectorStoreException;

    /**
     * To be asked when all is read, before any of it is used: a server has no way to hold a moment, and only now it can be told whether there
     * was one.
     *
     * @throws VectorStoreException {@code LOCKED} when points were written while they were read
     */
    void confirm() throws VectorStoreException;

    /** Lets go of the moment. */
    @Override
    void close() throws VectorStoreException;
}
