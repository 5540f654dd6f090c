package cloudops.vectorstore;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import cloudops.vectorstore.VectorStoreException.Problem;
import cloudops.vectorstore.spi.OpenStore;

/**
 * Copies all collections of one store into another, whatever kinds the two are, and does not stop before each point there is the same to the last
 * bit: what is encrypted in a point authenticates its ID, payload and vector, so a point that is the same is as genuine as it was. Needs no keys.
 *
 * <p>May be stopped at any moment and run again: what is there already is not copied again. What others write into the source meanwhile is
 * copied too.
 */
public final class StoreMigration {

    private static final int BATCH = 100;
    /** Each copies what the one before missed because the source was written to. */
    private static final int MOST_ROUNDS = 5;

    private final OpenStore from;
    private final OpenStore to;
    private final Progress progress;

    /**
     * What came of one collection.
     *
     * @param points that are in both stores now
     * @param copied of them by this run; the others were there
     */
    public record Migrated(String collection, int dimensions, long points, long copied) {
    }

    /** Is told how far it is; called on the thread of {@link #run}. */
    @FunctionalInterface
    public interface Progress {
        void copied(String collection, long done, long total);
    }

    public StoreMigration(OpenStore from, OpenStore to, Progress progress) {
        this.from = from;
        this.to = to;
        this.progress = progress;
    }

    /**
     * @throws VectorStoreException {@code FOREIGN} when the target holds points that are not in the source: nothing was copied into that collection;
     *             {@code MISMATCH} when it has a collection with other vectors; {@code LOCKED} when the source is written to so often that the copy
     *             never catches up; whatever else the two stores throw
     */
    public List<Migrated> run() throws VectorStoreException {
        var migrated = new ArrayList<Migrated>();
        for (var collection : from.collections().entrySet()) {
            migrated.add(migrate(collection.getKey(), collection.getValue()));
        }
        return migrated;
    }

    private Migrated migrate(String collection, int dimensions) throws VectorStoreException {
        to.ensureCollection(collection, dimensions);
        var there = digests(to, collection);
        refuseStrangers(collection, there.keySet());
        long copied = 0;
        for (int round = 0; round < MOST_ROUNDS; round++) {
            var source = copyWhatDiffers(collection, there);
            copied += source.copied;
            there.keySet().removeAll(source.digests.keySet());
            to.delete(collection, there.keySet());
            there = digests(to, collection);
            if (there.equals(source.digests) && there.equals(digests(from, collection))) {
                return new Migrated(collection, dimensions, there.size(), copied);
            }
        }
        throw new VectorStoreException(Problem.LOCKED, "Collection " + collection + " changes faster than it is copied; "
                + "try: end the programs that write to it", null);
    }

    private void refuseStrangers(String collection, Set<UUID> there) throws VectorStoreException {
        if (!there.isEmpty()) {
            var strangers = new HashSet<>(there);
            from.scroll(collection, Filter.ALL, point -> strangers.remove(point.id()));
            if (!strangers.isEmpty()) {
                throw new VectorStoreException(Problem.FOREIGN, "Collection " + collection + " at the target holds " + strangers.size()
                        + " records that are not in this store; try: another place, or remove that collection", null);
            }
        }
    }

    private record Source(Map<UUID, ByteBuffer> digests, long copied) {
    }

    private Source copyWhatDiffers(String collection, Map<UUID, ByteBuffer> there) throws VectorStoreException {
        long total = from.count(collection, Filter.ALL);
        var digests = new HashMap<UUID, ByteBuffer>();
        var batch = new Batch(collection);
        try {
            from.scroll(collection, Filter.ALL, point -> {
                var digest = PointDigest.of(point);
                digests.put(point.id(), digest);
                if (!digest.equals(there.get(point.id()))) {
                    batch.add(point);
                }
                progress.copied(collection, digests.size(), Math.max(total, digests.size()));
            });
            batch.flush();
        } catch (BatchFailed e) {
            throw e.reason;
        }
        return new Source(digests, batch.copied);
    }

    private final class Batch {

        private final String collection;
        private final List<Point> points = new ArrayList<>();
        private long copied;

        Batch(String collection) {
            this.collection = collection;
        }

        void add(Point point) {
            points.add(point);
            if (points.size() == BATCH) {
                flush();
            }
        }

        void flush() {
            try {
                if (!points.isEmpty()) {
                    to.upsert(collection, List.copyOf(points));
                }
            } catch (VectorStoreException e) {
                throw new BatchFailed(e);
            }
            copied += points.size();
            points.clear();
        }
    }

    /** Out of a scroll. */
    private static final class BatchFailed extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private final transient VectorStoreException reason;

        BatchFailed(VectorStoreException reason) {
            super(reason);
            this.reason = reason;
        }
    }

    private static Map<UUID, ByteBuffer> digests(OpenStore store, String collection) throws VectorStoreException {
        var digests = new HashMap<UUID, ByteBuffer>();
        store.scroll(collection, Filter.ALL, point -> digests.put(point.id(), PointDigest.of(point)));
        return digests;
    }
}
