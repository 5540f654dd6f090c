package cloudops.storage.internal;

import static org.apache.lucene.search.BooleanClause.Occur.MUST;
import static org.apache.lucene.search.BooleanClause.Occur.SHOULD;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.BoostQuery;
import org.apache.lucene.search.ConstantScoreQuery;
import org.apache.lucene.search.DisjunctionMaxQuery;
import org.apache.lucene.search.FuzzyQuery;
import org.apache.lucene.search.PrefixQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermQuery;

/**
 * What a person typed, as a question to the {@link LexicalIndex}. Each thing that was said (a word, a phrase such as "load balancers", a tag
 * such as {@code team=orders}) counts 1 in the score when a resource has it in any way (as it is, by a synonym, as the start of a word, with
 * a typing error), and a fraction more the better the way: {@link #said} of a score tells how many, {@link #things} how many there are.
 *
 * <p>How often a word is in the estate does not count: in an estate every team has its habits, and the rarer spelling of "production" is no
 * better answer.
 */
final class LexicalQuery {

    private static final int MAX_WORDS = 32;

    /** All qualities together must stay below 1. */
    private static final float QUALITY = 1f / (4 * MAX_WORDS);

    /** Of the trigrams of a query, so many must be in a name for it to be near. */
    private static final double TRIGRAMS_SHARED = 0.6;

    /** Words of a request that say nothing of what is wanted, beside those of Lucene. */
    private static final Set<String> FILLERS = Set.of("all", "any", "find", "show", "list", "me", "my", "our", "please", "where", "which", "what",
            "from", "have", "has", "do", "does", "who");

    /** How good a word is that only means what was typed. */
    private static final float MEANT = 0.5f;

    private static final Pattern TAG = Pattern.compile("([^=:\\s]+)[=:]([^=:\\s]+)");

    private final List<Thing> things = new ArrayList<>();

    private final List<Query> better = new ArrayList<>();

    /** How many of the things are said in words of the estate that only mean them. */
    private int meant;

    /** @param text as it was typed */
    private record Thing(String text, Query query) {
    }

    private LexicalQuery() {
    }

    static LexicalQuery of(String text) {
        var query = new LexicalQuery();
        var tokens = List.of(text.strip().split("\\s+", MAX_WORDS + 1)).stream().limit(MAX_WORDS).toList();
        var words = new ArrayList<String>();
        for (int i = 0; i < tokens.size(); i++) {
            var token = tokens.get(i);
            var tag = TAG.matcher(token);
            if (tag.matches()) {
                query.tag(tag.group(1), tag.group(2));
            } else {
                words.addAll(Words.of(token));
                if (i + 1 < tokens.size()) {
                    query.better(tagTerms(token, tokens.get(i + 1)));
                }
                if (token.length() > 3) {
                    query.better(List.of(new PrefixQuery(new Term(LexicalIndex.IDS, LexicalIndex.whole(token)))));
                }
            }
        }
        var telling = words.stream().filter(word -> !EnglishAnalyzer.getDefaultStopSet().contains(word) && !FILLERS.contains(word)).toList();
        query.words((telling.isEmpty() ? words : telling).stream().distinct().limit(MAX_WORDS).toList());
        return query;
    }

    Query query() {
        var any = new BooleanQuery.Builder();
        things.forEach(thing -> any.add(thing.query(), SHOULD));
        better.forEach(way -> any.add(way, SHOULD));
        return any.build();
    }

    /** How many things were asked for; at least 0. */
    int things() {
        return things.size();
    }

    /** As {@code SearchHit} names it. */
    String matchesBy() {
        return meant == 0 ? "words" : meant == things() ? "meaning" : "words+meaning";
    }

    /** Those of the things that nothing has, in the order in which they were typed. */
    List<String> unknown(Predicate<Query> known) {
        return things.stream().filter(thing -> !known.test(thing.query())).map(Thing::text).toList();
    }

    /** The same question with {@code words} of the estate, any of them, in place of what {@code unknown} says. */
    LexicalQuery with(List<String> unknown, List<String> words) {
        var other = new LexicalQuery();
        things.stream().filter(thing -> !unknown.contains(thing.text())).forEach(other.things::add);
        var ways = new ArrayList<Query>();
        float quality = MEANT;
        for (var word : words) {
            ways.add(term(LexicalIndex.WORDS, word, quality));
            ways.add(term(LexicalIndex.TAGS, word, quality));
            quality /= 2;
        }
        other.thing(String.join(" ", unknown), ways);
        other.better.addAll(better);
        other.meant = 1;
        return other;
    }

    /** How many of them a resource has that got {@code score}. */
    static int said(float score) {
        return (int) score;
    }

    /** How many typing errors (a letter wrong, missing, too much, or two swapped) are forgiven in a word of this length. */
    static int typingErrors(String word) {
        return word.length() < 4 ? 0 : word.length() < 8 ? 1 : 2;
    }

