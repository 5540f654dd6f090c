package cloudops.storage.internal;

import static java.util.Comparator.comparing;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.UUID;

import cloudops.storage.ChatStorage.Found;
import cloudops.storage.ChatStorage.Message;

/** Brings messages found by words and by meaning into one order, by reciprocal rank (Cormack, Clarke and Büttcher, SIGIR 2009; k = 60). */
final class ChatRanking {

    /** So many of each kind are fused. */
    static final int DEPTH = 100;

    private static final int K = 60;

    /** The score of what is first both ways. */
    private static final double BEST = 2.0 / (K + 1);

    private static final Comparator<Worded> BEST_FIRST = comparing(Worded::share).reversed()
            .thenComparing(one -> one.message().at(), Comparator.reverseOrder()).thenComparing(one -> one.message().id());

    /** @param share of what was wanted that the message has, 0 to 1 */
    record Worded(Message message, double share) {
    }

    private final PriorityQueue<Worded> worded = new PriorityQueue<>(BEST_FIRST.reversed());

    private final List<Message> near = new ArrayList<>();

    /** The message when it has one of {@code wanted}, or a word that begins so: the more of them, the better; else null. */
    static Worded worded(Message message, List<String> wanted) {
        var words = Words.andParts(message.content());
        double share = 0;
        for (var one : wanted) {
            share += words.contains(one) ? 1 : words.stream().anyMatch(word -> word.startsWith(one)) ? 0.5 : 0;
        }
        return share == 0 ? null : new Worded(message, share / wanted.size());
    }

    /** Takes one in; no more than the best of them are held. */
    void word(Worded one) {
        worded.add(one);
        if (worded.size() > DEPTH) {
            worded.poll();
        }
    }

    /** Takes the next nearest in. */
    void near(Message message) {
        near.add(message);
    }

    List<Found> best(int limit) {
        var found = new HashMap<UUID, Found>();
        var ranked = worded.stream().sorted(BEST_FIRST).toList();
        for (int i = 0; i < ranked.size(); i++) {
            add(found, ranked.get(i).message(), i, "words");
        }
        for (int i = 0; i < near.size(); i++) {
            add(found, near.get(i), i, "meaning");
        }
        return found.values().stream()
                .sorted(comparing(Found::score).reversed().thenComparing(one -> one.message().at()).thenComparing(one -> one.message().id()))
                .limit(limit).toList();
    }

    private static void add(Map<UUID, Found> found, Message message, int rank, String by) {
        found.merge(message.id(), new Found(message, 1.0 / (K + rank + 1) / BEST, by),
                (one, other) -> new Found(message, one.score() + other.score(), one.matchedBy() + "+" + other.matchedBy()));
    }
}
