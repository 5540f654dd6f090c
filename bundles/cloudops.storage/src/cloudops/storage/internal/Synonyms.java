package cloudops.storage.internal;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Words and phrases that mean the same to people who run things in AWS: {@code synonyms.txt}, a group a line. */
final class Synonyms {

    /** A word, or the words of a phrase with a space between → all words and phrases of its groups. */
    private static final Map<String, Set<String>> GROUPS = read();

    private static final int LONGEST_PHRASE = 2;

    private Synonyms() {
    }

    /** Other words and phrases for {@code word}, a word or phrase, without itself. */
    static Set<String> of(String word) {
        var others = new LinkedHashSet<>(GROUPS.getOrDefault(word, Set.of()));
        others.addAll(GROUPS.getOrDefault(singular(word), Set.of()));
        others.remove(word);
        return others;
    }

    /** How many words from {@code at} on are a phrase that has synonyms; 1 when none is. */
    static int phrase(List<String> words, int at) {
        for (int length = Math.min(LONGEST_PHRASE, words.size() - at); length > 1; length--) {
            var phrase = String.join(" ", words.subList(at, at + length));
            if (GROUPS.containsKey(phrase) || GROUPS.containsKey(singular(phrase))) {
                return length;
            }
        }
        return 1;
    }

    /** As English makes it from a regular plural; {@code word} itself where it is none. */
    static String singular(String word) {
        if (word.length() < 4 || !word.endsWith("s") || word.endsWith("ss")) {
            // also of the three letters that engineers pluralise: vms, dbs
            return word.length() == 3 && GROUPS.containsKey(word.substring(0, 2)) && word.endsWith("s") ? word.substring(0, 2) : word;
        }
        if (word.endsWith("ies")) {
            return word.substring(0, word.length() - 3) + "y";
        }
        return word.substring(0, word.length() - 1);
    }

    private static Map<String, Set<String>> read() {
        var groups = new HashMap<String, Set<String>>();
        try (var in = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(Synonyms.class.getResourceAsStream("synonyms.txt"), "synonyms.txt"), StandardCharsets.UTF_8))) {
            in.lines().map(String::strip).filter(line -> !line.isEmpty() && !line.startsWith("#")).forEach(line -> {
                var members = Arrays.stream(line.split("\\s+")).map(word -> word.replace('-', ' ')).toList();
                members.forEach(word -> groups.computeIfAbsent(word, none -> new LinkedHashSet<>()).addAll(members));
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return groups;
    }
}
