package cloudops.storage.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/** How near something typed is to a name, when each of its words starts a word of the name: {@code pg-main} and {@code pg-instance-main1}. */
final class NameMatch {

    private final List<String> typed;

    NameMatch(String typed) {
        this.typed = Words.of(typed);
    }

    /** The share of the name's characters that were typed, above 0 to 1; empty when a word that was typed starts none of the name's. */
    OptionalDouble closeness(String name) {
        var left = new ArrayList<>(Words.of(name));
        int characters = left.stream().mapToInt(String::length).sum();
        int matched = 0;
        for (var word : typed) {
            var best = left.stream().filter(candidate -> candidate.startsWith(word))
                    .min((one, other) -> Integer.compare(one.length(), other.length()));
            if (best.isEmpty()) {
                return OptionalDouble.empty();
            }
            left.remove(best.get());
            matched += word.length();
        }
        return matched == 0 ? OptionalDouble.empty() : OptionalDouble.of((double) matched / characters);
    }
}
