package cloudops.storage.internal;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import cloudops.embedding.Embedder;
import cloudops.model.AwsResource;
import cloudops.model.ResourceKey;
import cloudops.storage.EstateStorage.DamagedRecord;
import cloudops.storage.StorageException;
import cloudops.storage.StorageException.Problem;
import cloudops.storage.internal.PointCipher.DamagedException;
import cloudops.vectorstore.Filter;
import cloudops.vectorstore.Hit;
import cloudops.vectorstore.Point;
import cloudops.vectorstore.VectorStore;
import cloudops.vectorstore.VectorStoreException;

/**
 * The points of the estate's collection and the resources in them. Beside them it keeps one point of its own, the {@link Generation}, which
 * every write replaces. Thread-safe.
 */
final class Records {

    static final String COLLECTION = "aws_estate";

    /** This point has no payload, so that no filter but the empty one lets it through, and no vector. */
    static final UUID GENERATION = UUID.fromString("00000000-0000-8000-8000-000000000000");

    private static final Logger LOG = LoggerFactory.getLogger(Records.class);

    private final VectorStore store;

    private final RecordCipher cipher;

    private final Map<UUID, DamagedRecord> damaged = new ConcurrentHashMap<>();

    /** Somebody was told that the collection is there no more. */
    private volatile boolean gone;

    private final Sealed sealed = new Sealed();

    private Records(VectorStore store, RecordCipher cipher) {
        this.store = store;
        this.cipher = cipher;
    }

    /** Opens the collection, which is made if need be, with the home's keys. */
    static Records open(VectorStore store, HomeKey homeKey) throws StorageException {
        // a passphrase takes its time, meant to slow down guessing, and so does a store
        var opening = Meanwhile.start("store-opening", () -> {
            make(store);
            return null;
        });
        try {
            homeKey.keys(() -> {
                opening.get();
                return any(store);
            });
        } finally {
            opening.get();
        }
        return new Records(store, new RecordCipher(homeKey.source(), COLLECTION));
    }

    private static void make(VectorStore store) throws StorageException {
        try {
            store.ensureCollection(COLLECTION, Embedder.DIMENSIONS);
        } catch (VectorStoreException e) {
            throw problem(e);
        }
    }

    /**
     * To be called before a scan's first look and its writes: makes the collection again that was deleted while it was in use, after that was said to
     * somebody. Until then whoever reads or writes is told: an empty answer would be taken for an empty estate.
     */
    void makeAgain() throws StorageException {
        if (gone) {
            make(store);
            damaged.clear();
            gone = false;
            LOG.info("the collection that was deleted while it was in use is made again collection={}", COLLECTION);
        }
    }

    /** Whether there are records, or messages, in a store that perhaps has not even the collections. */
    static boolean any(VectorStore store) throws StorageException {
        return any(store, COLLECTION) || any(store, EncryptedChats.COLLECTION);
    }

    private static boolean any(VectorStore store, String collection) throws StorageException {
        return unlessMissing(() -> store.count(collection, Filter.ALL) > 0, false);
    }

    RecordCipher cipher() {
        return cipher;
    }

    /** Empty when the record is damaged, which is then reported, until it is whole again. */
    Optional<AwsResource> read(Point point) {
        return opened(point, cipher::open);
    }

    /** As {@link #read}, of the key alone; {@link #changed} need not decrypt the record again. */
    Optional<ResourceKey> key(Point point) {
        var key = opened(point, cipher::key);
        if (key.isPresent()) {
            sealed.know(point);
        }
        return key;
    }

    private interface Opening<T> {
        T of(Point point) throws DamagedException;
    }

    private <T> Optional<T> opened(Point point, Opening<T> opening) {
        try {
            var content = opening.of(point);
            damaged.remove(point.id());
            return Optional.of(content);
        } catch (DamagedException e) {
            report(point, e);
            return Optional.empty();
        }
    }

