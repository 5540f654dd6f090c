package cloudops.agent.internal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

import cloudops.embedding.Embedder;
import cloudops.embedding.EmbeddingException;
import cloudops.playbooks.Playbook;

/** Finds playbooks by the meaning of their utterances: cosine of the embeddings, helped by the words they share. Thread-safe. */
final class Retrieval {

    private static final double SHARE_OF_WORDS = 0.2;

    /**
     * What an operation acts on. To the model "stop the database" is nearer to "start the database" than to "stop it", so that the nouns
     * are taken out: the type is known from the resources.
     */
    private static final Pattern THING = Pattern.compile("\\b(?:(?:the|a|an|this|that|our|my|all|every)\\s+)*(?:(?:ec2|rds|s3|ebs|web|postgres|"
            + "mysql|mariadb|virtual|database|db|data|machine|old|public)\\s+)*(?:instances?|servers?|databases?|buckets?|volumes?|disks?|"
            + "machines?|vms?|resources?)\\b", Pattern.CASE_INSENSITIVE);

    /** @param score at most 1 */
    record Scored(Playbook playbook, double score) {
    }

    private record Utterance(Playbook playbook, float[] vector, Set<String> words) {
    }

    private final Embedder embedder;
    private final List<Playbook> playbooks;
    private volatile List<Utterance> index;

    Retrieval(Embedder embedder, List<Playbook> playbooks) {
        this.embedder = embedder;
        this.playbooks = playbooks;
    }

    /** All playbooks by their best utterance, best first. */
    List<Scored> rank(String text) throws EmbeddingException {
        var order = withoutThings(text);
        var vector = embedder.embed(List.of(order)).getFirst();
        var words = words(order);
        var ranked = new ArrayList<Scored>();
        for (var playbook : playbooks) {
            double best = -1;
            for (var utterance : index()) {
                if (utterance.playbook() == playbook) {
                    var score = (1 - SHARE_OF_WORDS) * cosine(vector, utterance.vector()) + SHARE_OF_WORDS * overlap(words, utterance.words());
                    best = Math.max(best, score);
                }
            }
            ranked.add(new Scored(playbook, best));
        }
        ranked.sort(Comparator.comparingDouble(Scored::score).reversed());
        return ranked;
    }

    /** Made on first use: many prompts are understood without it. */
    private List<Utterance> index() throws EmbeddingException {
        var known = index;
        if (known == null) {
            synchronized (this) {
                known = index;
                if (known == null) {
                    known = build();
                    index = known;
                }
            }
        }
        return known;
    }

    private List<Utterance> build() throws EmbeddingException {
        var texts = playbooks.stream().flatMap(playbook -> playbook.intent().utterances().stream())
                .map(Retrieval::withoutThings).toList();
        var vectors = embedder.embed(texts).iterator();
        var utterances = new ArrayList<Utterance>(texts.size());
        for (var playbook : playbooks) {
            for (var text : playbook.intent().utterances()) {
                utterances.add(new Utterance(playbook, vectors.next(), words(withoutThings(text))));
            }
        }
        return List.copyOf(utterances);
    }

    private static String withoutThings(String text) {
        return THING.matcher(text).replaceAll("it");
    }

    private static double cosine(float[] one, float[] other) {
        double sum = 0;
        for (int i = 0; i < one.length; i++) {
            sum += one[i] * other[i];
        }
        return sum;
    }

    private static double overlap(Set<String> one, Set<String> other) {
        var both = new HashSet<>(one);
        both.retainAll(other);
        var all = new HashSet<>(one);
        all.addAll(other);
        return all.isEmpty() ? 0 : (double) both.size() / all.size();
    }

    private static Set<String> words(String text) {
        var words = new HashSet<>(List.of(text.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}]+")));
        words.remove("");
        return words;
    }
}
