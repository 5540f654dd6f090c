package cloudops.vectorstore;

import static java.util.Objects.requireNonNull;

import java.util.function.Consumer;

/**
 * All that a collection is to hold.
 *
 * @param dimensions the size of its vectors
 * @param points hands them over; may be asked again
 */
public record CollectionContents(String collection, int dimensions, Points points) {

    public CollectionContents {
        requireNonNull(collection, "collection");
        requireNonNull(points, "points");
    }

    /** Points from somewhere else. */
    @FunctionalInterface
    public interface Points {

        /** Hands every point to {@code each}, no two with the same ID. @throws VectorStoreException when they cannot all be had */
        void each(Consumer<Point> each) throws VectorStoreException;
    }
}