    /** @throws StorageException {@code DAMAGED_RECORD} */
    AwsResource readOrFail(Point point) throws StorageException {
        try {
            return cipher.open(point);
        } catch (DamagedException e) {
            report(point, e);
            throw new StorageException(Problem.DAMAGED_RECORD, "record " + point.id() + " of " + COLLECTION + " is damaged: "
                    + e.getMessage(), "scan again, which writes it anew", e);
        }
    }

    List<DamagedRecord> damaged() {
        return List.copyOf(damaged.values());
    }

    Optional<Point> get(UUID id) throws StorageException {
        return ask(() -> store.get(COLLECTION, id));
    }

    /** Those of {@code ids} that are there. */
    Map<UUID, Point> get(Collection<UUID> ids) throws StorageException {
        var found = new HashMap<UUID, Point>();
        ask(() -> store.get(COLLECTION, ids)).forEach(point -> found.put(point.id(), point));
        return found;
    }

    /** Those of {@code ids} that are there. */
    Set<UUID> present(Collection<UUID> ids) throws StorageException {
        return ask(() -> store.blobStarts(COLLECTION, ids, 0)).keySet();
    }

    /**
     * A resource as it should be stored.
     *
     * @param content of {@link RecordCipher#content}
     * @param withVector whether it should have one
     */
    record Wanted(UUID id, AwsResource resource, String content, boolean withVector) {
    }

    /**
     * Those of {@code wanted} that are not stored like that, or not whole. Each record is decrypted once a process, and again when it is not the
     * one that was decrypted or written here, which its nonce tells. So damage that comes to the store's files after that counts from the
     * moment in which anything reads the record here, or in the next process.
     */
    List<Wanted> changed(List<Wanted> wanted) throws StorageException {
        var starts = known(wanted.stream().map(Wanted::id).toList());
        return wanted.stream().filter(each -> !sealed.has(each.id(), starts.get(each.id()), each.content(), each.withVector())).toList();
    }

    /** {@link RecordCipher#content} of those of {@code ids} that are there, whole and with a vector; as far as {@link #changed} tells. */
    Map<UUID, String> contents(Collection<UUID> ids) throws StorageException {
        var contents = new HashMap<UUID, String>();
        known(ids).forEach((id, start) -> {
            var content = sealed.contentWithVector(id, start);
            if (content != null) {
                contents.put(id, content);
            }
        });
        return contents;
    }

    /** Has each of {@code ids} that is whole known to {@link #sealed}; gives how their blobs begin. */
    private Map<UUID, byte[]> known(Collection<UUID> ids) throws StorageException {
        var starts = new ConcurrentHashMap<UUID, byte[]>();
        var known = ids.stream().filter(sealed::knows).toList();
        if (!known.isEmpty()) {
            starts.putAll(ask(() -> store.blobStarts(COLLECTION, known, PointCipher.START)));
        }
        var others = ids.stream().filter(id -> !sealed.knows(id, starts.get(id))).toList();
        if (!others.isEmpty()) {
            get(others).values().parallelStream().filter(cipher::intact).forEach(point -> {
                sealed.know(point);
                starts.put(point.id(), Sealed.start(point));
            });
        }
        return starts;
    }

    void scroll(Filter filter, Consumer<Point> each) throws StorageException {
        run(() -> store.scroll(COLLECTION, filter, point -> {
            if (!point.id().equals(GENERATION)) {
                each.accept(point);
            }
        }));
    }

    /** Damaged records count. */
    long count(Filter filter) throws StorageException {
        long points = ask(() -> store.count(COLLECTION, filter));
        return filter.anyOf().isEmpty() && get(GENERATION).isPresent() ? points - 1 : points;
    }

    List<Hit> nearest(float[] vector, Filter filter, int limit) throws StorageException {
        return ask(() -> store.nearest(COLLECTION, vector, filter, limit));
    }

    /**
     * A value that changes with every write of any process; empty before the first. While a write is under way, or after one that was cut short,
     * it is another each time.
     */
    String generation() throws StorageException {
        return get(GENERATION).flatMap(Generation::of).map(Generation::value).orElse("");
    }

