package cloudops.storage;

import java.util.List;
import java.util.Map;

/**
 * Narrows a list or a search. Within a field any value matches; all fields named must match; an empty field matches everything.
 *
 * @param accounts account IDs or account names
 * @param regions AWS regions
 * @param services services as the CLI names them
 * @param types resource types such as {@code rds_instance}
 * @param states states, as the service says them
 * @param tags tag keys and the value each must have
 */
public record ResourceFilter(List<String> accounts, List<String> regions, List<String> services, List<String> types,
        List<String> states, Map<String, String> tags) {

    public static final ResourceFilter ALL =
            new ResourceFilter(List.of(), List.of(), List.of(), List.of(), List.of(), Map.of());

    public ResourceFilter {
        accounts = List.copyOf(accounts);
        regions = List.copyOf(regions);
        services = List.copyOf(services);
        types = List.copyOf(types);
        states = List.copyOf(states);
        tags = Map.copyOf(tags);
    }
}
