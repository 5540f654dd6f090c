package cloudops.storage.internal;

import static org.apache.lucene.search.BooleanClause.Occur.MUST;
import static org.apache.lucene.search.BooleanClause.Occur.SHOULD;

import java.util.ArrayList;
import java.util.List;

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
 * What a person typed, as a question to the {@link LexicalIndex}: each word by itself, as the start of a word, with a typing error, and by
 * its synonyms; the text as a whole as the start of an ID or, by trigrams, as a piece of a name.
 */
final class LexicalQuery {

    private static final int MAX_WORDS = 32;

    /** Of the trigrams of a query, so many must be in a name for it to be near. */
    private static final double TRIGRAMS_SHARED = 0.6;

    private LexicalQuery() {
    }

    static Query of(String text) {
        var words = words(text);
        var any = new BooleanQuery.Builder();
        var every = new BooleanQuery.Builder();
        for (var word : words) {
            var query = word(word);
            any.add(query, SHOULD);
            every.add(query, MUST);
        }
        if (words.size() > 1) {
            any.add(new BoostQuery(new ConstantScoreQuery(every.build()), 8), SHOULD);
        }
        for (var token : text.strip().split("\\s+", MAX_WORDS)) {
            if (token.length() > 3) {
                any.add(constant(new PrefixQuery(new Term(LexicalIndex.IDS, LexicalIndex.whole(token))), 6), SHOULD);
            }
        }
        any.add(trigrams(text), SHOULD);
        return any.build();
    }

    /** How many typing errors (a letter wrong, missing, too much, or two swapped) are forgiven in a word of this length. */
    static int typingErrors(String word) {
        return word.length() < 4 ? 0 : word.length() < 8 ? 1 : 2;
    }

    /** The words that count: without "the", "of", "in", unless there is nothing else. */
    private static List<String> words(String text) {
        var all = Words.of(text);
        var telling = all.stream().filter(word -> !EnglishAnalyzer.getDefaultStopSet().contains(word)).toList();
        return (telling.isEmpty() ? all : telling).stream().distinct().limit(MAX_WORDS).toList();
    }

    private static Query word(String word) {
        var ways = new ArrayList<Query>();
        fields(ways, word, 1);
        Synonyms.of(word).forEach(other -> fields(ways, other, 0.8f));
        var parts = Words.andParts(word);
        if (parts.size() > 1) {
            var together = new BooleanQuery.Builder();
            parts.stream().filter(part -> !part.equals(word))
                    .forEach(part -> together.add(new TermQuery(new Term(LexicalIndex.WORDS, part)), MUST));
            ways.add(new BoostQuery(together.build(), 1));
        }
        if (word.length() > 1) {
            ways.add(constant(new PrefixQuery(new Term(LexicalIndex.WORDS, word)), 4));
            ways.add(constant(new PrefixQuery(new Term(LexicalIndex.TAGS, word)), 2));
        }
        int typingErrors = typingErrors(word);
        if (typingErrors > 0) {
            ways.add(constant(new FuzzyQuery(new Term(LexicalIndex.WORDS, word), typingErrors, 1), 2));
            ways.add(constant(new FuzzyQuery(new Term(LexicalIndex.TAGS, word), typingErrors, 1), 1));
        }
        return new DisjunctionMaxQuery(ways, 0.2f);
    }

    private static void fields(List<Query> ways, String word, float weight) {
        ways.add(field(LexicalIndex.WORDS, word, 3 * weight));
        ways.add(field(LexicalIndex.KIND, word, 3 * weight));
        ways.add(field(LexicalIndex.TAGS, word, 2.5f * weight));
        ways.add(field(LexicalIndex.FACTS, word, weight));
    }

    private static Query field(String field, String word, float boost) {
        return new BoostQuery(new TermQuery(new Term(field, word)), boost);
    }

    private static Query constant(Query query, float score) {
        return new BoostQuery(new ConstantScoreQuery(query), score);
    }

    private static Query trigrams(String text) {
        var trigrams = LexicalIndex.trigrams(text).stream().limit(200).toList();
        var shared = new BooleanQuery.Builder();
        trigrams.forEach(trigram -> shared.add(constant(new TermQuery(new Term(LexicalIndex.TRIGRAMS, trigram)), 1), SHOULD));
        shared.setMinimumNumberShouldMatch((int) Math.ceil(trigrams.size() * TRIGRAMS_SHARED));
        return new BoostQuery(shared.build(), trigrams.isEmpty() ? 0 : 6f / trigrams.size());
    }
}