    /**
     * To be called by a scan that finds nothing to write: ends the mark of a write that was cut short, since what that one left is now all there is.
     *
     * @throws StorageException {@code WRONG_KEY} when the keys were rotated on another machine
     */
    void finish() throws StorageException {
        if (get(GENERATION).flatMap(Generation::of).filter(generation -> !generation.finished()).isPresent()) {
            write(List.of());
        }
    }

    /**
     * Writes all or nothing; on a server all, or of more than 100 perhaps the first ones, and then the generation stays unfinished.
     *
     * @throws StorageException {@code WRONG_KEY} when the keys were rotated on another machine
     */
    void write(Collection<Point> points) throws StorageException {
        var keys = cipher.keys();
        checkKeys(store, keys);
        var all = new ArrayList<Point>(points.size() + 2);
        // the last stays: the first is seen by nobody unless the store writes in parts
        all.add(Generation.unfinished(keys.version()).point());
        all.addAll(points);
        all.add(Generation.next(keys.version()).point());
        run(() -> store.upsert(COLLECTION, all));
        points.forEach(point -> {
            damaged.remove(point.id());
            sealed.know(point);
        });
    }

    void delete(Collection<UUID> ids) throws StorageException {
        var keys = cipher.keys();
        checkKeys(store, keys);
        run(() -> store.upsert(COLLECTION, List.of(Generation.unfinished(keys.version()).point())));
        run(() -> store.delete(COLLECTION, ids));
        ids.forEach(id -> {
            damaged.remove(id);
            sealed.forget(id);
        });
        write(List.of());
    }

    /** @throws StorageException {@code WRONG_KEY} when the store is written with a newer key than {@code keys} has */
    static void checkKeys(VectorStore store, EstateKeys keys) throws StorageException {
        var generation = unlessMissing(() -> store.get(COLLECTION, GENERATION), Optional.<Point>empty()).flatMap(Generation::of);
        if (generation.isPresent()) {
            generation.get().check(keys);
        }
    }

    /** Tells all who write to the store that they need this version of the key from now on. */
    static void note(VectorStore store, int keyVersion) throws StorageException {
        unlessMissing(() -> {
            store.upsert(COLLECTION, List.of(Generation.next(keyVersion).point()));
            return null;
        }, null);
    }

    /** @param none the answer while the collection is not there */
    private static <T> T unlessMissing(Question<T> question, T none) throws StorageException {
        try {
            return question.ask();
        } catch (VectorStoreException e) {
            if (e.problem() == VectorStoreException.Problem.NO_COLLECTION) {
                return none;
            }
            throw problem(e);
        }
    }

    private void report(Point point, DamagedException why) {
        sealed.forget(point.id());
        if (damaged.put(point.id(), new DamagedRecord(point.id().toString(), why.getMessage())) == null) {
            LOG.warn("damaged record left out collection={} id={} reason={}", COLLECTION, point.id(), why.getMessage());
        }
    }

    @FunctionalInterface
    private interface Question<T> {
        T ask() throws VectorStoreException;
    }

    @FunctionalInterface
    private interface Action {
        void run() throws VectorStoreException;
    }

    private void run(Action action) throws StorageException {
        ask(() -> {
            action.run();
            return null;
        });
    }

    private <T> T ask(Question<T> question) throws StorageException {
        try {
            return question.ask();
        } catch (VectorStoreException e) {
            gone |= e.problem() == VectorStoreException.Problem.NO_COLLECTION;
            throw problem(e);
        }
    }

    /** Of a collection that was there when it was opened. */
    static StorageException problem(VectorStoreException e) {
        if (e.problem() == VectorStoreException.Problem.NO_COLLECTION) {
            return new StorageException(Problem.IO, "the store is gone; it was deleted while it was in use: " + e.getMessage(),
                    "scan again, which makes a new one, or restore a backup", e);
        }
        return new StorageException(switch (e.problem()) {
            case LOCKED -> Problem.LOCKED;
            case CORRUPT, MISMATCH, FOREIGN -> Problem.CORRUPT;
            case NO_COLLECTION, UNREACHABLE, REFUSED, UNFINISHED, IO -> Problem.IO;
        }, e.getMessage(), e);
    }
}
