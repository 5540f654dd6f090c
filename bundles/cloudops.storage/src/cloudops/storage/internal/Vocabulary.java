package cloudops.storage.internal;

import static java.util.Comparator.comparing;

import java.util.ArrayList;
import java.util.List;

import cloudops.embedding.Embedder;
import cloudops.embedding.EmbeddingException;

/**
 * The words of an estate by their meaning. A resource's vector is of all that it is, in which one word of its name hardly counts; word against
 * word, "bookkeeping" is near to "ledger" and far from all others. Thread-safe.
 */
final class Vocabulary {

    /** An estate's names have hundreds of words; more would take seconds to be embedded. */
    static final int MOST = 1000;

    /** Cosine similarity below which two words have nothing to do with each other. */
    private static final float NEAR = 0.35f;

    /** So much less near than the nearest a word may be. */
    private static final float ALMOST = 0.05f;

    private static final int MEANT = 3;

    private record Word(String text, float[] vector) {
    }

    private record Near(String word, float similarity) {
    }

    private final Embedder embedder;

    private final List<Word> words;

    private Vocabulary(Embedder embedder, List<Word> words) {
        this.embedder = embedder;
        this.words = words;
    }

    static Vocabulary of(List<String> words, Embedder embedder) throws EmbeddingException {
        var vectors = embedder.embed(words);
        var known = new ArrayList<Word>();
        for (int i = 0; i < vectors.size(); i++) {
            known.add(new Word(words.get(i), vectors.get(i)));
        }
        return new Vocabulary(embedder, known);
    }

    /** The words that {@code text} may mean, the nearest first; often none. */
    List<String> near(String text) throws EmbeddingException {
        var vector = embedder.embed(List.of(text)).getFirst();
        var near = words.stream().map(word -> new Near(word.text(), cosine(vector, word.vector())))
                .filter(word -> word.similarity() >= NEAR).sorted(comparing(Near::similarity).reversed()).limit(MEANT).toList();
        return near.stream().filter(word -> word.similarity() >= near.getFirst().similarity() - ALMOST).map(Near::word).toList();
    }

    private static float cosine(float[] one, float[] other) {
        float sum = 0;
        for (int i = 0; i < one.length; i++) {
            sum += one[i] * other[i];
        }
        return sum;
    }
}
