package cloudops.scanner;

import java.util.List;
import java.util.Map;

import cloudops.scanner.spi.ScanException.Category;

/**
 * What a scan did.
 *
 * @param discovered resources that AWS named
 * @param upserted resources written to the estate
 * @param unchanged resources that were as stored
 * @param deleted stale resources removed
 * @param durationMs wall time in milliseconds
 * @param byService discovered per service
 * @param scopes each scope and how it went
 * @param errors all errors of all scopes
 */
public record ScanResult(int discovered, int upserted, int unchanged, int deleted, long durationMs, Map<String, Integer> byService,
        List<Scope> scopes, List<ScanError> errors) {

    /** Whether every scope is COMPLETE. */
    public boolean complete() {
        return scopes.stream().allMatch(scope -> scope.status() == ScopeStatus.COMPLETE);
    }

    /**
     * Account × region × service × type.
     *
     * @param accountId 12 digits; null when the account could not be reached, or the error is of none
     * @param accountName what the user calls the account: its profile; null when the error is of none
     * @param region {@code aws-global} for types that one call lists for all regions; null when the regions could not be listed
     * @param service null when the scope stands for more than one
     * @param resourceType null when the scope stands for more than one
     * @param discovered resources that AWS named
     * @param errors what went wrong; of many of a kind the first few and their number
     */
    public record Scope(String accountId, String accountName, String region, String service, String resourceType, ScopeStatus status,
            int discovered, List<ScanError> errors) {
    }

    /** How far the listing of a scope can be trusted. */
    public enum ScopeStatus {
        /** Everything there is was found and stored. */
        COMPLETE,
        /** Some resources were lost on the way. */
        PARTIAL,
        /** Nothing can be said about what is there. */
        FAILED
    }

    /** One error and where it happened; account, region and service may be null where it is not of one. */
    public record ScanError(Category category, String code, String message, String accountId, String region, String service,
            boolean retryable) {
    }
}
