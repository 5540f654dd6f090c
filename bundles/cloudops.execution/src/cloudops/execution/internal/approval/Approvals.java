package cloudops.execution.internal.approval;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;

import cloudops.execution.Approval;
import cloudops.execution.ExecutionException;
import cloudops.execution.ExecutionException.Problem;

/** Lets each approval through once, for what it was given for, before it expires. Thread-safe. */
public final class Approvals {

    public static final Duration LIFETIME = Duration.ofMinutes(15);
    /** Approvals may come from another clock than ours. */
    private static final Duration CLOCK_SKEW = Duration.ofMinutes(1);

    private final Clock clock;
    private final Set<Use> used = new HashSet<>();

    public Approvals(Clock clock) {
        this.clock = clock;
    }

    /**
     * Uses an approval up.
     *
     * @param approval null when none was given
     * @param hash of what is about to run
     * @param reason why it needs one
     */
    public synchronized void use(Approval approval, String hash, String reason) throws ExecutionException {
        if (approval == null) {
            throw refused(reason + ": it needs an approval");
        }
        if (!approval.hash().equals(hash)) {
            throw refused("the approval is for something else than what is to run (" + approval.hash() + ", not " + hash + "): ask again");
        }
        if (approval.approvedBy().isBlank()) {
            throw refused("the approval does not say who gave it: ask again");
        }
        var now = clock.instant();
        if (approval.approvedAt().isBefore(now.minus(LIFETIME))) {
            throw refused("the approval has expired after " + LIFETIME.toMinutes() + " minutes: ask again");
        }
        if (approval.approvedAt().isAfter(now.plus(CLOCK_SKEW))) {
            throw refused("the approval was given in the future, at " + approval.approvedAt() + ": check the clock and ask again");
        }
        used.removeIf(use -> use.approvedAt().isBefore(now.minus(LIFETIME)));
        if (!used.add(new Use(hash, approval.approvedAt()))) {
            throw refused("the approval was used already: ask again");
        }
    }

    private static ExecutionException refused(String message) {
        return new ExecutionException(Problem.APPROVAL_REQUIRED, message);
    }

    private record Use(String hash, Instant approvedAt) {
    }
}
