package cloudops.agent.internal;

import java.util.List;
import java.util.Locale;

import cloudops.embedding.Embedder;

/** A stand-in for the model: texts that share words are near. Deterministic. */
final class BagOfWords implements Embedder {

    @Override
    public List<float[]> embed(List<String> texts) {
        return texts.stream().map(BagOfWords::vector).toList();
    }

    private static float[] vector(String text) {
        var vector = new float[DIMENSIONS];
        for (var word : text.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}]+")) {
            vector[Math.floorMod(word.hashCode() * 31, DIMENSIONS)] += 1;
        }
        double sum = 0;
        for (var value : vector) {
            sum += value * value;
        }
        for (int i = 0; i < vector.length; i++) {
            vector[i] /= (float) Math.sqrt(sum == 0 ? 1 : sum);
        }
        return vector;
    }
}
