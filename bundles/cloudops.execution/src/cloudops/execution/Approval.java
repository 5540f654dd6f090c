package cloudops.execution;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/**
 * A person's consent to one request.
 *
 * @param hash {@link ExecutionEngine#approvalHash} of what was shown to the person
 * @param approvedBy who consented
 * @param approvedAt when; an approval expires, and is used once
 */
public record Approval(String hash, String approvedBy, Instant approvedAt) {
    public Approval {
        requireNonNull(hash, "hash");
        requireNonNull(approvedBy, "approvedBy");
        requireNonNull(approvedAt, "approvedAt");
    }
}
