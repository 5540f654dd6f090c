package cloudops.scanner;

import java.time.Instant;
import java.util.Map;

/**
 * How the last scan of a service in a home went, whoever asked for it.
 *
 * @param service as the AWS CLI names it
 * @param lastSync when that scan began
 * @param incremental whether it was an incremental one
 * @param scopes how its account × region × type went
 * @param discovered resources that AWS named
 * @param upserted resources written
 * @param unchanged resources that were as stored
 * @param deleted stale resources removed
 * @param errors how many of which code
 * @param permissionSuccessRate the part, 0 to 1, of the resources asked about whose permissions are known, in the last scan that asked; null
 *        when none did
 */
public record ServiceStatus(String service, Instant lastSync, boolean incremental, Scopes scopes, int discovered,
        int upserted, int unchanged, int deleted, Map<String, Integer> errors, Double permissionSuccessRate) {

    /** How many scopes ended in which way. */
    public record Scopes(int complete, int partial, int failed) {
    }
}
