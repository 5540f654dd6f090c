package cloudops.vectorstore.lucene.internal;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.apache.lucene.document.BinaryDocValuesField;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermInSetQuery;
import org.apache.lucene.util.BytesRef;

import cloudops.vectorstore.Filter;
import cloudops.vectorstore.Point;

/**
 * A point as a Lucene document: its ID and each payload entry as terms to find it by; ID, payload and blob as binary doc values to read it
 * back from, which are stored uncompressed, so that a damaged byte spoils one record and not its neighbours; the vector as it was given.
 */
final class PointDocument {

    static final String ID = "id";
    static final String VECTOR = "vector";
    static final String PAYLOAD = "payload";
    static final String BLOB = "blob";
    static final String ENTRY = "entry";

    private PointDocument() {
    }

    static Document of(Point point) {
        return of(point.id(), entries(point.payload()), PayloadFormat.encode(point.payload()), point.blob(), point.vector());
    }

    /** @param vector null when there is none */
    static Document of(UUID id, Collection<BytesRef> entries, byte[] payload, byte[] blob, float[] vector) {
        var document = new Document();
        document.add(new StringField(ID, bytes(id), Field.Store.NO));
        document.add(new BinaryDocValuesField(ID, bytes(id)));
        entries.forEach(entry -> document.add(new StringField(ENTRY, entry, Field.Store.NO)));
        document.add(new BinaryDocValuesField(PAYLOAD, new BytesRef(payload)));
        document.add(new BinaryDocValuesField(BLOB, new BytesRef(blob)));
        if (vector != null) {
            document.add(new KnnFloatVectorField(VECTOR, vector, VectorSimilarityFunction.COSINE));
        }
        return document;
    }

    /** The terms that a point is found by. */
    static List<BytesRef> entries(Map<String, List<String>> payload) {
        var entries = new ArrayList<BytesRef>();
        payload.forEach((field, values) -> values.forEach(value -> entries.add(PayloadFormat.term(field, value))));
        return entries;
    }

    static Term idTerm(UUID id) {
        return new Term(ID, bytes(id));
    }

    static BytesRef bytes(UUID id) {
        return new BytesRef(
                ByteBuffer.allocate(16).putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits()).array());
    }

    static Query query(Filter filter) {
        if (filter.anyOf().isEmpty()) {
            return new MatchAllDocsQuery();
        }
        var query = new BooleanQuery.Builder();
        filter.anyOf().forEach((field, values) -> query.add(
                new TermInSetQuery(ENTRY, values.stream().map(value -> PayloadFormat.term(field, value)).toList()),
                BooleanClause.Occur.FILTER));
        return query.build();
    }
}
