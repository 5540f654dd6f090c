package cloudops.scanner;

import java.util.List;

import cloudops.aws.AwsCaller.Transport;

/**
 * What to keep in step.
 *
 * @param profiles AWS profiles, one an account; empty for those of the settings
 * @param regions AWS regions; empty or {@code all} for every region enabled in the account
 * @param services services as the CLI names them; empty or {@code all} for every scanner there is
 * @param cleanupStale remove stored resources that a COMPLETE scope of a full scan no longer has
 * @param transport how to reach AWS
 */
public record SyncRequest(List<String> profiles, List<String> regions, List<String> services, boolean cleanupStale, Transport transport) {

    public SyncRequest {
        profiles = List.copyOf(profiles);
        regions = List.copyOf(regions);
        services = List.copyOf(services);
    }
}
