package cloudops.embedding;

import java.util.List;

/**
 * Turns texts into vectors whose nearness is nearness of meaning (all-MiniLM-L6-v2). Thread-safe; CPU-bound, the model is loaded on first
 * use and runs on this machine.
 */
public interface Embedder {

    /** Length of every vector. */
    int DIMENSIONS = 384;

    /**
     * @param texts any number; only the first 256 tokens of each count
     * @return one vector a text, in order, of length {@link #DIMENSIONS} and Euclidean norm 1
     * @throws EmbeddingException when the model cannot be loaded or run
     */
    List<float[]> embed(List<String> texts) throws EmbeddingException;
}
