package cloudops.vectorstore.lucene.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.apache.lucene.index.BinaryDocValues;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.DocValues;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.KnnVectorValues.DocIndexIterator;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.util.BytesRef;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import cloudops.vectorstore.Point;

/**
 * Reads the points of one index segment, in ascending order of their documents. Of a damaged point it gives what it finds, and nothing in
 * place of a part that cannot be read: the owner of the point knows by its blob that it is not what was stored. For one thread.
 */
final class StoredPoints {

    private static final Logger LOG = LoggerFactory.getLogger(StoredPoints.class);

    private final BinaryDocValues ids;
    private final BinaryDocValues payloads;
    private final BinaryDocValues blobs;
    private final FloatVectorValues vectors;
    private final DocIndexIterator vectorDocuments;

    StoredPoints(LeafReader segment) throws IOException {
        this(DocValues.getBinary(segment, PointDocument.ID), DocValues.getBinary(segment, PointDocument.PAYLOAD),
                DocValues.getBinary(segment, PointDocument.BLOB), segment.getFloatVectorValues(PointDocument.VECTOR));
    }

    /** @param vectors null when no point of the segment has one */
    StoredPoints(BinaryDocValues ids, BinaryDocValues payloads, BinaryDocValues blobs, FloatVectorValues vectors) {
        this.ids = ids;
        this.payloads = payloads;
        this.blobs = blobs;
        this.vectors = vectors;
        vectorDocuments = vectors == null ? null : vectors.iterator();
    }

    /** @throws CorruptIndexException when the ID of this one record cannot be read */
    Point read(int document) throws IOException {
        return read(document, id(document));
    }

    /** @param id what the index knows the document by */
    Point read(int document, UUID id) {
        Map<String, List<String>> payload = intact(id, "payload", () -> PayloadFormat.decode(ByteBuffer.wrap(bytes(payloads, document))),
                Map.of());
        return new Point(id, vector(document, id), payload, blob(document, id));
    }

    UUID id(int document) throws IOException {
        var bytes = ByteBuffer.wrap(bytes(ids, document));
        if (bytes.remaining() != 2 * Long.BYTES) {
            throw new CorruptIndexException("the ID of record number " + document + " is damaged", ids.toString());
        }
        return new UUID(bytes.getLong(), bytes.getLong());
    }

    /** As it lies there, which need not be a payload. */
    byte[] payload(int document, UUID id) {
        return intact(id, "payload", () -> bytes(payloads, document), BytesRef.EMPTY_BYTES);
    }

    byte[] blob(int document, UUID id) {
        return intact(id, "blob", () -> bytes(blobs, document), BytesRef.EMPTY_BYTES);
    }

    /** The first {@code length} bytes, or all of a shorter one. */
    byte[] blobStart(int document, UUID id, int length) {
        return intact(id, "blob", () -> {
            if (!blobs.advanceExact(document)) {
                return BytesRef.EMPTY_BYTES;
            }
            var blob = blobs.binaryValue();
            return Arrays.copyOfRange(blob.bytes, blob.offset, blob.offset + Math.min(length, blob.length));
        }, BytesRef.EMPTY_BYTES);
    }

    /** Null when there is none. */
    float[] vector(int document, UUID id) {
        return vectors == null ? null : intact(id, "vector", () -> {
            if (vectorDocuments.docID() < document) {
                vectorDocuments.advance(document);
            }
            return vectorDocuments.docID() == document ? vectors.vectorValue(vectorDocuments.index()).clone() : null;
        }, null);
    }

    private static byte[] bytes(BinaryDocValues values, int document) throws IOException {
        return values.advanceExact(document) ? BytesRef.deepCopyOf(values.binaryValue()).bytes : BytesRef.EMPTY_BYTES;
    }

    private interface Part<T> {
        T read() throws IOException;
    }

    /** Lucene trusts its files: a damaged length or address ends in one of many runtime exceptions. */
    private static <T> T intact(UUID id, String what, Part<T> part, T otherwise) {
        try {
            return part.read();
        } catch (IOException | RuntimeException e) {
            LOG.warn("record {} is damaged: its {} cannot be read: {}", id, what, e.toString());
            return otherwise;
        }
    }
}
