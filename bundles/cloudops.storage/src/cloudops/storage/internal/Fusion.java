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
 * Brings what was found by words and by meaning into one order:
 * <ol>
 * <li>exact names and IDs;
 * <li>names and IDs of which a piece was typed, or that differ by a typing error, nearest first: nearness of meaning must not reorder names;
 * <li>what has all the things that were asked for, by how well it has them, equals by meaning: who asks for staging does not want production,
 * however near the two are;
 * <li>the rest by reciprocal rank (Cormack, Clarke and Büttcher, SIGIR 2009, with their k of 60).
 * </ol>
 */
final class Fusion {

    private static final int K = 60;

    /** Of two lists that both have it first. */
    private static final double BEST = 2.0 / (K + 1);

    /** Scores below are of fused ranks, from it on of resources that have all that was asked for. */
    private static final double ALL_SAID = 0.5;

    /** From it on scores are of names; 1 is exact. */
    private static final double NAMES = 0.8;

    private final Map<UUID, Candidate> candidates = new HashMap<>();

    /** @param score 0 to 1 @param matchedBy as {@code SearchHit} names it */
    record Candidate(UUID id, String name, double score, String matchedBy) {

        private static final Comparator<Candidate> BEST_FIRST =
                comparing(Candidate::score, Comparator.reverseOrder()).thenComparing(Candidate::name).thenComparing(Candidate::id);

        private Candidate withScore(double other) {
            return new Candidate(id, name, other, matchedBy);
        }
    }

    /**
     * @param matches best first
     * @param said what they match
     */
    Fusion words(List<Match> matches, LexicalQuery said) {
        ranked(matches, said.matchesBy());
        int rank = 0;
        for (int i = 0; i < matches.size() && said.isAllOf(matches.get(i)); i++) {
            if (i == 0 || matches.get(i).score() != matches.get(i - 1).score()) {
                rank++;
            }
            // the fused score stays below the distance of two ranks, and orders those that have it equally well
            double well = ALL_SAID + (NAMES - ALL_SAID) * (1 - rank / (matches.size() + 1.0));
            double step = (NAMES - ALL_SAID) / (matches.size() + 1.0);
            candidates.computeIfPresent(matches.get(i).id(), (id, candidate) -> candidate.withScore(well + step * candidate.score()));
        }
        return this;
    }

    /** Before {@link #words}, which know the names. @param matches nearest first; the name of one that is found by nothing else may be empty */
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
            var found = new Candidate(match.id(), match.name(), ALL_SAID * (1.0 / (K + rank)) / BEST, by);
            candidates.merge(match.id(), found, (one, other) -> new Candidate(one.id(), other.name(),
                    one.score() + other.score(), one.matchedBy().equals(other.matchedBy()) ? by : "words+meaning"));
        }
        return this;
    }

    /** Raises those of {@code near} of whose name or ID {@code typed} is a piece, perhaps with typing errors. */
    Fusion names(NameMatch typed, List<Match> near) {
        for (var candidate : near) {
            typed.closeness(candidate.name(), candidate.identifier()).ifPresent(closeness -> {
                var raised = new Candidate(candidate.id(), candidate.name(), NAMES + 0.99 * (1 - NAMES) * closeness, "words");
                candidates.merge(candidate.id(), raised, (one, other) -> one.withScore(other.score()));
            });
        }
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
