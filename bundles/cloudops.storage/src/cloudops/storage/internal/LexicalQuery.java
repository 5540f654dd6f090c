package cloudops.storage.internal;

import static java.util.Comparator.comparing;
import static org.apache.lucene.search.BooleanClause.Occur.MUST;
import static org.apache.lucene.search.BooleanClause.Occur.SHOULD;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;

import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.BoostQuery;
import org.apache.lucene.search.ConstantScoreQuery;
import org.apache.lucene.search.PrefixQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermQuery;

import cloudops.storage.internal.LexicalIndex.Match;

/**
 * What a person typed, as a question to the {@link LexicalIndex}. Each thing that was said (a word, a phrase such as "load balancers", a tag
 * such as {@code team=orders}) counts the same in the score when a resource has it in any way (as it is, by a synonym, as the start of a word,
 * with a typing error), and a fraction more the better the way. {@link #isAllOf} tells of a score whether it is for all of them.
 *
 * <p>How often a word is in the estate does not count: in an estate every team has its habits, and the rarer spelling of "production" is no
 * better answer.
 */
final class LexicalQuery {

    private static final int MAX_WORDS = 32;

    /** The best quality of a way. */
    private static final int BEST = 1000;

    /** What a thing counts, so that all qualities together, of which there are up to four a word, stay below one thing. */
    private static final int THING = 4 * MAX_WORDS * BEST;

    /** Of the trigrams of a query, so many must be in a name for it to be near. */
    private static final double TRIGRAMS_SHARED = 0.6;

    /** Words of a request that say nothing of what is wanted, beside those of Lucene. */
    private static final Set<String> FILLERS = Set.of("all", "any", "find", "show", "list", "me", "my", "our", "please", "where", "which", "what",
            "from", "have", "has", "do", "does", "who");

    /** How good a word is that only means what was typed. */
    private static final int MEANT = 500;

    private static final Pattern TAG = Pattern.compile("([^=:\\s]+)[=:]([^=:\\s]+)");

    private final List<Thing> things = new ArrayList<>();

    private final List<Way> better = new ArrayList<>();

    /** How many of the things are said in words of the estate that only mean them. */
    private int meant;

    /**
     * How a resource can have something.
     *
     * @param query for all that have it; its own scores do not count
     * @param points for these
     */
    record Way(Query query, int points) {
    }

    /**
     * Something that was asked for.
     *
     * @param text as it was typed
     * @param ways the best first; a resource gets the points of the best one
     * @param withErrors ways that forgive typing errors, for resources that have it in none of {@code ways}; made when they are asked for, because
     *            that takes longer than most searches
     */
    record Thing(String text, List<Way> ways, Supplier<List<Way>> withErrors) {

