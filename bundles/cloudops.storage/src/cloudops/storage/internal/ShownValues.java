package cloudops.storage.internal;

import java.io.IOException;
import java.util.List;

import org.apache.lucene.index.BinaryDocValues;
import org.apache.lucene.index.DocValues;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.search.IndexSearcher;

import cloudops.storage.internal.LexicalDocument.Shown;
import cloudops.storage.internal.LexicalIndex.Match;

/** What answers show of documents, which are asked for in ascending order. For one thread. */
final class ShownValues {

    private final List<LeafReaderContext> segments;

    /** The one that {@link #values} are of. */
    private int segment = -1;

    private BinaryDocValues values;

    ShownValues(IndexSearcher searcher) {
        segments = searcher.getIndexReader().leaves();
    }

    Match match(int document, float score) throws IOException {
        int of = ReaderUtil.subIndex(document, segments);
        if (of != segment) {
            segment = of;
            values = DocValues.getBinary(segments.get(of).reader(), LexicalDocument.SHOWN);
        }
        values.advanceExact(document - segments.get(of).docBase);
        var shown = Shown.decode(values.binaryValue());
        return new Match(shown.id(), score, shown.name(), shown.identifier());
    }
}
