package cloudops.agent.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import cloudops.agent.internal.Words.Phrase;

/**
 * What the words of a sentence say by themselves, before any model is asked.
 *
 * @param operations operations it orders or asks for, in order; empty when no known word names one
 * @param negated operations it says not to do
 * @param question whether it asks; then {@code operations} only informs
 * @param excepts whether it takes something out of what the operation is meant for
 */
record Reading(Set<String> operations, Set<String> negated, boolean question, boolean excepts) {

    private static final int LONG_GAP = 6;
    private static final int SHORT_GAP = 3;
    private static final int NEGATION_REACH = 4;

    static Reading of(Sentence sentence, Words words) {
        var tokens = sentence.tokens();
        int start = skipPolite(tokens, words);
        var question = question(tokens, start, words);
        if (question != null) {
            return new Reading(Set.of(question), Set.of(), true, false);
        }
        var ordered = new LinkedHashSet<String>();
        var negated = new LinkedHashSet<String>();
        int order = tokens.size();
        for (int at = start; at < tokens.size();) {
            var match = longest(tokens, at, words, ordered.isEmpty());
            if (match == null) {
                at++;
                continue;
            }
            var isNegated = isNegated(tokens, at, words);
            (isNegated ? negated : ordered).add(match.phrase().operation());
            order = isNegated ? order : Math.min(order, at);
            at = match.end();
        }
        var excepts = ordered.stream().anyMatch(negated::contains) || excepts(tokens, order, ordered, words);
        return new Reading(ordered, negated, false, excepts);
    }

    /** Words that only negate do so after the order: "web-1 is not well, restart it" leaves nothing out. */
    private static boolean excepts(List<Sentence.Token> tokens, int order, Set<String> ordered, Words words) {
        for (int at = 0; at < tokens.size(); at++) {
            int end = longestPrefix(tokens, at, words.exclusions());
            if (end > at && (at > order || !words.isNegation(tokens.get(at).word())) && !endsWithOtherOperation(tokens, end, ordered, words)) {
                return true;
            }
        }
        return false;
    }

    /** "an image of web-1 without reboot": how, not what. */
    private static boolean endsWithOtherOperation(List<Sentence.Token> tokens, int at, Set<String> ordered, Words words) {
        var match = longest(tokens, at, words, false);
        return match != null && match.end() == tokens.size() && words.isNegation(tokens.get(at - 1).word())
                && !ordered.contains(match.phrase().operation()) && !words.isReadOnly(match.phrase().operation());
    }

    /** The operation that answers it when the sentence begins like a question; the longest beginning decides. */
    private static String question(List<Sentence.Token> tokens, int start, Words words) {
        var endings = new LinkedHashMap<String, Integer>();
        endings.put("permissions", longestPrefix(tokens, start, words.mayI()));
        endings.put("list", longestPrefix(tokens, start, words.listQuestions()));
        endings.put("describe", longestPrefix(tokens, start, words.describeQuestions()));
        String question = null;
        int end = start;
        for (var entry : endings.entrySet()) {
            if (entry.getValue() > end) {
                question = entry.getKey();
                end = entry.getValue();
            }
        }
        return question;
    }

    private record Match(Phrase phrase, int end) {
    }

    private static Match longest(List<Sentence.Token> tokens, int at, Words words, boolean first) {
        Match best = null;
        for (var phrase : words.phrases()) {
            var noun = !phrase.leading() && phrase.parts().size() == 1 && at > 0 && words.makesNoun(tokens.get(at - 1).word());
            if (noun || phrase.leading() && !first) {
                continue;
            }
            int end = match(tokens, at, phrase.parts(), 0);
            if (end >= 0 && (best == null || phrase.literals() > best.phrase().literals()
                    || phrase.literals() == best.phrase().literals() && end < best.end())) {
                best = new Match(phrase, end);
            }
        }
        return best;
    }

    /** Index after the phrase when its parts from {@code part} on match at {@code at}, else -1. */
    private static int match(List<Sentence.Token> tokens, int at, List<String> parts, int part) {
        if (part == parts.size()) {
            return at;
        }
        var wanted = parts.get(part);
        if (!Phrase.isGap(wanted)) {
            return at < tokens.size() && tokens.get(at).word().equals(wanted) ? match(tokens, at + 1, parts, part + 1) : -1;
        }
        var crossesNames = wanted.equals("~");
        for (int gap = 0; gap <= (crossesNames ? LONG_GAP : SHORT_GAP); gap++) {
            if (gap > 0) {
                var crossed = at + gap - 1;
                if (crossed >= tokens.size() || tokens.get(crossed).isName() && !crossesNames) {
                    return -1;
                }
            }
            int end = match(tokens, at + gap, parts, part + 1);
            if (end >= 0) {
                return end;
            }
        }
        return -1;
    }

    private static boolean isNegated(List<Sentence.Token> tokens, int at, Words words) {
        for (int i = at - 1; i >= 0 && i >= at - NEGATION_REACH; i--) {
            var token = tokens.get(i);
            if (token.isName() || token.ends()) {
                return false;
            }
            if (words.isNegation(token.word())) {
                return true;
            }
        }
        return false;
    }

    private static int skipPolite(List<Sentence.Token> tokens, Words words) {
        int start = 0;
        for (int next = -1; next != start;) {
            next = start;
            start = longestPrefix(tokens, start, words.polite());
        }
        return start;
    }

    private static int longestPrefix(List<Sentence.Token> tokens, int start, List<String> phrases) {
        int end = start;
        for (var phrase : phrases) {
            end = Math.max(end, match(tokens, start, List.of(phrase.split(" ")), 0));
        }
        return end;
    }

    /** All operations that would change something. */
    List<String> commands(Words words) {
        var commands = new ArrayList<>(operations);
        commands.removeIf(words::isReadOnly);
        return commands;
    }
}
