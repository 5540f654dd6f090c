package cloudops.request.internal;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * The phrases of a prompt that stand for resource types or cities.
 *
 * @param said those that say what the prompt is about, and where
 * @param surroundings which words only say what the things that are meant are in, behind or with
 */
record Phrases(List<Phrase> said, BitSet surroundings) {

    private static final int LONGEST = 3;
    /** So many words after "in" are still of what things are in: "in the old production VPC". */
    private static final int REACH = 3;

    /**
     * @param at index of its first word
     * @param length its number of words
     * @param types null for a city
     * @param region null for types
     * @param surrounds whether its types are named as often for what surrounds as for what is meant
     * @param plural whether it is the plural of the phrase that is known
     */
    record Phrase(int at, int length, List<String> types, String region, boolean surrounds, boolean plural) {

        int end() {
            return at + length;
        }
    }

    /** @param words of the prompt, in lower case */
    static Phrases in(List<String> words, Words vocabulary) {
        var all = all(words, vocabulary);
        var said = new ArrayList<Phrase>();
        var surroundings = new BitSet();
        for (int i = 0; i < all.size(); i++) {
            var phrase = all.get(i);
            if (phrase.surrounds() && isInside(phrase, words, vocabulary)
                    && (said.stream().anyMatch(each -> each.types() != null) || all.stream().anyMatch(Phrases::isMeant))) {
                surroundings.set(phrase.at(), phrase.end());
            } else if (i + 1 == all.size() || !describes(phrase, all.get(i + 1))) {
                said.add(phrase);
            }
        }
        return new Phrases(said, surroundings);
    }

    /** All there are, the longest at each place. */
    private static List<Phrase> all(List<String> words, Words vocabulary) {
        var all = new ArrayList<Phrase>();
        for (int at = 0; at < words.size(); at++) {
            for (int length = Math.min(LONGEST, words.size() - at); length > 0; length--) {
                var phrase = phrase(words, at, length, vocabulary);
                if (phrase != null) {
                    all.add(phrase);
                    at += length - 1;
                    break;
                }
            }
        }
        return all;
    }

    /** Null when these words are none. */
    private static Phrase phrase(List<String> words, int at, int length, Words vocabulary) {
        var text = String.join(" ", words.subList(at, at + length));
        var singular = text.replaceFirst("(?<=[a-z0-9])s$", "");
        var region = vocabulary.cities().get(text);
        for (var each : List.of(text, singular)) {
            var types = vocabulary.types().get(each);
            var surrounding = vocabulary.surroundings().get(each);
            if (types != null || surrounding != null) {
                return new Phrase(at, length, types != null ? types : surrounding, null, types == null, !each.equals(text));
            }
        }
        return region == null ? null : new Phrase(at, length, null, region, false, false);
    }

    private static boolean isMeant(Phrase phrase) {
        return phrase.types() != null && !phrase.surrounds();
    }

    /** "in the vpc", "behind the public load balancer". */
    private static boolean isInside(Phrase phrase, List<String> words, Words vocabulary) {
        return words.subList(Math.max(0, phrase.at() - REACH), phrase.at()).stream().anyMatch(vocabulary.inside()::contains);
    }

    /** "the lambda role", "the database security group": what stands right before a type, in the singular, says which of these. */
    private static boolean describes(Phrase phrase, Phrase next) {
        return phrase.types() != null && next.types() != null && phrase.end() == next.at() && !phrase.plural()
                && (phrase.surrounds() || next.surrounds());
    }
}
