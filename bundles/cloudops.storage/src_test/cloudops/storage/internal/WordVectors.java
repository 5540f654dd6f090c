package cloudops.storage.internal;

import java.util.List;
import java.util.Random;

import cloudops.embedding.Embedder;

/** Deterministic vectors: texts that share words are near. */
final class WordVectors implements Embedder {

    @Override
    public List<float[]> embed(List<String> texts) {
        return texts.stream().map(WordVectors::of).toList();
    }

    static float[] of(String text) {
        var vector = new float[DIMENSIONS];
        for (var word : Words.of(text)) {
            var random = new Random(word.hashCode());
            for (int i = 0; i < DIMENSIONS; i++) {
                vector[i] += (float) random.nextGaussian();
            }
        }
        double length = 0;
        for (float value : vector) {
            length += value * value;
        }
        for (int i = 0; i < DIMENSIONS && length > 0; i++) {
            vector[i] /= (float) Math.sqrt(length);
        }
        return vector;
    }
}
