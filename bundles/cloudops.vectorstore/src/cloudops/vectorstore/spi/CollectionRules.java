package cloudops.vectorstore.spi;

import java.util.regex.Pattern;

import cloudops.vectorstore.VectorStoreException;
import cloudops.vectorstore.VectorStoreException.Problem;

/** What every store asks of names and vectors, so that a point that fits one store fits all. */
public final class CollectionRules {

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9_-]{0,63}");
    private static final int MOST_DIMENSIONS = 1024;

    private CollectionRules() {
    }

    /** @throws IllegalArgumentException unless {@code collection} is 1 to 64 of a-z, 0-9, _ and -, the first a letter or digit */
    public static void checkName(String collection) {
        if (!isName(collection)) {
            throw new IllegalArgumentException("Not a name for a collection: " + collection);
        }
    }

    public static boolean isName(String collection) {
        return NAME.matcher(collection).matches();
    }

    /** @throws IllegalArgumentException unless there are 1 to 1024 */
    public static void checkDimensions(int dimensions) {
        if (dimensions < 1 || dimensions > MOST_DIMENSIONS) {
            throw new IllegalArgumentException("Vectors of " + dimensions + " dimensions; 1 to " + MOST_DIMENSIONS + " are possible.");
        }
    }

    /** @throws VectorStoreException {@code MISMATCH} when a collection's vectors have another size than {@code wanted} */
    public static void checkSize(String collection, int is, int wanted) throws VectorStoreException {
        if (is != wanted) {
            throw new VectorStoreException(Problem.MISMATCH,
                    "Collection " + collection + " has vectors of " + is + " dimensions, not " + wanted + ".", null);
        }
    }

    /**
     * @throws VectorStoreException {@code MISMATCH}
     * @throws IllegalArgumentException when {@code vector} has no direction
     */
    public static void checkVector(String collection, int dimensions, float[] vector) throws VectorStoreException {
        checkSize(collection, dimensions, vector.length);
        if (!hasDirection(vector)) {
            throw new IllegalArgumentException("A vector without a direction (all zeros, or not finite) has no cosine to another.");
        }
    }

    /** Whether {@code vector} can be compared by cosine. */
    public static boolean hasDirection(float[] vector) {
        double squares = 0;
        for (var x : vector) {
            squares += (double) x * x;
        }
        return squares > 0 && squares < Float.MAX_VALUE;
    }
}
