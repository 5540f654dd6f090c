package cloudops.storage.internal;

import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.stream.Stream;

import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.util.FixedBitSet;
import org.apache.lucene.util.LongHeap;

import cloudops.storage.ResourceFilter;
import cloudops.storage.internal.LexicalQuery.Way;

/**
 * The points of all documents of an index for one question. Counted way after way over the documents that have it, not document after
 * document over all ways as Lucene does: a question has some hundred ways, of which most match few documents, and points are only added. For
 * one thread.
 */
final class Tally {

    private final IndexSearcher searcher;

    private final LexicalQuery query;

    private final int[] points;

    /** Null when all may be found. */
    private final FixedBitSet allowed;

    /** Which documents have the first, the second … of the things asked for. */
    private final List<FixedBitSet> having;

    /** Counts what is as it was typed. */
    Tally(IndexSearcher searcher, LexicalQuery query, ResourceFilter filter) throws IOException {
        this.searcher = searcher;
        this.query = query;
        points = new int[searcher.getIndexReader().maxDoc()];
        having = Stream.generate(() -> new FixedBitSet(points.length)).limit(query.things().size()).toList();
        for (int i = 0; i < having.size(); i++) {
            count(query.things().get(i).ways(), having.get(i));
        }
        for (var way : query.better()) {
            each(way.query(), document -> points[document] += way.points());
        }
        allowed = filter.equals(ResourceFilter.ALL) ? null : new FixedBitSet(points.length);
        if (allowed != null) {
            each(LexicalDocument.filter(filter), allowed::set);
        }
    }

    /** Counts what differs from what was typed by typing errors, too. */
    void forgiveErrors() throws IOException {
        for (int i = 0; i < having.size(); i++) {
            count(query.things().get(i).withErrors().get(), having.get(i));
        }
    }

    /** @param ways the best first */
    private void count(List<Way> ways, FixedBitSet having) throws IOException {
        for (var way : ways) {
            each(way.query(), document -> {
                if (!having.getAndSet(document)) {
                    points[document] += way.points();
                }
            });
        }
    }

    /** How many documents have all that was asked for. */
    int havingAll() {
        int count = 0;
        for (int document = 0; document < points.length; document++) {
            if (query.isAll(points(document))) {
                count++;
            }
        }
        return count;
    }

    /** What was asked for and no document has, allowed or not. */
    Set<String> unknown() {
        var unknown = new LinkedHashSet<String>();
        for (int i = 0; i < having.size(); i++) {
            if (having.get(i).scanIsEmpty()) {
                unknown.add(query.things().get(i).text());
            }
        }
        return unknown;
    }

    int points(int document) {
        return allowed == null || allowed.get(document) ? points[document] : 0;
    }

    /** The documents with the most points, of equals the first ones, in ascending order. */
    int[] best(int limit) {
        if (points.length == 0) {
            return points;
        }
        var best = new LongHeap(Math.min(limit, points.length));
        for (int document = 0; document < points.length; document++) {
            if (points(document) > 0) {
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
