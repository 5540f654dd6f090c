package cloudops.model;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the state, the dependencies and the permissions of a resource allow. Each verdict is true, false, or null for "not known".
 *
 * @param canStop whether it can be stopped now
 * @param canStart whether it can be started now
 * @param canDelete whether it can be deleted now
 * @param hasBackups whether backups of it exist
 * @param hasDependencies whether other resources depend on it
 * @param customConstraints type-specific facts as JSON values, such as {@code multi_az}
 * @param reasons why a verdict is false or unknown, keyed by its JSON name: {@code can_stop → "state is stopped"}
 */
public record ResourceConstraints(Boolean canStop, Boolean canStart, Boolean canDelete, Boolean hasBackups, Boolean hasDependencies,
        Map<String, Object> customConstraints, Map<String, String> reasons) {

    /** Nothing is known. */
    public static final ResourceConstraints UNKNOWN = new ResourceConstraints(null, null, null, null, null, Map.of(), Map.of());

    public ResourceConstraints {
        customConstraints = customConstraints == null ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(customConstraints));
        reasons = reasons == null ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(reasons));
    }
}
