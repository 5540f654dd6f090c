package cloudops.vectorstore.lucene.internal;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.RescoreTopNQuery;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.TopKnnCollector;

/**
 * The documents whose vectors are nearest to one. Where few match they are all compared, which finds exactly the nearest. Of more, candidates are
 * found by the vectors' bits (one a dimension) in the segments' graphs, or in all of a segment too small for a graph, and then compared as
 * vectors. For one thread; uses others.
 */
final class Nearest {

    /** So many candidates are compared for each document wanted, because bits alone put many of the nearest behind others. */
    private static final int CANDIDATES_FOR_ONE = 4;
    private static final int FEWEST_WANTED = 100;
    /** A task's worth: some 0.4 ms. */
    private static final int SLICE = 1_024;

    private final IndexSearcher searcher;
    private final float[] vector;
    private final Query filter;

    Nearest(IndexSearcher searcher, float[] vector, Query filter) {
        this.searcher = searcher;
        this.vector = vector;
        this.filter = filter;
    }

    /**
     * @param limit at least 1
     * @param exactUpTo so many matching documents are compared one by one
     * @return nearest first; the score is (1 + cosine) / 2
     */
    ScoreDoc[] find(int limit, int exactUpTo) throws IOException {
        var few = upTo(exactUpTo);
        return (few.isPresent() ? exact(few.get(), limit) : approximate(limit)).scoreDocs;
    }

    /** Documents of one segment, ascending. */
    private record Slice(LeafReaderContext segment, int[] documents) {
    }

    /** The documents that match; empty when there are more than {@code most}. */
    private Optional<List<Slice>> upTo(int most) throws IOException {
        boolean all = filter instanceof MatchAllDocsQuery;
        if (all && searcher.getIndexReader().numDocs() > most) {
            return Optional.empty();
        }
        var slices = new ArrayList<Slice>();
        var weight = searcher.createWeight(searcher.rewrite(filter), ScoreMode.COMPLETE_NO_SCORES, 1);
        int found = 0;
        var slice = new int[SLICE];
        for (var segment : searcher.getIndexReader().leaves()) {
            var scorer = weight.scorer(segment);
            if (scorer == null) {
                continue;
            }
            var live = segment.reader().getLiveDocs();
            var matches = scorer.iterator();
            int filled = 0;
            for (int document = matches.nextDoc(); document != DocIdSetIterator.NO_MORE_DOCS; document = matches.nextDoc()) {
                if (live != null && !live.get(document)) {
                    continue;
                }
                if (++found > most) {
                    return Optional.empty();
                }
                slice[filled++] = document;
                if (filled == SLICE) {
                    slices.add(new Slice(segment, slice));
                    slice = new int[SLICE];
                    filled = 0;
                }
            }
            if (filled > 0) {
                slices.add(new Slice(segment, Arrays.copyOf(slice, filled)));
            }
        }
        return Optional.of(slices);
    }

    private TopDocs exact(List<Slice> slices, int limit) throws IOException {
        var tasks = new ArrayList<Callable<TopDocs>>();
        slices.forEach(slice -> tasks.add(() -> exact(slice, limit)));
        return TopDocs.merge(limit, searcher.getTaskExecutor().invokeAll(tasks).toArray(TopDocs[]::new));
    }

    private TopDocs exact(Slice slice, int limit) throws IOException {
        var nearest = new TopKnnCollector(Math.min(limit, slice.documents.length), Integer.MAX_VALUE);
        var vectors = slice.segment.reader().getFloatVectorValues(PointDocument.VECTOR);
        if (vectors != null) {
            // as they were given, where a scorer would take their bits
            var scorer = vectors.rescorer(vector);
            var scored = scorer.iterator();
            for (int document : slice.documents) {
                if (scored.docID() < document) {
                    scored.advance(document);
                }
                if (scored.docID() == document) {
                    nearest.collect(slice.segment.docBase + document, scorer.score());
                }
            }
        }
        return nearest.topDocs();
    }

    private TopDocs approximate(int limit) throws IOException {
        int candidates = Math.min(CANDIDATES_FOR_ONE * Math.max(limit, FEWEST_WANTED), searcher.getIndexReader().numDocs());
        var near = new KnnFloatVectorQuery(PointDocument.VECTOR, vector, candidates, filter instanceof MatchAllDocsQuery ? null : filter);
        return searcher.search(RescoreTopNQuery.createFullPrecisionRescorerQuery(near, vector, PointDocument.VECTOR, candidates), limit);
    }
}
