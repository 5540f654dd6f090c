package cloudops.vectorstore.lucene.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;

import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.TermInSetQuery;
import org.apache.lucene.search.TermQuery;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import cloudops.vectorstore.CollectionContents;
import cloudops.vectorstore.Filter;
import cloudops.vectorstore.Hit;
import cloudops.vectorstore.Point;
import cloudops.vectorstore.StoreSnapshot;
import cloudops.vectorstore.VectorStoreException;
import cloudops.vectorstore.VectorStoreException.Problem;
import cloudops.vectorstore.lucene.internal.LuceneCollection.Tuning;
import cloudops.vectorstore.spi.CollectionRules;
import cloudops.vectorstore.spi.OpenStore;

/** A vector store in files, a folder a collection, readable by their owner only. */
final class LuceneVectorStore implements OpenStore {

    private static final Logger LOG = LoggerFactory.getLogger(LuceneVectorStore.class);

    private final Path root;
    private final Tuning tuning;
    private final Restoration restoration;
    private final Map<String, LuceneCollection> collections = new HashMap<>();
    /** Of indexes that are there no more; who reads in one reads it to the end. */
    private final List<LuceneCollection> gone = new ArrayList<>();

    LuceneVectorStore(Path root, Tuning tuning) {
        this.root = root.toAbsolutePath();
        this.tuning = tuning;
        restoration = new Restoration(this.root, tuning);
    }

    @Override
    public void ensureCollection(String collection, int dimensions) throws VectorStoreException {
        CollectionRules.checkDimensions(dimensions);
        var opened = find(collection);
        if (opened.isEmpty()) {
            LuceneCollection.create(root.resolve(collection), dimensions, tuning);
            opened = find(collection);
        }
        CollectionRules.checkSize(collection, opened.orElseThrow().dimensions(), dimensions);
    }

    @Override
    public void upsert(String collection, List<Point> points) throws VectorStoreException {
        var target = get(collection);
        for (var point : points) {
            if (point.vector() != null) {
                CollectionRules.checkVector(collection, target.dimensions(), point.vector());
            }
        }
        if (points.isEmpty()) {
            return;
        }
        target.write(writer -> {
            for (var point : points) {
                writer.updateDocument(PointDocument.idTerm(point.id()), PointDocument.of(point));
            }
        });
    }

    @Override
    public Optional<Point> get(String collection, UUID id) throws VectorStoreException {
        var found = new ArrayList<Point>();
        scroll(collection, new TermQuery(PointDocument.idTerm(id)), (stored, document) -> stored.read(document, id), found::add);
        return found.stream().findFirst();
    }

    @Override
    public List<Point> get(String collection, Collection<UUID> ids) throws VectorStoreException {
        var found = new ArrayList<Point>();
        scroll(collection, oneOf(ids), StoredPoints::read, found::add);
        return found;
    }

    @Override
    public Map<UUID, byte[]> blobStarts(String collection, Collection<UUID> ids, int length) throws VectorStoreException {
        var starts = new HashMap<UUID, byte[]>();
        scroll(collection, oneOf(ids), (stored, document) -> {
            var id = stored.id(document);
            return Map.entry(id, stored.blobStart(document, id, length));
        }, start -> starts.put(start.getKey(), start.getValue()));
        return starts;
    }

    private static Query oneOf(Collection<UUID> ids) {
        return new TermInSetQuery(PointDocument.ID, ids.stream().map(PointDocument::bytes).toList());
    }

    @Override
    public void delete(String collection, Collection<UUID> ids) throws VectorStoreException {
        var target = get(collection);
        if (!ids.isEmpty()) {
            target.write(writer -> writer.deleteDocuments(oneOf(ids)));
        }
    }

    /** Goes on over a record whose ID cannot be read, and at the end fails with {@code CORRUPT} for the first one. */
    @Override
    public void scroll(String collection, Filter filter, Consumer<Point> each) throws VectorStoreException {
        scroll(collection, PointDocument.query(filter), StoredPoints::read, each);
    }

    /** What is wanted of a record. */
    @FunctionalInterface
    interface Look<T> {
        T at(StoredPoints stored, int document) throws IOException;
    }

    private <T> void scroll(String collection, Query query, Look<T> look, Consumer<T> each) throws VectorStoreException {
        get(collection).<Void>read(searcher -> scroll(searcher, query, look, each));
    }

