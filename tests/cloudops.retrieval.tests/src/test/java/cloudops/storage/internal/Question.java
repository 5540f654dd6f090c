package cloudops.storage.internal;

import java.util.List;
import java.util.Set;

import cloudops.model.ResourceKey;

/**
 * Something typed, and what the one who typed it wants to see.
 *
 * @param relevant never empty
 */
record Question(Sort sort, String text, Set<ResourceKey> relevant) {

    enum Sort {
        EXACT, PARTIAL, TYPO, MEANING, TAGS, NEARLY_IDENTICAL
    }

    /** Of the first {@code k}, the share that is relevant; where fewer than {@code k} are relevant at all, the share of those. */
    double recall(List<ResourceKey> found, int k) {
        long right = found.stream().limit(k).filter(relevant::contains).distinct().count();
        return (double) right / Math.min(k, relevant.size());
    }
}
