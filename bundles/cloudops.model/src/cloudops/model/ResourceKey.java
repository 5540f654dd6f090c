package cloudops.model;

import static java.util.Objects.requireNonNull;

/**
 * What makes a resource unique in an estate.
 *
 * @param accountId 12-digit AWS account ID
 * @param region AWS region; {@code aws-global} for services without regions
 * @param resourceType {@code <service>_<kind>}, such as {@code rds_instance}
 * @param identifier the service's own ID of the resource; unique within the three others
 */
public record ResourceKey(String accountId, String region, String resourceType, String identifier) {

    public ResourceKey {
        requireNonNull(accountId, "accountId");
        requireNonNull(region, "region");
        requireNonNull(resourceType, "resourceType");
        requireNonNull(identifier, "identifier");
    }

    /** {@code {account}-{region}-{identifier}}: for people; two types may share it, so it is no key. */
    public String displayId() {
        return accountId + "-" + region + "-" + identifier;
    }
}