    /** @return null */
    static <T> Void scroll(IndexSearcher searcher, Query query, Look<T> look, Consumer<T> each) throws IOException {
        var weight = searcher.createWeight(searcher.rewrite(query), ScoreMode.COMPLETE_NO_SCORES, 1);
        CorruptIndexException damage = null;
        for (var segment : searcher.getIndexReader().leaves()) {
            var scorer = weight.scorer(segment);
            if (scorer == null) {
                continue;
            }
            var live = segment.reader().getLiveDocs();
            var stored = new StoredPoints(segment.reader());
            var matches = scorer.iterator();
            for (int doc = matches.nextDoc(); doc != DocIdSetIterator.NO_MORE_DOCS; doc = matches.nextDoc()) {
                if (live != null && !live.get(doc)) {
                    continue;
                }
                T seen;
                try {
                    seen = look.at(stored, doc);
                } catch (CorruptIndexException e) {
                    damage = damage == null ? e : damage;
                    continue;
                }
                each.accept(seen);
            }
        }
        if (damage != null) {
            throw damage;
        }
        return null;
    }

    @Override
    public long count(String collection, Filter filter) throws VectorStoreException {
        return get(collection).read(searcher -> (long) searcher.count(PointDocument.query(filter)));
    }

    /** A record among the nearest whose ID cannot be read is left out, with a warning in the log. */
    @Override
    public List<Hit> nearest(String collection, float[] vector, Filter filter, int limit) throws VectorStoreException {
        var target = get(collection);
        CollectionRules.checkVector(collection, target.dimensions(), vector);
        return target.read(searcher -> {
            int wanted = Math.min(limit, searcher.getIndexReader().numDocs());
            if (wanted < 1) {
                return List.of();
            }
            var hits = new ArrayList<Hit>();
            for (var found : new Nearest(searcher, vector, PointDocument.query(filter)).find(wanted, tuning.exactUpTo())) {
                try {
                    hits.add(new Hit(at(searcher, found), similarity(found)));
                } catch (CorruptIndexException e) {
                    LOG.warn("Left a damaged record of {} out of a search: {}", collection, e.getMessage());
                }
            }
            return hits;
        });
    }

    /** Lucene's score for cosine is (1 + cosine) / 2. */
    private static float similarity(ScoreDoc found) {
        return Math.clamp(2 * found.score - 1, -1f, 1f);
    }

    private static Point at(IndexSearcher searcher, ScoreDoc found) throws IOException {
        var segments = searcher.getIndexReader().leaves();
        LeafReaderContext segment = segments.get(ReaderUtil.subIndex(found.doc, segments));
        return new StoredPoints(segment.reader()).read(found.doc - segment.docBase);
    }

    private LuceneCollection get(String collection) throws VectorStoreException {
        return find(collection).orElseThrow(() -> new VectorStoreException(Problem.NO_COLLECTION,
                "There is no collection " + collection + " in " + root + ".", null));
    }

    @Override
    public StoreSnapshot snapshot(Collection<String> wanted) throws VectorStoreException {
        return LuceneSnapshot.of(wanted, this::find);
    }

    @Override
    public void restore(List<CollectionContents> contents) throws VectorStoreException {
        contents.forEach(collection -> CollectionRules.checkName(collection.collection()));
        restoration.run(contents);
    }

    private Optional<LuceneCollection> find(String collection) throws VectorStoreException {
        CollectionRules.checkName(collection);
        restoration.finish();
        synchronized (collections) {
            var known = Optional.ofNullable(collections.get(collection));
            if (known.isPresent() && !known.get().isThere()) {
                LOG.warn("index was deleted or replaced while it was open collection={} store={}", collection, root);
                gone.add(collections.remove(collection));
                known = Optional.empty();
            }
            if (known.isEmpty()) {
                known = LuceneCollection.open(root.resolve(collection), tuning);
                known.ifPresent(opened -> collections.put(collection, opened));
            }
            return known;
        }
    }

    @Override
    public SortedMap<String, Integer> collections() throws VectorStoreException {
        var found = new TreeMap<String, Integer>();
        for (var name : names()) {
            find(name).ifPresent(collection -> found.put(name, collection.dimensions()));
        }
        return found;
    }

    private List<String> names() throws VectorStoreException {
        if (Files.notExists(root)) {
            return List.of();
        }
        try (var folders = Files.list(root)) {
            return folders.filter(Files::isDirectory).map(folder -> folder.getFileName().toString()).filter(CollectionRules::isName).toList();
        } catch (IOException | UncheckedIOException e) {
            throw new VectorStoreException(Problem.IO, "The store in " + root + " cannot be read: " + e.getMessage() + ".", e);
        }
    }

    @Override
    public void close() throws VectorStoreException {
        synchronized (collections) {
            gone.addAll(collections.values());
            collections.clear();
            for (var collection : gone) {
                try {
                    collection.close();
                } catch (IOException e) {
                    throw new VectorStoreException(Problem.IO, "The store in " + root + " cannot be closed: " + e.getMessage() + ".", e);
                }
            }
            gone.clear();
        }
    }
}
