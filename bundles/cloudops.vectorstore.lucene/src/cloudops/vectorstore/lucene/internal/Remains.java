package cloudops.vectorstore.lucene.internal;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.UUID;

import org.apache.lucene.codecs.DocValuesProducer;
import org.apache.lucene.codecs.FieldsProducer;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.document.Document;
import org.apache.lucene.index.FieldInfos;
import org.apache.lucene.index.PostingsEnum;
import org.apache.lucene.index.SegmentCommitInfo;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.IOUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import cloudops.vectorstore.spi.CollectionRules;

/**
 * The points of a segment that may be damaged, read part by part. What a document is called and what it is found by is written twice, as
 * terms and as values: a damaged half is made up for by the other. All else is handed on byte for byte, the damaged bytes too, so that
 * whoever can tell a changed record from a whole one, its owner, still can.
 */
final class Remains implements Closeable {

    private static final Logger LOG = LoggerFactory.getLogger(Remains.class);

    private final SegmentCommitInfo segment;
    private final List<Closeable> open = new ArrayList<>();
    private final FieldInfos fields;
    private final Bits live;
    private final DocValuesProducer values;
    /** Null when no point has one. */
    private final KnnVectorsReader vectors;
    /** By document; all null when the terms are damaged. */
    private final UUID[] ids;
    private final List<List<BytesRef>> entries;

    /** @throws IOException when it cannot be told which records there are, or none of them can be read */
    Remains(Directory directory, SegmentCommitInfo segment) throws IOException {
        this.segment = segment;
        var info = segment.info;
        ids = new UUID[info.maxDoc()];
        entries = new ArrayList<>(Collections.nCopies(info.maxDoc(), null));
        var codec = info.getCodec();
        try {
            var files = info.getUseCompoundFile() ? opened(codec.compoundFormat().getCompoundReader(directory, info)) : directory;
            fields = codec.fieldInfosFormat().read(files, info, "", IOContext.READONCE);
            live = segment.hasDeletions() ? codec.liveDocsFormat().readLiveDocs(directory, segment, IOContext.READONCE) : null;
            var state = new SegmentReadState(files, info, fields, IOContext.DEFAULT);
            values = opened(codec.docValuesFormat().fieldsProducer(state));
            vectors = fields.hasVectorValues() ? opened(codec.knnVectorsFormat().fieldsReader(state)) : null;
            readTerms(state);
        } catch (IOException | RuntimeException | Error e) {
            IOUtils.closeWhileHandlingException(open);
            throw e;
        }
    }

    private <T extends Closeable> T opened(T part) {
        open.addFirst(part);
        return part;
    }

    private void readTerms(SegmentReadState state) throws IOException {
        try (var terms = segment.info.getCodec().postingsFormat().fieldsProducer(state)) {
            terms.checkIntegrity();
            each(terms, PointDocument.ID, (id, document) -> ids[document] = uuid(id));
            each(terms, PointDocument.ENTRY, (entry, document) -> {
                if (entries.get(document) == null) {
                    entries.set(document, new ArrayList<>());
                }
                entries.get(document).add(entry);
            });
        } catch (IOException | RuntimeException e) {
            LOG.warn("terms of segment {} are damaged and made from its values: {}", segment.info.name, e.toString());
            Arrays.fill(ids, null);
        }
    }

    private interface Posting {
        void of(BytesRef term, int document);
    }

    private static void each(FieldsProducer fields, String field, Posting posting) throws IOException {
        var terms = fields.terms(field);
        if (terms == null) {
            return;
        }
        var all = terms.iterator();
        PostingsEnum documents = null;
        for (var term = all.next(); term != null; term = all.next()) {
            var copy = BytesRef.deepCopyOf(term);
            documents = all.postings(documents, PostingsEnum.NONE);
            for (int document = documents.nextDoc(); document != DocIdSetIterator.NO_MORE_DOCS; document = documents.nextDoc()) {
                posting.of(copy, document);
            }
        }
    }

    private static UUID uuid(BytesRef bytes) {
        var buffer = ByteBuffer.wrap(bytes.bytes, bytes.offset, bytes.length);
        return new UUID(buffer.getLong(), buffer.getLong());
    }

    int documents() {
        return segment.info.maxDoc();
    }

    boolean isLive(int document) {
        return live == null || live.get(document);
    }

    /** @throws IOException when neither terms nor values tell it */
    UUID id(int document) throws IOException {
        return ids[document] == null ? points().id(document) : ids[document];
    }

    Document document(int document) throws IOException {
        // What is read of one document must not depend on what was damaged in another's, so nothing is carried from one to the next.
        var points = points();
        var id = id(document);
        var payload = points.payload(document, id);
        var known = ids[document] == null ? PointDocument.entries(points.read(document, id).payload()) : entries.get(document);
        var vector = points.vector(document, id);
        // Lucene takes no vector but a finite one. What was stored was one, so its record is known to be damaged without it too.
        return PointDocument.of(id, known == null ? List.of() : known, payload, points.blob(document, id),
                vector != null && CollectionRules.hasDirection(vector) ? vector : null);
    }

    private StoredPoints points() throws IOException {
        return new StoredPoints(values.getBinary(fields.fieldInfo(PointDocument.ID)),
                values.getBinary(fields.fieldInfo(PointDocument.PAYLOAD)), values.getBinary(fields.fieldInfo(PointDocument.BLOB)),
                vectors == null ? null : vectors.getFloatVectorValues(PointDocument.VECTOR));
    }

    @Override
    public void close() throws IOException {
        IOUtils.close(open);
    }
}
