package cloudops.storage.internal;

import java.io.IOException;

import org.apache.lucene.index.Terms;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.search.FuzzyQuery;
import org.apache.lucene.search.MultiTermQuery;
import org.apache.lucene.search.PrefixQuery;
import org.apache.lucene.search.QueryVisitor;
import org.apache.lucene.util.AttributeSource;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.automaton.CompiledAutomaton;

/**
 * All terms of a field that begin with a word, or differ from it by typing errors. Lucene's own queries make the automaton anew for each
 * field, which costs more than the search.
 */
final class TermsLike extends MultiTermQuery {

    private final Pattern pattern;

    /** What several fields can be searched for. */
    record Pattern(String word, int errors, CompiledAutomaton automaton) {

        static Pattern startingWith(String word) {
            return new Pattern(word, 0, new CompiledAutomaton(PrefixQuery.toAutomaton(new BytesRef(word)), false, true, true));
        }

        /** @param errors 1 or 2; the first letter is right */
        static Pattern nearly(String word, int errors) {
            return new Pattern(word, errors, FuzzyQuery.getFuzzyAutomaton(word, errors, 1, true));
        }
    }

    TermsLike(String field, Pattern pattern) {
        super(field, CONSTANT_SCORE_BLENDED_REWRITE);
        this.pattern = pattern;
    }

    @Override
    protected TermsEnum getTermsEnum(Terms terms, AttributeSource attributes) throws IOException {
        return pattern.automaton().getTermsEnum(terms);
    }

    @Override
    public void visit(QueryVisitor visitor) {
        visitor.visitLeaf(this);
    }

    @Override
    public boolean equals(Object other) {
        return super.equals(other) && other instanceof TermsLike like && like.pattern.equals(pattern);
    }

    @Override
    public int hashCode() {
        return 31 * super.hashCode() + pattern.hashCode();
    }

    @Override
    public String toString(String field) {
        return getField() + ":" + pattern.word() + (pattern.errors() == 0 ? "*" : "~" + pattern.errors());
    }
}
