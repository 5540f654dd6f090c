package cloudops.vectorstore.qdrant.internal;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import cloudops.vectorstore.CollectionContents;
import cloudops.vectorstore.Point;
import cloudops.vectorstore.VectorStoreException;
import cloudops.vectorstore.VectorStoreException.Problem;
import cloudops.vectorstore.spi.CollectionRules;
import io.qdrant.client.grpc.Points.CountPoints;
import io.qdrant.client.grpc.Points.PointStruct;
import io.qdrant.client.grpc.Points.UpsertPoints;

/**
 * Replaces collections all at once: new ones are filled beside the old, and then the names are moved to them, which the server does in one step.
 * Who is stopped anywhere leaves collections that no name stands for; the next restore removes them. Once.
 */
final class QdrantRestoration {

    private static final Logger LOG = LoggerFactory.getLogger(QdrantRestoration.class);
    private static final int BATCH = 100;
    /** How often names are moved that somebody else moves back. */
    private static final int MOVES = 3;

    private final QdrantServer server;
    private final QdrantCollections collections;
    /** Name → collection that is to be what it stands for. */
    private final Map<String, String> staged = new LinkedHashMap<>();

    QdrantRestoration(QdrantServer server, QdrantCollections collections) {
        this.server = server;
        this.collections = collections;
    }

    void run(List<CollectionContents> contents) throws VectorStoreException {
        for (var collection : contents) {
            var there = collections.ours(collection.collection());
            if (there.isPresent()) {
                CollectionRules.checkSize(collection.collection(), there.get(), collection.dimensions());
            }
        }
        removeRemains(contents);
        try {
            for (var collection : contents) {
                stage(collection);
            }
            for (var collection : contents) {
                // a program that comes for the first time now finds it, and does not make another
                collections.ensure(collection.collection(), collection.dimensions());
            }
        } catch (VectorStoreException | RuntimeException e) {
            drop(staged.values());
            throw e;
        }
        move();
        try {
            removeRemains(contents);
        } catch (VectorStoreException e) {
            LOG.warn("what was replaced stays at the server until the next restore reason={}", e.getMessage());
        }
    }

    /** When this fails, perhaps only the server knows whether it is done: what is staged must stay. */
    private void move() throws VectorStoreException {
        for (int tries = 0; tries < MOVES; tries++) {
            try {
                collections.move(staged);
            } catch (VectorStoreException e) {
                if (!isMovedAfter(e)) {
                    throw e;
                }
            }
            if (isMoved(null)) {
                return;
            }
            LOG.warn("another program gave the collections their old names while they were restored; they are moved again");
        }
        throw unfinished("another program gives the collections other names at the same time; try: end it, then restore again", null);
    }

    /** @throws VectorStoreException {@code UNFINISHED} when that cannot be told */
    private boolean isMovedAfter(VectorStoreException failure) throws VectorStoreException {
        boolean moved = isMoved(failure);
        if (!moved && failure.problem() == Problem.UNREACHABLE) {
            // it may do so yet
            throw unfinished(failure.getMessage(), failure);
        }
        return moved;
    }

    /** @param failure of the move; null when the server said that it is done */
    private boolean isMoved(VectorStoreException failure) throws VectorStoreException {
        try {
            return collections.areMoved(staged);
        } catch (VectorStoreException e) {
            throw unfinished(failure == null ? e.getMessage() : failure.getMessage(), e);
        }
    }

    private VectorStoreException unfinished(String why, VectorStoreException cause) {
        return new VectorStoreException(Problem.UNFINISHED, "Only the server at " + server.address() + " knows whether the restore is done: " + why, cause);
    }

    private void stage(CollectionContents contents) throws VectorStoreException {
        var collection = contents.collection() + "." + UUID.randomUUID();
        staged.put(contents.collection(), collection);
        collections.make(collection, contents.dimensions());
        var upload = new Upload(contents, collection);
        try {
            contents.points().each(upload::add);
            upload.flush();
        } catch (UploadFailed e) {
            throw e.reason;
        }
        long there = server.points(api -> api.count(CountPoints.newBuilder().setCollectionName(collection).setExact(true).build())).getResult()
                .getCount();
        if (there != upload.points) {
            throw new VectorStoreException(Problem.IO, "Of " + upload.points + " points " + there + " are in " + server.address()
                    + " after they were written; nothing was replaced", null);
        }
    }

    private final class Upload {

        private final CollectionContents contents;
        private final String collection;
        private final List<PointStruct> batch = new ArrayList<>();
        private long points;

        Upload(CollectionContents contents, String collection) {
            this.contents = contents;
            this.collection = collection;
        }

        void add(Point point) {
            try {
                if (point.vector() != null) {
                    CollectionRules.checkVector(contents.collection(), contents.dimensions(), point.vector());
                }
            } catch (VectorStoreException e) {
                throw new UploadFailed(e);
            }
            batch.add(PointFormat.encode(point));
            points++;
            if (batch.size() == BATCH) {
                flush();
            }
        }

        void flush() {
            try {
                for (var part : QdrantVectorStore.batchesOf(batch)) {
                    server.write(api -> api.upsert(UpsertPoints.newBuilder().setCollectionName(collection).setWait(true).addAllPoints(part).build()));
                }
            } catch (VectorStoreException e) {
                throw new UploadFailed(e);
            }
            batch.clear();
        }
    }

    /** Out of a consumer. */
    private static final class UploadFailed extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private final transient VectorStoreException reason;

        UploadFailed(VectorStoreException reason) {
            super(reason);
            this.reason = reason;
        }
    }

    private void removeRemains(List<CollectionContents> contents) throws VectorStoreException {
        for (var collection : contents) {
            var remains = collections.remains(collection.collection());
            drop(remains.stream().filter(each -> !staged.containsValue(each)).toList());
        }
    }

    /** What stays takes up room, and no more. */
    private void drop(Collection<String> unused) {
        for (var collection : unused) {
            try {
                collections.drop(collection);
            } catch (VectorStoreException e) {
                LOG.warn("a collection that nobody needs stays at the server until the next restore collection={} reason={}", collection,
                        e.getMessage());
            }
        }
    }
}
