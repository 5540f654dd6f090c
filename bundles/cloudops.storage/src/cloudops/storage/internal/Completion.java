package cloudops.storage.internal;

import static java.util.Comparator.comparing;

import java.util.List;
import java.util.stream.Stream;

import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.ConstantScoreQuery;
import org.apache.lucene.search.PrefixQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermQuery;

import cloudops.storage.ResourceFilter;
import cloudops.storage.internal.LexicalIndex.Match;

/** Names and IDs that begin with what was typed, or have it inside. */
final class Completion {

    /** So many are looked at, to offer the shortest of them. */
    private static final int LOOKED_AT = 200;

    /** Of names that were pasted; Lucene takes no more than 1,024 clauses. */
    private static final int MOST_TRIGRAMS = 200;

    private final String folded;

    private final String letters;

    private Completion(String typed) {
        folded = LexicalDocument.whole(typed);
        letters = LexicalDocument.letters(typed);
    }

    static List<String> of(String typed, LexicalIndex index, ResourceFilter filter, int limit) {
        var completion = new Completion(typed);
        int depth = Math.max(LOOKED_AT, limit);
        return Stream.of(completion.starting(), completion.inside())
                .flatMap(query -> index.search(new ConstantScoreQuery(query), filter, depth).stream().map(completion::text)
                        .filter(text -> !text.isEmpty()).sorted(comparing(String::length).thenComparing(text -> text)))
                .distinct().limit(limit).toList();
    }

    private Query starting() {
        var either = new BooleanQuery.Builder().add(new PrefixQuery(new Term(LexicalDocument.IDS, folded)), Occur.SHOULD);
        if (!letters.isEmpty()) {
            either.add(new PrefixQuery(new Term(LexicalDocument.LETTERS, letters)), Occur.SHOULD);
        }
        return either.build();
    }

    private Query inside() {
        var all = new BooleanQuery.Builder();
        LexicalDocument.trigrams(letters).stream().limit(MOST_TRIGRAMS)
                .forEach(trigram -> all.add(new TermQuery(new Term(LexicalDocument.TRIGRAMS, trigram)), Occur.MUST));
        return all.build();
    }

    /** The name, where it has what was typed, else the ID; empty when neither does. */
    private String text(Match match) {
        if (!letters.isEmpty() && LexicalDocument.letters(match.name()).contains(letters)) {
            return match.name();
        }
        return LexicalDocument.whole(match.identifier()).startsWith(folded) ? match.identifier() : "";
    }
}
