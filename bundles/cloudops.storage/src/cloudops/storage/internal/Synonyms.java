package cloudops.storage.internal;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Words that mean the same to people who run things in AWS: {@code synonyms.txt}, a group a line. */
final class Synonyms {

    private static final Map<String, Set<String>> GROUPS = read();

    private Synonyms() {
    }

    /** Other words for {@code word}, among them its singular; without itself. */
    static Set<String> of(String word) {
        var others = new LinkedHashSet<>(GROUPS.getOrDefault(word, Set.of()));
        if (word.length() > 3 && word.endsWith("s") && !word.endsWith("ss")) {
            var singular = word.substring(0, word.length() - 1);
            others.add(singular);
            others.addAll(GROUPS.getOrDefault(singular, Set.of()));
        }
        others.remove(word);
        return others;
    }

    private static Map<String, Set<String>> read() {
        var groups = new HashMap<String, Set<String>>();
        try (var in = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(Synonyms.class.getResourceAsStream("synonyms.txt"), "synonyms.txt"), StandardCharsets.UTF_8))) {
            in.lines().map(String::strip).filter(line -> !line.isEmpty() && !line.startsWith("#")).forEach(line -> {
                var group = Set.of(line.split("\\s+"));
                group.forEach(word -> groups.computeIfAbsent(word, none -> new LinkedHashSet<>()).addAll(group));
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return groups;
    }
}
