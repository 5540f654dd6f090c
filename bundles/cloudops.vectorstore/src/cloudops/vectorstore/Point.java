package cloudops.vectorstore;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * One stored point. Arrays are not copied: do not change them.
 *
 * @param id unique in its collection
 * @param vector of the collection's size; null when the point has none and is not found by nearness
 * @param payload plain fields to filter by, each with one or more values
 * @param blob whatever else; opaque to the store
 */
public record Point(UUID id, float[] vector, Map<String, List<String>> payload, byte[] blob) {
    public Point {
        requireNonNull(id, "id");
        requireNonNull(blob, "blob");
        payload = java.util.Collections.unmodifiableMap(new TreeMap<>(payload));
    }
}
