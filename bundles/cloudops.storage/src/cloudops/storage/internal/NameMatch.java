package cloudops.storage.internal;

import static java.util.Comparator.comparing;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

import org.apache.lucene.util.automaton.CharacterRunAutomaton;
import org.apache.lucene.util.automaton.LevenshteinAutomata;
import org.apache.lucene.util.automaton.Operations;

/**
 * How near something typed is to a name: {@code pg-main} to {@code pg-instance-main1}. Each word that was typed must start a word of the
 * name or be one with a typing error, or the whole must start the name when separators do not count.
 */
final class NameMatch {

    /** What a character of a word with a typing error counts. */
    private static final double WITH_ERROR = 0.5;

    private final List<Typed> typed;

    private final String together;

    NameMatch(String text) {
        var words = Words.of(text);
        typed = words.stream().map(Typed::new).toList();
        together = String.join("", words);
    }

    /** The share of the name's characters that were typed, above 0 to 1; empty when a word that was typed is none of the name's. */
    OptionalDouble closeness(String name) {
        var words = Words.of(name);
        var whole = String.join("", words);
        if (together.isEmpty() || whole.isEmpty()) {
            return OptionalDouble.empty();
        }
        if (whole.startsWith(together)) {
            return OptionalDouble.of((double) together.length() / whole.length());
        }
        var left = new ArrayList<>(words);
        double matched = 0;
        for (var word : typed) {
            var start = left.stream().filter(other -> other.startsWith(word.text)).min(comparing(String::length));
            var match = start.isPresent() ? start : left.stream().filter(word::isNearly).findFirst();
            if (match.isEmpty()) {
                return OptionalDouble.empty();
            }
            left.remove(match.get());
            matched += start.isPresent() ? word.text.length() : WITH_ERROR * Math.min(word.text.length(), match.get().length());
        }
        return OptionalDouble.of(matched / whole.length());
    }

    private static final class Typed {

        /** Longer words cost too much to be compared with errors, and are no words of a person. */
        private static final int LONGEST = 40;

        final String text;

        private final Optional<CharacterRunAutomaton> nearly;

        Typed(String text) {
            this.text = text;
            int errors = LexicalQuery.typingErrors(text);
            nearly = errors == 0 || text.length() > LONGEST ? Optional.empty()
                    : Optional.of(new CharacterRunAutomaton(Operations.determinize(
                            new LevenshteinAutomata(text, true).toAutomaton(errors), Operations.DEFAULT_DETERMINIZE_WORK_LIMIT)));
        }

        boolean isNearly(String word) {
            return nearly.isPresent() && nearly.get().run(word);
        }
    }
}
