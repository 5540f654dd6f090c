package cloudops.storage.internal;

import static java.util.Comparator.comparing;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * How near something typed is to a name or an ID: {@code pg-main} to {@code pg-instance-main1}. Separators and case do not count. Nearest is
 * what has just these letters; then what they are the start or a piece of; then a name that has each word that was typed as the start of one
 * of its own; then what differs by typing errors, fewer first. For one thread.
 */
final class NameMatch {

    /** Lower bounds of the classes; a class ends where the better one begins. */
    private static final double STARTS = 0.5, WITH_ERRORS = 0.2, WORD_WITH_ERROR = 0;

    /** Shorter pieces are in every other name. */
    private static final int SHORTEST_PIECE = 4;

    /** What a character of a word with a typing error counts. */
    private static final double HALF = 0.5;

    private final List<Typed> typed;

    private final String folded;

    private final String together;

    private final NearlyEqual nearly;

    NameMatch(String text) {
        // many words are a sentence, of which only all letters together may be a name
        typed = text.matches(".*\\s.*") ? List.of() : Words.of(text).stream().map(Typed::new).toList();
        folded = LexicalDocument.whole(text);
        together = LexicalDocument.letters(text);
        nearly = new NearlyEqual(together);
    }

    /** Above 0 to 1; empty when nothing of the name was typed, or something that is not in it. */
    OptionalDouble closeness(String name, String identifier) {
        if (together.isEmpty()) {
            return OptionalDouble.empty();
        }
        var id = LexicalDocument.whole(identifier);
        if (id.startsWith(folded)) {
            return within(STARTS, 1, (double) folded.length() / id.length());
        }
        var words = Words.of(name);
        var whole = String.join("", words);
        if (whole.startsWith(together) || together.length() >= SHORTEST_PIECE && whole.contains(together)) {
            return within(STARTS, 1, (double) together.length() / whole.length());
        }
        var errors = nearly.errors(whole);
        if (errors.isPresent()) {
            return within(WITH_ERRORS, STARTS, 1.0 / (errors.getAsInt() + 1));
        }
        return typed.isEmpty() ? OptionalDouble.empty() : byWords(words, whole.length());
    }

    private OptionalDouble byWords(List<String> words, int letters) {
        var left = new ArrayList<>(words);
        double matched = 0;
        boolean errors = false;
        for (var word : typed) {
            var start = left.stream().filter(other -> other.startsWith(word.text)).min(comparing(String::length));
            var match = start.isPresent() ? start : left.stream().filter(word::isNearly).findFirst();
            if (match.isEmpty()) {
                return OptionalDouble.empty();
            }
            errors |= start.isEmpty();
            left.remove(match.get());
            matched += start.isPresent() ? word.text.length() : HALF * Math.min(word.text.length(), match.get().length());
        }
        return errors ? within(WORD_WITH_ERROR, WITH_ERRORS, matched / letters) : within(STARTS, 1, matched / letters);
    }

    /** @param share above 0 to 1 */
    private static OptionalDouble within(double from, double to, double share) {
        return OptionalDouble.of(from + (to - from) * share);
    }

    private static final class Typed {

        final String text;

        private final NearlyEqual nearly;

        Typed(String text) {
            this.text = text;
            nearly = new NearlyEqual(text);
        }

        boolean isNearly(String word) {
            return nearly.errors(word).isPresent();
        }
    }
}
