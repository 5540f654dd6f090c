package cloudops.storage.internal;

import static java.util.Comparator.comparing;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import cloudops.storage.internal.LexicalIndex.Match;

/**
 * Brings what was found by words and by meaning into one order, by reciprocal rank (Cormack, Clarke and Büttcher, SIGIR 2009, with their
 * k of 60). Before all of that stand exact names and IDs, then, where a single token was typed, the names whose words it starts: who types
 * {@code pg-main} means a name, and nearness of meaning must not reorder names.
 */
final class Fusion {

    private static final int K = 60;

    /** Of two lists that both have it first. */
    private static final double BEST = 2.0 / (K + 1);

    /** Scores below it are of fused ranks, from it on of names, 1 of exact ones. */
    private static final double NAMES = 0.8;

    private final Map<UUID, Candidate> candidates = new HashMap<>();

    /** @param score 0 to 1 @param matchedBy as {@code SearchHit} names it */
    record Candidate(UUID id, String name, double score, String matchedBy) {

        private static final Comparator<Candidate> BEST_FIRST =
                comparing(Candidate::score, Comparator.reverseOrder()).thenComparing(Candidate::name).thenComparing(Candidate::id);
    }

    /** @param matches best first */
    Fusion words(List<Match> matches) {
        return ranked(matches, "words");
    }

    /** @param matches nearest first */
    Fusion meaning(List<Match> matches) {
        return ranked(matches, "meaning");
    }

    /** Matches of equal score share a rank. */
    private Fusion ranked(List<Match> matches, String by) {
        int rank = 0;
        for (int i = 0; i < matches.size(); i++) {
            var match = matches.get(i);
            if (i == 0 || match.score() != matches.get(i - 1).score()) {
                rank = i + 1;
            }
            var found = new Candidate(match.id(), match.name(), NAMES * (1.0 / (K + rank)) / BEST, by);
            candidates.merge(match.id(), found, (one, other) ->
                    new Candidate(one.id(), one.name(), one.score() + other.score(), one.matchedBy() + "+" + other.matchedBy()));
        }
        return this;
    }

    /** Raises the names that {@code typed} starts. */
    Fusion names(String typed) {
        var match = new NameMatch(typed);
        candidates.replaceAll((id, candidate) -> {
            var closeness = match.closeness(candidate.name());
            return closeness.isEmpty() ? candidate
                    : new Candidate(id, candidate.name(), NAMES + 0.99 * (1 - NAMES) * closeness.getAsDouble(), candidate.matchedBy());
        });
        return this;
    }

    /** Raises exact matches to the top. */
    Fusion exact(List<Match> matches, String by) {
        matches.forEach(match -> candidates.put(match.id(), new Candidate(match.id(), match.name(), 1, by)));
        return this;
    }

    List<Candidate> best() {
        var best = new ArrayList<>(candidates.values());
        best.sort(Candidate.BEST_FIRST);
        return best;
    }
}
