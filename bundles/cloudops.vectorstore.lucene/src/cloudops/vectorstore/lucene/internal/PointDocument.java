package cloudops.vectorstore.lucene.internal;

import java.nio.ByteBuffer;
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
    private static final String ENTRY = "entry";

    private PointDocument() {
    }

    static Document of(Point point) {
        var document = new Document();
        document.add(new StringField(ID, bytes(point.id()), Field.Store.NO));
        document.add(new BinaryDocValuesField(ID, bytes(point.id())));
        point.payload().forEach((field, values) -> values
                .forEach(value -> document.add(new StringField(ENTRY, PayloadFormat.term(field, value), Field.Store.NO))));
        document.add(new BinaryDocValuesField(PAYLOAD, new BytesRef(PayloadFormat.encode(point.payload()))));
        document.add(new BinaryDocValuesField(BLOB, new BytesRef(point.blob())));
        if (point.vector() != null) {
            document.add(new KnnFloatVectorField(VECTOR, point.vector(), VectorSimilarityFunction.COSINE));
        }
        return document;
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
