package cloudops.storage.internal;

import java.util.Arrays;
import java.util.OptionalInt;

/**
 * Compares words with one that was typed, perhaps with errors: a letter wrong, missing, too much, or two neighbours swapped (the distance of
 * Damerau, where what was swapped is not changed again). Only the diagonal that so few errors can reach is looked at. For one thread.
 */
final class NearlyEqual {

    /** Longer words cost too much to be compared with errors, and are no words of a person. */
    private static final int LONGEST = 80;

    private final String typed;

    private final int forgiven;

    /** The last three rows of the table of distances. */
    private int[] beforeLast;

    private int[] last;

    private int[] row;

    NearlyEqual(String typed) {
        this.typed = typed;
        forgiven = typed.length() > LONGEST ? 0 : forgiven(typed);
        beforeLast = new int[typed.length() + 1];
        last = new int[typed.length() + 1];
        row = new int[typed.length() + 1];
    }

    /** How many typing errors are forgiven in a word of this length. */
    static int forgiven(String word) {
        return word.length() < 4 ? 0 : word.length() < 8 ? 1 : 2;
    }

    /** How many errors make of {@code word} what was typed; empty when it takes more than are forgiven, or it is too short for any. */
    OptionalInt errors(String word) {
        if (forgiven == 0 || Math.abs(word.length() - typed.length()) > forgiven) {
            return OptionalInt.empty();
        }
        int errors = distance(word, forgiven + 1);
        return errors <= forgiven ? OptionalInt.of(errors) : OptionalInt.empty();
    }

    /** Not above {@code tooMany}. */
    private int distance(String word, int tooMany) {
        for (int i = 0; i < last.length; i++) {
            last[i] = Math.min(i, tooMany);
        }
        for (int w = 1; w <= word.length(); w++) {
            int from = Math.max(1, w - forgiven);
            int to = Math.min(typed.length(), w + forgiven);
            Arrays.fill(row, tooMany);
            row[0] = Math.min(w, tooMany);
            int least = from == 1 ? row[0] : tooMany;
            for (int t = from; t <= to; t++) {
                int distance = Math.min(last[t - 1] + (word.charAt(w - 1) == typed.charAt(t - 1) ? 0 : 1), Math.min(last[t], row[t - 1]) + 1);
                if (w > 1 && t > 1 && word.charAt(w - 1) == typed.charAt(t - 2) && word.charAt(w - 2) == typed.charAt(t - 1)) {
                    distance = Math.min(distance, beforeLast[t - 2] + 1);
                }
                row[t] = Math.min(distance, tooMany);
                least = Math.min(least, row[t]);
            }
            if (least == tooMany) {
                return tooMany;
            }
            var oldest = beforeLast;
            beforeLast = last;
            last = row;
            row = oldest;
        }
        return last[typed.length()];
    }
}