        Thing {
            ways = ways.stream().sorted(comparing(Way::points).reversed()).toList();
        }
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
                    query.better(List.of(new TermsLike(LexicalDocument.IDS, TermsLike.Pattern.startingWith(LexicalDocument.whole(token)))));
                }
            }
        }
        var telling = words.stream().filter(word -> !EnglishAnalyzer.getDefaultStopSet().contains(word) && !FILLERS.contains(word)).toList();
        query.words((telling.isEmpty() ? words : telling).stream().distinct().limit(MAX_WORDS).toList());
        return query;
    }

    /** What was asked for; a resource gets the points of each. */
    List<Thing> things() {
        return things;
    }

    /** Makes one resource better than another, but is nothing that was asked for; a resource gets the points of each. */
    List<Way> better() {
        return better;
    }

    /** As {@code SearchHit} names it. */
    String matchesBy() {
        return meant == 0 ? "words" : meant == things.size() ? "meaning" : "words+meaning";
    }

    /** The same question with {@code words} of the estate, any of them, in place of what {@code unknown} says. */
    LexicalQuery with(Collection<String> unknown, List<String> words) {
        var other = new LexicalQuery();
        things.stream().filter(thing -> !unknown.contains(thing.text())).forEach(other.things::add);
        var ways = new ArrayList<Way>();
        int quality = MEANT;
        for (var word : words) {
            ways.add(term(LexicalDocument.WORDS, word, quality));
            ways.add(term(LexicalDocument.TAGS, word, quality));
            quality /= 2;
        }
        other.things.add(new Thing(String.join(" ", unknown), ways, List::of));
        other.better.addAll(better);
        other.meant = 1;
        return other;
    }

    /** Whether {@code match} of this has all that was asked for. */
    boolean isAllOf(Match match) {
        return isAll((int) match.score());
    }

    /** Whether a resource with so many points has all that was asked for. */
    boolean isAll(int points) {
        return !things.isEmpty() && points / THING == things.size();
    }

    /** Names that share most of the letters of {@code text} in a row, or that it is the start of. */
    static Query names(String text) {
        var trigrams = LexicalDocument.trigrams(text).stream().limit(200).toList();
        var shared = new BooleanQuery.Builder();
        trigrams.forEach(trigram -> shared.add(constant(new TermQuery(new Term(LexicalDocument.TRIGRAMS, trigram)), 1), SHOULD));
        shared.setMinimumNumberShouldMatch((int) Math.ceil(trigrams.size() * TRIGRAMS_SHARED));
        var letters = LexicalDocument.letters(text);
        var near = new BooleanQuery.Builder().add(shared.build(), SHOULD)
                .add(constant(new PrefixQuery(new Term(LexicalDocument.IDS, LexicalDocument.whole(text))), trigrams.size() + 1), SHOULD);
        if (!letters.isEmpty()) {
            near.add(constant(new PrefixQuery(new Term(LexicalDocument.LETTERS, letters)), trigrams.size()), SHOULD);
        }
        return near.build();
    }

    private void words(List<String> words) {
        for (int at = 0; at < words.size();) {
            int length = Synonyms.phrase(words, at);
            var said = words.subList(at, at + length);
            things.add(length == 1 ? word(said.getFirst()) : phrase(said));
            at += length;
        }
    }

    private void better(List<? extends Query> queries) {
        queries.forEach(query -> better.add(new Way(query, BEST)));
    }

    private void tag(String key, String value) {
        var ways = new ArrayList<Way>();
        int quality = BEST;
        for (var term : tagTerms(key, value)) {
            ways.add(way(term, quality));
            quality -= 100;
        }
        things.add(new Thing(key + "=" + value, ways, () -> List.of(way(together(Words.of(key + " " + value)), 300))));
    }

    private static List<Query> tagTerms(String key, String value) {
        return LexicalDocument.tagPairs(key, value).stream().<Query>map(pair -> new TermQuery(new Term(LexicalDocument.TAG_PAIRS, pair))).toList();
    }

    private static Thing word(String word) {
        return new Thing(word, ways(word), () -> nearly(word));
    }

    private static List<Way> ways(String word) {
        var ways = new ArrayList<Way>();
        literally(ways, word, BEST);
        var singular = Synonyms.singular(word);
        if (!singular.equals(word)) {
            literally(ways, singular, 980);
        }
        otherwise(ways, Synonyms.of(word));
        var parts = Words.andParts(word);
        if (parts.size() > 1) {
            var together = new BooleanQuery.Builder();
            parts.stream().filter(part -> !part.equals(word))
                    .forEach(part -> together.add(new TermQuery(new Term(LexicalDocument.WORDS, part)), MUST));
            ways.add(way(together.build(), 600));
        }
        if (word.length() > 1) {
            var start = TermsLike.Pattern.startingWith(word);
            ways.add(way(new TermsLike(LexicalDocument.WORDS, start), 700));
            ways.add(way(new TermsLike(LexicalDocument.TAGS, start), 600));
        }
        return ways;
    }

    private static List<Way> nearly(String word) {
        int typingErrors = NearlyEqual.forgiven(word);
        if (typingErrors == 0) {
            return List.of();
        }
        var nearly = TermsLike.Pattern.nearly(word, typingErrors);
        return List.of(way(new TermsLike(LexicalDocument.WORDS, nearly), 400), way(new TermsLike(LexicalDocument.TAGS, nearly), 300));
    }

    /** By what it means, or all its words. */
    private static Thing phrase(List<String> words) {
        var text = String.join(" ", words);
        var ways = new ArrayList<Way>();
        otherwise(ways, Synonyms.of(text));
        return new Thing(text, ways, () -> List.of(way(together(words), 900)));
    }

    /** Each of {@code words}, in any way, with errors or without. */
    private static Query together(List<String> words) {
        var together = new BooleanQuery.Builder();
        for (var word : words) {
            var any = new BooleanQuery.Builder();
            ways(word).forEach(way -> any.add(way.query(), SHOULD));
            nearly(word).forEach(way -> any.add(way.query(), SHOULD));
            together.add(any.build(), MUST);
        }
        return together.build();
    }

    private static void literally(List<Way> ways, String word, int quality) {
        ways.add(term(LexicalDocument.KIND, word, quality));
        ways.add(term(LexicalDocument.WORDS, word, quality - 20));
        ways.add(term(LexicalDocument.TAGS, word, quality - 20));
        ways.add(term(LexicalDocument.FACTS, word, quality - 50));
    }

    /** What a resource is called may be anything; what kind it is and what its tags say is better known. */
    private static void otherwise(List<Way> ways, Set<String> others) {
        for (var other : others) {
            if (other.indexOf(' ') >= 0) {
                // a kind such as "ec2 instance"; a phrase of a person is none of a record's words
                var both = new BooleanQuery.Builder();
                Words.of(other).forEach(word -> both.add(new TermQuery(new Term(LexicalDocument.KIND, word)), MUST));
                ways.add(way(both.build(), 960));
                continue;
            }
            ways.add(term(LexicalDocument.KIND, other, 960));
            ways.add(term(LexicalDocument.TAGS, other, 900));
            ways.add(term(LexicalDocument.FACTS, other, 850));
            ways.add(term(LexicalDocument.WORDS, other, 850));
        }
    }

    private static Way term(String field, String word, int quality) {
        return way(new TermQuery(new Term(field, word)), quality);
    }

    /** @param quality 0 to {@link #BEST} */
    private static Way way(Query query, int quality) {
        return new Way(query, THING + quality);
    }

    private static Query constant(Query query, float score) {
        return new BoostQuery(new ConstantScoreQuery(query), score);
    }
}
