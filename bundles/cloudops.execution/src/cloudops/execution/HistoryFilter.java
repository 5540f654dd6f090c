package cloudops.execution;

import java.time.Instant;
import java.util.Set;
import java.util.UUID;

/**
 * Which records of the history are wanted; all conditions must hold.
 *
 * @param since started at this time or later; null for any
 * @param until started before this time; null for any
 * @param statuses one of these; empty for any
 * @param resource acts on the resource with this ARN, identifier or name, whatever its account; null for any
 * @param conversationId from this conversation; null for any
 * @param accountId acts on this AWS account; null for any
 * @param planId this plan and its steps; null for any
 * @param limit the newest so many, at least 1
 */
public record HistoryFilter(Instant since, Instant until, Set<ExecutionStatus> statuses, String resource, String conversationId,
        String accountId, UUID planId, int limit) {

    /** Everything. */
    public static final HistoryFilter ALL = newest(Integer.MAX_VALUE);

    public HistoryFilter {
        statuses = statuses == null ? Set.of() : Set.copyOf(statuses);
        if (limit < 1) {
            throw new IllegalArgumentException("a limit of " + limit + " records; it must be at least 1");
        }
    }

    /** The newest {@code limit} records. */
    public static HistoryFilter newest(int limit) {
        return new HistoryFilter(null, null, Set.of(), null, null, null, null, limit);
    }

    /** A plan with its steps. */
    public static HistoryFilter plan(UUID id) {
        return new HistoryFilter(null, null, Set.of(), null, null, null, id, Integer.MAX_VALUE);
    }

    /** Whether all conditions but the limit hold. */
    public boolean accepts(ExecutionRecord entry) {
        return (since == null || !entry.startedAt().isBefore(since))
                && (until == null || entry.startedAt().isBefore(until))
                && (statuses.isEmpty() || statuses.contains(entry.status()))
                && (resource == null || isActedOn(entry))
                && (conversationId == null || conversationId.equals(entry.metadata().conversationId()))
                && (accountId == null || accountId.equals(entry.metadata().accountId()))
                && (planId == null || planId.equals(entry.id()) || planId.equals(entry.planId()));
    }

    /** By what the history knows of it; of a request that names only an ARN, by the end of that, too. */
    private boolean isActedOn(ExecutionRecord entry) {
        var id = entry.resourceId();
        return id != null && (id.equals(resource) || id.endsWith(":" + resource) || id.endsWith("/" + resource))
                || entry.metadata().resources().stream().anyMatch(each -> resource.equals(each.identifier()) || resource.equals(each.name()));
    }
}
