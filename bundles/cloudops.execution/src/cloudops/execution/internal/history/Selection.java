package cloudops.execution.internal.history;

import static java.util.Comparator.comparing;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;

import cloudops.execution.ExecutionRecord;
import cloudops.execution.HistoryFilter;

/** Gathers what is wanted of a history that is read from its newest entry backwards, and knows when there can be no more. */
final class Selection {

    private static final Comparator<Entry> BY_START = comparing(entry -> entry.state().startedAt());

    /** Entries are written shortly after the time that they bear, and clocks are set. */
    private static final Duration SLACK = Duration.ofMinutes(1);

    private final Predicate<ExecutionRecord> wanted;
    private final int limit;
    private final UUID single; // null for any
    private final UUID plan;
    private final Set<UUID> seen = new HashSet<>();
    private final PriorityQueue<Entry> newest = new PriorityQueue<>(BY_START);
    private Instant since; // nothing that started before is wanted; null when that is not known

    Selection(HistoryFilter filter) {
        wanted = filter::accepts;
        limit = filter.limit();
        single = null;
        plan = filter.planId();
        since = filter.since();
    }

    /** Only this execution or plan. */
    Selection(UUID id) {
        wanted = state -> state.id().equals(id);
        limit = 1;
        single = id;
        plan = null;
    }

    /** Whether it is worth while to look at an entry about {@code execution}. @param execution null when that is not known yet */
    boolean concerns(UUID execution) {
        return execution == null || (single == null ? !seen.contains(execution) : single.equals(execution));
    }

    /** Whether this is the first that is seen of {@code execution}, hence its last state. To be asked once an entry. */
    boolean isLast(UUID execution) {
        return seen.add(execution);
    }

    /** @param entry with the last state of its execution */
    void add(Entry entry) {
        var state = entry.state();
        if (state.id().equals(plan) && (since == null || since.isBefore(state.startedAt()))) {
            since = state.startedAt(); // its steps start later
        }
        if (wanted.test(state)) {
            newest.add(entry);
            if (newest.size() > limit) {
                newest.poll();
            }
        }
    }

    /** Whether nothing that was written before {@code at} matters any more: what is not seen by then started before it. */
    boolean isComplete(Instant at) {
        var latest = at.plus(SLACK);
        return newest.size() == limit && (single != null || latest.isBefore(newest.peek().state().startedAt()))
                || since != null && latest.isBefore(since);
    }

    /** The newest start first. */
    List<Entry> entries() {
        return newest.stream().sorted(BY_START.reversed()).toList();
    }
}