    /** Names that share most of the letters of {@code text} in a row, or that it is the start of. */
    static Query names(String text) {
        var trigrams = LexicalIndex.trigrams(text).stream().limit(200).toList();
        var shared = new BooleanQuery.Builder();
        trigrams.forEach(trigram -> shared.add(constant(new TermQuery(new Term(LexicalIndex.TRIGRAMS, trigram)), 1), SHOULD));
        shared.setMinimumNumberShouldMatch((int) Math.ceil(trigrams.size() * TRIGRAMS_SHARED));
        var letters = LexicalIndex.letters(text);
        var near = new BooleanQuery.Builder().add(shared.build(), SHOULD)
                .add(constant(new PrefixQuery(new Term(LexicalIndex.IDS, LexicalIndex.whole(text))), trigrams.size() + 1), SHOULD);
        if (!letters.isEmpty()) {
            near.add(constant(new PrefixQuery(new Term(LexicalIndex.LETTERS, letters)), trigrams.size()), SHOULD);
        }
        return near.build();
    }

    private void words(List<String> words) {
        for (int at = 0; at < words.size();) {
            int length = Synonyms.phrase(words, at);
            var said = words.subList(at, at + length);
            thing(String.join(" ", said), length == 1 ? word(said.getFirst()) : phrase(said));
            at += length;
        }
    }

    private void thing(String text, List<Query> ways) {
        things.add(new Thing(text, new DisjunctionMaxQuery(ways, 0)));
    }

    /** Adds to the quality, but is nothing of its own. */
    private void better(List<? extends Query> ways) {
        ways.forEach(way -> better.add(constant(way, QUALITY)));
    }

    private void tag(String key, String value) {
        var ways = new ArrayList<Query>();
        float quality = 1;
        for (var term : tagTerms(key, value)) {
            ways.add(way(term, quality));
            quality -= 0.1f;
        }
        var together = new BooleanQuery.Builder();
        Words.of(key + " " + value).forEach(word -> together.add(new DisjunctionMaxQuery(word(word), 0), MUST));
        ways.add(way(together.build(), 0.3f));
        thing(key + "=" + value, ways);
    }

    private static List<Query> tagTerms(String key, String value) {
        return LexicalIndex.tagPairs(key, value).stream().<Query>map(pair -> new TermQuery(new Term(LexicalIndex.TAG_PAIRS, pair))).toList();
    }

    private static List<Query> word(String word) {
        var ways = new ArrayList<Query>();
        literally(ways, word, 1);
        var singular = Synonyms.singular(word);
        if (!singular.equals(word)) {
            literally(ways, singular, 0.98f);
        }
        otherwise(ways, Synonyms.of(word));
        var parts = Words.andParts(word);
        if (parts.size() > 1) {
            var together = new BooleanQuery.Builder();
            parts.stream().filter(part -> !part.equals(word))
                    .forEach(part -> together.add(new TermQuery(new Term(LexicalIndex.WORDS, part)), MUST));
            ways.add(way(together.build(), 0.6f));
        }
        if (word.length() > 1) {
            ways.add(way(new PrefixQuery(new Term(LexicalIndex.WORDS, word)), 0.7f));
            ways.add(way(new PrefixQuery(new Term(LexicalIndex.TAGS, word)), 0.6f));
        }
        int typingErrors = typingErrors(word);
        if (typingErrors > 0) {
            ways.add(way(new FuzzyQuery(new Term(LexicalIndex.WORDS, word), typingErrors, 1), 0.4f));
            ways.add(way(new FuzzyQuery(new Term(LexicalIndex.TAGS, word), typingErrors, 1), 0.3f));
        }
        return ways;
    }

    /** By what it means, or all its words. */
    private static List<Query> phrase(List<String> words) {
        var ways = new ArrayList<Query>();
        otherwise(ways, Synonyms.of(String.join(" ", words)));
        var together = new BooleanQuery.Builder();
        words.forEach(word -> together.add(new DisjunctionMaxQuery(word(word), 0), MUST));
        ways.add(way(together.build(), 0.9f));
        return ways;
    }

    private static void literally(List<Query> ways, String word, float quality) {
        ways.add(term(LexicalIndex.KIND, word, quality));
        ways.add(term(LexicalIndex.WORDS, word, quality - 0.02f));
        ways.add(term(LexicalIndex.TAGS, word, quality - 0.02f));
        ways.add(term(LexicalIndex.FACTS, word, quality - 0.05f));
    }

    /** What a resource is called may be anything; what kind it is and what its tags say is better known. */
    private static void otherwise(List<Query> ways, Set<String> others) {
        for (var other : others) {
            if (other.indexOf(' ') >= 0) {
                // a kind such as "ec2 instance"; a phrase of a person is none of a record's words
                var both = new BooleanQuery.Builder();
                Words.of(other).forEach(word -> both.add(new TermQuery(new Term(LexicalIndex.KIND, word)), MUST));
                ways.add(way(both.build(), 0.96f));
                continue;
            }
            ways.add(term(LexicalIndex.KIND, other, 0.96f));
            ways.add(term(LexicalIndex.TAGS, other, 0.9f));
            ways.add(term(LexicalIndex.FACTS, other, 0.85f));
            ways.add(term(LexicalIndex.WORDS, other, 0.85f));
        }
    }

    private static Query term(String field, String word, float quality) {
        return way(new TermQuery(new Term(field, word)), quality);
    }

    /** @param quality 0 to 1 */
    private static Query way(Query query, float quality) {
        return constant(query, 1 + quality * QUALITY);
    }

    private static Query constant(Query query, float score) {
        return new BoostQuery(new ConstantScoreQuery(query), score);
    }
}
