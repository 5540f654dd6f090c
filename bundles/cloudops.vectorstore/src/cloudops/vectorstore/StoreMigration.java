package cloudops.vectorstore;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

import cloudops.vectorstore.VectorStoreException.Problem;
import cloudops.vectorstore.spi.CollectionRules;
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
    private final Leftovers leftovers;
    private final Progress progress;
    /** Collection → IDs of the points that are the source's, or were, of all that the target has. */
    private final Map<String, Set<UUID>> ours = new HashMap<>();

    /** What to do with records of this store that the target has and this store has no more: they were deleted since a copy was made. */
    public enum Leftovers {
        REFUSE, DELETE
    }

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

    public StoreMigration(OpenStore from, OpenStore to, Leftovers leftovers, Progress progress) {
        this.from = from;
        this.to = to;
        this.leftovers = leftovers;
        this.progress = progress;
    }

    /**
     * @throws VectorStoreException {@code FOREIGN} when the target holds records that this store never had, or has no more; {@code MISMATCH} when it
     *             has a collection with other vectors: then nothing was copied. {@code LOCKED} when the source is written to so often that the copy
     *             never catches up; whatever else the two stores throw
     */
    public List<Migrated> run() throws VectorStoreException {
        var collections = from.collections();
        check(collections);
        return copy(collections);
    }

    /**
     * Copies what was written into any collection since {@link #run}, and compares all again. When nobody writes meanwhile, the two stores are the
     * same when it returns.
     *
     * @return as {@link #run}, with what this call copied
     * @throws VectorStoreException as {@link #run}; {@code FOREIGN} also when somebody else writes to the target
     */
    public List<Migrated> catchUp() throws VectorStoreException {
        return copy(from.collections());
    }

    private List<Migrated> copy(SortedMap<String, Integer> collections) throws VectorStoreException {
        var migrated = new ArrayList<Migrated>();
        for (var collection : collections.entrySet()) {
            migrated.add(migrate(collection.getKey(), collection.getValue()));
        }
        return migrated;
    }

    private void check(SortedMap<String, Integer> wanted) throws VectorStoreException {
        var there = to.collections();
        var common = 0L;
        var strangers = new TreeMap<String, Integer>();
        for (var collection : wanted.entrySet()) {
            var name = collection.getKey();
            if (there.containsKey(name)) {
                CollectionRules.checkSize(name, there.get(name), collection.getValue());
                var overlap = overlap(name);
                ours.put(name, overlap.there);
                common += overlap.common;
                strangers.put(name, overlap.strangers);
            } else {
                refuseAnothers(name);
            }
        }
        strangers.values().removeIf(none -> none == 0);
        if (!strangers.isEmpty()) {
            // IDs are random, or made with a key of the store's own; a store has at most one that others have, too
            refuse(strangers, common > 1);
        }
        for (var name : there.keySet()) {
            if (!wanted.containsKey(name) && to.count(name, Filter.ALL) > 0) {
                throw foreign(name, "holds records, and this store has no such collection; try: another place, or remove that collection");
            }
        }
    }

    private void refuse(SortedMap<String, Integer> strangers, boolean isCopy) throws VectorStoreException {
        var first = strangers.firstKey();
        if (!isCopy) {
            throw foreign(first, "holds " + records(strangers.get(first)) + " that this store never had; try: another place, or remove that collection");
        }
        if (leftovers == Leftovers.REFUSE) {
            throw foreign(first, "holds " + records(strangers.get(first)) + " that this store has no more; try: --replace, which deletes them there");
        }
    }

    private static String records(int count) {
        return count == 1 ? "a record" : count + " records";
    }

    /** @param strangers how many records of the target are not in the source */
    private record Overlap(Set<UUID> there, int common, int strangers) {
    }

    private Overlap overlap(String collection) throws VectorStoreException {
        var there = new HashSet<UUID>();
        to.scroll(collection, Filter.ALL, point -> there.add(point.id()));
        var strangers = new HashSet<>(there);
        if (!there.isEmpty()) {
            from.scroll(collection, Filter.ALL, point -> strangers.remove(point.id()));
        }
        return new Overlap(there, there.size() - strangers.size(), strangers.size());
    }

    /** What is not a collection of ours is not among the target's collections, but may have the name of one. */
    private void refuseAnothers(String collection) throws VectorStoreException {
        try {
            to.count(collection, Filter.ALL);
        } catch (VectorStoreException e) {
            if (e.problem() != Problem.NO_COLLECTION) {
                throw e;
            }
        }
    }

    private static VectorStoreException foreign(String collection, String why) {
        return new VectorStoreException(Problem.FOREIGN, "Collection " + collection + " at the target " + why, null);
    }

    private Migrated migrate(String collection, int dimensions) throws VectorStoreException {
        to.ensureCollection(collection, dimensions);
        var there = digests(to, collection);
        var known = ours.computeIfAbsent(collection, name -> new HashSet<>());
        long copied = 0;
        for (int round = 0; round < MOST_ROUNDS; round++) {
            var source = copyWhatDiffers(collection, there);
            copied += source.copied;
            known.addAll(source.digests.keySet());
            deleteWhatIsGone(collection, there.keySet(), source.digests.keySet(), known);
            there = digests(to, collection);
            if (there.equals(source.digests) && there.equals(digests(from, collection))) {
                return new Migrated(collection, dimensions, there.size(), copied);
            }
        }
        throw new VectorStoreException(Problem.LOCKED, "Collection " + collection + " changes faster than it is copied; "
                + "try: end the programs that write to it", null);
    }

    private void deleteWhatIsGone(String collection, Set<UUID> there, Set<UUID> inSource, Set<UUID> known) throws VectorStoreException {
        var gone = new HashSet<>(there);
        gone.removeAll(inSource);
        if (!known.containsAll(gone)) {
            throw foreign(collection, "is written to by somebody else; try: end the program that does, or another place");
        }
        to.delete(collection, gone);
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
