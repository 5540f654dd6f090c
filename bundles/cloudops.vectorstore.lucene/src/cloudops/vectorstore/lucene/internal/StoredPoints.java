package cloudops.vectorstore.lucene.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.UUID;

import org.apache.lucene.index.BinaryDocValues;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.DocValues;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.KnnVectorValues.DocIndexIterator;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.util.BytesRef;

import cloudops.vectorstore.Point;

/** Reads the points of one index segment, in ascending order of their documents. For one thread. */
final class StoredPoints {

    private final LeafReader segment;
    private final BinaryDocValues ids;
    private final BinaryDocValues payloads;
    private final BinaryDocValues blobs;
    private final FloatVectorValues vectors;
    private final DocIndexIterator vectorDocuments;

    StoredPoints(LeafReader segment) throws IOException {
        this.segment = segment;
        ids = DocValues.getBinary(segment, PointDocument.ID);
        payloads = DocValues.getBinary(segment, PointDocument.PAYLOAD);
        blobs = DocValues.getBinary(segment, PointDocument.BLOB);
        vectors = segment.getFloatVectorValues(PointDocument.VECTOR);
        vectorDocuments = vectors == null ? null : vectors.iterator();
    }

    /** @throws CorruptIndexException when this one record is damaged */
    Point read(int document) throws IOException {
        var idBytes = ByteBuffer.wrap(bytes(ids, document));
        if (idBytes.remaining() != 2 * Long.BYTES) {
            throw new CorruptIndexException("the ID of record number " + document + " is damaged", segment.toString());
        }
        var id = new UUID(idBytes.getLong(), idBytes.getLong());
        try {
            var payload = PayloadFormat.decode(ByteBuffer.wrap(bytes(payloads, document)));
            return new Point(id, vector(document), payload, bytes(blobs, document));
        } catch (IllegalArgumentException e) {
            throw new CorruptIndexException("record " + id + " is damaged", segment.toString(), e);
        }
    }

    private float[] vector(int document) throws IOException {
        if (vectors == null) {
            return null;
        }
        if (vectorDocuments.docID() < document) {
            vectorDocuments.advance(document);
        }
        return vectorDocuments.docID() == document ? vectors.vectorValue(vectorDocuments.index()).clone() : null;
    }

    private static byte[] bytes(BinaryDocValues values, int document) throws IOException {
        return values.advanceExact(document) ? BytesRef.deepCopyOf(values.binaryValue()).bytes : BytesRef.EMPTY_BYTES;
    }
}
