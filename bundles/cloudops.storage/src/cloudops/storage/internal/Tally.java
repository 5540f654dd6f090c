package cloudops.storage.internal;

import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.IntConsumer;

import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.util.FixedBitSet;
import org.apache.lucene.util.LongHeap;

/**
 * Points of all documents of an index. Way after way over all documents that have it, not document after document over all ways as Lucene
 * does: a question has some hundred ways, of which most match few documents, and points are only added. For one thread and one question.
 */
final class Tally {

    private final IndexSearcher searcher;

    private final int[] points;

    Tally(IndexSearcher searcher) {
        this.searcher = searcher;
        points = new int[searcher.getIndexReader().maxDoc()];
    }

    /** Gives its points to each document. @return what of the query no document has */
    Set<String> add(LexicalQuery query) throws IOException {
        var unknown = new LinkedHashSet<String>();
        for (var thing : query.things()) {
            var having = new FixedBitSet(points.length);
            for (var way : thing.ways()) {
                each(way.query(), document -> {
                    if (!having.getAndSet(document)) {
                        points[document] += way.points();
                    }
                });
            }
            if (having.scanIsEmpty()) {
                unknown.add(thing.text());
            }
        }
        for (var way : query.better()) {
            each(way.query(), document -> points[document] += way.points());
        }
        return unknown;
    }

    /** Takes their points from all that {@code filter} does not match. */
    void only(Query filter) throws IOException {
        var matching = new FixedBitSet(points.length);
        each(filter, matching::set);
        for (int document = 0; document < points.length; document++) {
            if (!matching.get(document)) {
                points[document] = 0;
            }
        }
    }

    int points(int document) {
        return points[document];
    }

    /** The documents with the most points, of equals the first ones, in ascending order. */
    int[] best(int limit) {
        if (points.length == 0) {
            return points;
        }
        var best = new LongHeap(Math.min(limit, points.length));
        for (int document = 0; document < points.length; document++) {
            if (points[document] > 0) {
                best.insertWithOverflow((long) points[document] << Integer.SIZE | Integer.MAX_VALUE - document);
            }
        }
        var documents = new int[best.size()];
        for (int i = 0; i < documents.length; i++) {
            documents[i] = Integer.MAX_VALUE - (int) best.pop();
        }
        Arrays.sort(documents);
        return documents;
    }

    private void each(Query query, IntConsumer document) throws IOException {
        var weight = searcher.createWeight(searcher.rewrite(query), ScoreMode.COMPLETE_NO_SCORES, 1);
        for (var segment : searcher.getIndexReader().leaves()) {
            var scorer = weight.scorer(segment);
            if (scorer != null) {
                var live = segment.reader().getLiveDocs();
                var matching = scorer.iterator();
                for (int doc = matching.nextDoc(); doc != DocIdSetIterator.NO_MORE_DOCS; doc = matching.nextDoc()) {
                    if (live == null || live.get(doc)) {
                        document.accept(segment.docBase + doc);
                    }
                }
            }
        }
    }
}
