package cloudops.ui.explorer.internal;

import java.util.List;
import java.util.Map;

import cloudops.model.ResourceKey;
import cloudops.storage.ResourceFilter;

/**
 * A place in the estate's tree; each part that is null is not narrowed, and all parts after it are null too.
 *
 * @param resource set for a single resource only
 */
record Scope(String accountId, String region, String service, ResourceKey resource) {

    static final Scope ALL = new Scope(null, null, null, null);

    boolean contains(ResourceRow row) {
        return (accountId == null || accountId.equals(row.key().accountId())) && (region == null || region.equals(row.key().region()))
                && (service == null || service.equals(row.service())) && (resource == null || resource.equals(row.key()));
    }

    /** What the storage is asked for; it cannot narrow to a single resource. */
    ResourceFilter filter() {
        return new ResourceFilter(list(accountId), list(region), list(service), List.of(), List.of(), Map.of());
    }

    private static List<String> list(String value) {
        return value == null ? List.of() : List.of(value);
    }
}
