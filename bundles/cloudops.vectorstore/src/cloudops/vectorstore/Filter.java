package cloudops.vectorstore;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Every field named must have at least one of the values listed for it.
 *
 * @param anyOf field → accepted values; empty for all points
 */
public record Filter(Map<String, List<String>> anyOf) {

    public static final Filter ALL = new Filter(Map.of());

    public Filter {
        anyOf = java.util.Collections.unmodifiableMap(new TreeMap<>(anyOf));
    }
}
