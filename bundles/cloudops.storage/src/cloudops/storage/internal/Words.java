package cloudops.storage.internal;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** The words of a name or a sentence: {@code pgInstance-main1} is {@code pg instance main1}, in lower case, without accents. */
public final class Words {

    private static final Pattern NOT_A_WORD = Pattern.compile("[^\\p{L}\\p{M}\\p{N}]+");

    private static final Pattern CASE_CHANGE = Pattern.compile("(?<=[\\p{Ll}\\p{N}])(?=\\p{Lu})|(?<=\\p{Lu})(?=\\p{Lu}\\p{Ll})");

    private static final Pattern LETTER_DIGIT = Pattern.compile("(?<=\\p{L})(?=\\p{N})|(?<=\\p{N})(?=\\p{L})");

    private static final Pattern ACCENTS = Pattern.compile("\\p{M}+");

    private Words() {
    }

    /** In order; {@code main1} stays whole. */
    public static List<String> of(String text) {
        var words = new ArrayList<String>();
        for (var part : NOT_A_WORD.split(text)) {
            for (var word : CASE_CHANGE.split(part)) {
                var folded = fold(word);
                if (!folded.isEmpty()) {
                    words.add(folded);
                }
            }
        }
        return words;
    }

    /** The words of {@code text} and, where letters meet digits, their parts: {@code main1 main 1}. */
    static Set<String> andParts(String text) {
        var all = new LinkedHashSet<String>();
        for (var word : of(text)) {
            all.add(word);
            all.addAll(List.of(LETTER_DIGIT.split(word)));
        }
        return all;
    }

    /** Lower case, compatibility forms made equal, no accents. */
    static String fold(String text) {
        return ACCENTS.matcher(Normalizer.normalize(text, Normalizer.Form.NFKD)).replaceAll("").toLowerCase(Locale.ROOT);
    }
}
