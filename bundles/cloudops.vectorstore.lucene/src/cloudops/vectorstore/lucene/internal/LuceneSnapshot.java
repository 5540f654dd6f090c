package cloudops.vectorstore.lucene.internal;

import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

import cloudops.vectorstore.Filter;
import cloudops.vectorstore.Point;
import cloudops.vectorstore.StoreSnapshot;
import cloudops.vectorstore.VectorStoreException;

/** Views of some collections, which Lucene keeps as they are. */
final class LuceneSnapshot implements StoreSnapshot {

    private final Map<String, LuceneCollection.View> views = new TreeMap<>();

    private LuceneSnapshot() {
    }

    /** What a name stands for. */
    @FunctionalInterface
    interface Lookup {
        Optional<LuceneCollection> find(String collection) throws VectorStoreException;
    }

    static LuceneSnapshot of(Collection<String> collections, Lookup store) throws VectorStoreException {
        var snapshot = new LuceneSnapshot();
        try {
            for (var name : collections) {
                var found = store.find(name);
                if (found.isPresent()) {
                    snapshot.views.put(name, found.get().view());
                }
            }
            return snapshot;
        } catch (VectorStoreException | RuntimeException e) {
            snapshot.close();
            throw e;
        }
    }

    @Override
    public Set<String> collections() {
        return Collections.unmodifiableSet(views.keySet());
    }

    @Override
    public void each(String collection, Consumer<Point> each) throws VectorStoreException {
        views.get(collection).<Void>read(searcher -> LuceneVectorStore.scroll(searcher, PointDocument.query(Filter.ALL), StoredPoints::read, each));
    }

    @Override
    public void confirm() {
        // the views are of one moment each, and nobody can write to them
    }

    @Override
    public void close() throws VectorStoreException {
        for (var view : views.values()) {
            view.close();
        }
        views.clear();
    }
}
