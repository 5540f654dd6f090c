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
 */
public record ScanRequest(List<String> profiles, List<String> regions, List<String> services, List<String> resourceTypes,
        boolean cleanupStale, Transport transport) {

    public ScanRequest {
        profiles = List.copyOf(profiles);
        regions = List.copyOf(regions);
        services = List.copyOf(services);
        resourceTypes = List.copyOf(resourceTypes);
    }
}
