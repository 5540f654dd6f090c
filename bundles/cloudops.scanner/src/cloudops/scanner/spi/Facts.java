package cloudops.scanner.spi;

import static java.util.Comparator.comparing;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Collects the metadata of a resource: facts that are there, and typed links to other resources. Not thread-safe. */
public final class Facts {

    private final Map<String, Object> facts = new LinkedHashMap<>();
    private final List<Map<String, String>> relations = new ArrayList<>();

    /** Adds a fact, a JSON value; nothing for null and for an empty collection. */
    public Facts put(String name, Object value) {
        if (value != null && !(value instanceof Collection<?> values && values.isEmpty())) {
            facts.put(name, value);
        }
        return this;
    }

    /**
     * Adds a link to another resource; nothing for null.
     *
     * @param type what the resource is to the other: {@code in_vpc}, {@code attached_to}, {@code replica_of} …
     * @param target the other's identifier or ARN
     */
    public Facts relation(String type, String target) {
        if (target != null) {
            relations.add(Map.of("type", type, "target", target));
        }
        return this;
    }

    /** Adds a link to each of {@code targets}. */
    public Facts relations(String type, Collection<String> targets) {
        targets.forEach(target -> relation(type, target));
        return this;
    }

    /** The facts in the order they were put; then {@code relations}, {@code [{"type": …, "target": …}]}, sorted, where there are any. */
    public Map<String, Object> toMap() {
        var all = new LinkedHashMap<>(facts);
        if (!relations.isEmpty()) {
            all.put("relations", relations.stream().distinct()
                    .sorted(comparing((Map<String, String> relation) -> relation.get("type"))
                            .thenComparing(relation -> relation.get("target")))
                    .map(Facts::inOrder).toList());
        }
        return all;
    }

    private static Map<String, String> inOrder(Map<String, String> relation) {
        var ordered = new LinkedHashMap<String, String>();
        ordered.put("type", relation.get("type"));
        ordered.put("target", relation.get("target"));
        return ordered;
    }
}
