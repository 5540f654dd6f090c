package cloudops.scanner;

import java.util.List;

import cloudops.aws.AwsCaller.Transport;

/**
 * What to scan.
 *
 * @param profiles AWS profiles, one an account; not empty
 * @param regions AWS regions; empty or {@code all} for every region enabled in the account
 * @param services services as the CLI names them; empty or {@code all} for every scanner there is
 * @param resourceTypes only these types; empty for all of the services
 * @param cleanupStale remove stored resources that a COMPLETE scope no longer has
 * @param transport how to reach AWS
 * @param incremental ask AWS for lists only, and for more only of what is listed otherwise than before; removes nothing
 */
public record ScanRequest(List<String> profiles, List<String> regions, List<String> services, List<String> resourceTypes,
        boolean cleanupStale, Transport transport, boolean incremental) {

    /** @throws IllegalArgumentException when an incremental scan shall remove something */
    public ScanRequest {
        if (incremental && cleanupStale) {
            throw new IllegalArgumentException("an incremental scan removes nothing");
        }
        profiles = List.copyOf(profiles);
        regions = List.copyOf(regions);
        services = List.copyOf(services);
        resourceTypes = List.copyOf(resourceTypes);
    }

    /** A full scan. */
    public ScanRequest(List<String> profiles, List<String> regions, List<String> services, List<String> resourceTypes, boolean cleanupStale,
            Transport transport) {
        this(profiles, regions, services, resourceTypes, cleanupStale, transport, false);
    }
}
