package cloudops.vectorstore.lucene.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.regex.Pattern;

import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.TermInSetQuery;
import org.apache.lucene.search.TermQuery;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import cloudops.model.Environment;
import cloudops.vectorstore.CollectionContents;
import cloudops.vectorstore.Filter;
import cloudops.vectorstore.Hit;
import cloudops.vectorstore.Point;
import cloudops.vectorstore.VectorStore;
import cloudops.vectorstore.VectorStoreException;
import cloudops.vectorstore.VectorStoreException.Problem;
import cloudops.vectorstore.lucene.internal.LuceneCollection.Tuning;

/** {@link VectorStore} in files below the home, {@code store/lucene/<collection>}, readable by their owner only. */
@Component(property = "store=lucene")
public final class LuceneVectorStore implements VectorStore {

    private static final Logger LOG = LoggerFactory.getLogger(LuceneVectorStore.class);
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9_-]{0,63}");
    /** Lucene's. */
    private static final int MOST_DIMENSIONS = 1024;
    /** A graph search that keeps fewer candidates misses more of the nearest. */
    private static final int FEWEST_CANDIDATES = 100;

    private final Path root;
    private final Tuning tuning;
    private final Restoration restoration;
    private final Map<String, LuceneCollection> collections = new HashMap<>();

    @Activate
    public LuceneVectorStore(@Reference Environment environment) {
        this(environment.home().resolve("store").resolve("lucene"), Tuning.USUAL);
    }

    LuceneVectorStore(Path root, Tuning tuning) {
        this.root = root.toAbsolutePath();
        this.tuning = tuning;
        restoration = new Restoration(this.root, tuning);
    }

    @Override
    public void ensureCollection(String collection, int dimensions) throws VectorStoreException {
        if (dimensions < 1 || dimensions > MOST_DIMENSIONS) {
            throw new IllegalArgumentException("Vectors of " + dimensions + " dimensions; 1 to " + MOST_DIMENSIONS + " are possible.");
        }
        var opened = find(collection);
        if (opened.isEmpty()) {
            LuceneCollection.create(root.resolve(collection), dimensions, tuning);
            opened = find(collection);
        }
        checkSize(collection, opened.orElseThrow().dimensions(), dimensions);
    }

    @Override
    public void upsert(String collection, List<Point> points) throws VectorStoreException {
        var target = get(collection);
        for (var point : points) {
            if (point.vector() != null) {
                checkVector(collection, target, point.vector());
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
        return get(collection).read(searcher -> {
            var found = searcher.search(new TermQuery(PointDocument.idTerm(id)), 1).scoreDocs;
            return found.length == 0 ? Optional.empty() : Optional.of(at(searcher, found[0], (stored, doc) -> stored.read(doc, id)));
        });
    }

    @Override
    public void delete(String collection, Collection<UUID> ids) throws VectorStoreException {
        var target = get(collection);
        if (!ids.isEmpty()) {
            var terms = ids.stream().map(PointDocument::bytes).toList();
            target.write(writer -> writer.deleteDocuments(new TermInSetQuery(PointDocument.ID, terms)));
        }
    }

    /** Goes on over a record whose ID cannot be read, and at the end fails with {@code CORRUPT} for the first one. */
    @Override
    public void scroll(String collection, Filter filter, Consumer<Point> each) throws VectorStoreException {
        get(collection).<Void>read(searcher -> {
            var query = searcher.rewrite(PointDocument.query(filter));
            var weight = searcher.createWeight(query, ScoreMode.COMPLETE_NO_SCORES, 1);
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
                    Point point;
                    try {
                        point = stored.read(doc);
                    } catch (CorruptIndexException e) {
                        damage = damage == null ? e : damage;
                        continue;
                    }
                    each.accept(point);
                }
            }
            if (damage != null) {
                throw damage;
            }
            return null;
        });
    }

    @Override
    public long count(String collection, Filter filter) throws VectorStoreException {
        return get(collection).read(searcher -> (long) searcher.count(PointDocument.query(filter)));
    }

    /** A record among the nearest whose ID cannot be read is left out, with a warning in the log. */
    @Override
    public List<Hit> nearest(String collection, float[] vector, Filter filter, int limit) throws VectorStoreException {
        var target = get(collection);
        checkVector(collection, target, vector);
        return target.read(searcher -> {
            int wanted = Math.min(limit, searcher.getIndexReader().numDocs());
            if (wanted < 1) {
                return List.of();
            }
            var query = new KnnFloatVectorQuery(PointDocument.VECTOR, vector, Math.max(wanted, FEWEST_CANDIDATES),
                    filter.anyOf().isEmpty() ? null : PointDocument.query(filter));
            var hits = new ArrayList<Hit>();
            for (var found : searcher.search(query, wanted).scoreDocs) {
                try {
                    hits.add(new Hit(at(searcher, found, StoredPoints::read), similarity(found)));
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

    private interface Look {
        Point at(StoredPoints stored, int document) throws IOException;
    }

    private static Point at(IndexSearcher searcher, ScoreDoc found, Look look) throws IOException {
        var segments = searcher.getIndexReader().leaves();
        LeafReaderContext segment = segments.get(ReaderUtil.subIndex(found.doc, segments));
        return look.at(new StoredPoints(segment.reader()), found.doc - segment.docBase);
    }

    private LuceneCollection get(String collection) throws VectorStoreException {
        return find(collection).orElseThrow(() -> new VectorStoreException(Problem.NO_COLLECTION,
                "There is no collection " + collection + " in " + root + ".", null));
    }

    @Override
    public void restore(List<CollectionContents> contents) throws VectorStoreException {
        contents.forEach(collection -> checkName(collection.collection()));
        restoration.run(contents);
    }

    private static void checkName(String collection) {
        if (!NAME.matcher(collection).matches()) {
            throw new IllegalArgumentException("Not a name for a collection: " + collection);
        }
    }

    private Optional<LuceneCollection> find(String collection) throws VectorStoreException {
        checkName(collection);
        restoration.finish();
        synchronized (collections) {
            var known = Optional.ofNullable(collections.get(collection));
            if (known.isEmpty()) {
                known = LuceneCollection.open(root.resolve(collection), tuning);
                known.ifPresent(opened -> collections.put(collection, opened));
            }
            return known;
        }
    }

    private static void checkVector(String name, LuceneCollection collection, float[] vector) throws VectorStoreException {
        checkSize(name, collection.dimensions(), vector.length);
        if (!PointDocument.hasDirection(vector)) {
            throw new IllegalArgumentException("A vector without a direction (all zeros, or not finite) has no cosine to another.");
        }
    }

    private static void checkSize(String name, int is, int wanted) throws VectorStoreException {
        if (is != wanted) {
            throw new VectorStoreException(Problem.MISMATCH,
                    "Collection " + name + " has vectors of " + is + " dimensions, not " + wanted + ".", null);
        }
    }

    @Deactivate
    public void close() throws IOException {
        synchronized (collections) {
            for (var collection : collections.values()) {
                collection.close();
            }
            collections.clear();
        }
    }
}
