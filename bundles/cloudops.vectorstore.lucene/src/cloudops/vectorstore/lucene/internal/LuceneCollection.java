package cloudops.vectorstore.lucene.internal;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig.OpenMode;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.SearcherManager;
import org.apache.lucene.store.AlreadyClosedException;
import org.apache.lucene.store.FSDirectory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import cloudops.vectorstore.VectorStoreException;

/**
 * One Lucene index in a folder of its own. The writer, and with it Lucene's lock on the folder, is held for one write only, so that
 * processes that share a home take turns; readers need no lock and see the last finished write. Thread-safe.
 */
final class LuceneCollection implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LuceneCollection.class);

    /**
     * @param lockWait how long a write waits for another process's
     * @param exactUpTo where no more match a search they are compared one by one, which finds exactly the nearest; segments of more get a graph (HNSW),
     *            which misses few, and which the write that makes the segment waits for
     */
    record Tuning(Duration lockWait, int exactUpTo) {

        static final Tuning USUAL = new Tuning(Duration.ofSeconds(10), 20_000);

        /** Lucene makes no graph for n vectors when n ≤ threshold × ln n. */
        int graphThreshold() {
            return (int) (exactUpTo / Math.log(exactUpTo));
        }
    }

    private final Path folder;
    private final Tuning tuning;
    private final FSDirectory directory;
    private volatile SearcherManager searchers;
    private final int dimensions;
    /** Of the index that was opened. */
    private final Optional<Mark> mark;
    private final ReentrantLock writing = new ReentrantLock(true);
    /** A read met damage; the next looks for it. */
    private volatile boolean suspect;

    private LuceneCollection(Path folder, Tuning tuning) throws IOException {
        this.folder = folder;
        this.tuning = tuning;
        mark = Mark.of(folder);
        directory = new IndexDirectory(folder);
        SearcherManager opened = null;
        try {
            opened = searchers();
            searchers = opened;
            dimensions = dimensions(opened);
        } catch (IOException | RuntimeException e) {
            if (opened != null) {
                opened.close();
            }
            directory.close();
            throw e;
        }
    }

    /**
     * Tells one index from another that is made in its place. Lucene makes this file with the index and does not touch it again. What has files
     * of an old index open would go on reading them, deleted as they are, or mistake the other's commits for its own.
     */
    private record Mark(Object file, FileTime made) {

        /** @return empty when there is no index, or one that was never written to where it is */
        static Optional<Mark> of(Path folder) throws IOException {
            try {
                var lock = Files.readAttributes(folder.resolve(IndexWriter.WRITE_LOCK_NAME), BasicFileAttributes.class);
                return Optional.of(new Mark(lock.fileKey(), lock.lastModifiedTime()));
            } catch (NoSuchFileException e) {
                return Optional.empty();
            }
        }
    }

    /** Whether the index is still the one that was opened: not deleted, nor another in its place. */
    boolean isThere() throws VectorStoreException {
        try {
            return Mark.of(folder).equals(mark) && Files.exists(folder);
        } catch (IOException e) {
            throw problem(e);
        }
    }

    private SearcherManager searchers() throws IOException {
        try {
            return new SearcherManager(directory, new Salvage.WholeSegments());
        } catch (IOException e) {
            salvage(e);
            return new SearcherManager(directory, new Salvage.WholeSegments());
        }
    }

    private int dimensions(SearcherManager opened) throws IOException {
        var searcher = opened.acquire();
        try {
            return IndexWriters.dimensions(((DirectoryReader) searcher.getIndexReader()).getIndexCommit().getUserData());
        } catch (NumberFormatException e) {
            throw new CorruptIndexException("the index does not say how long its vectors are", folder.toString(), e);
        } finally {
            opened.release(searcher);
        }
    }

    /** @return empty when there is no index in {@code folder} */
    static Optional<LuceneCollection> open(Path folder, Tuning tuning) throws VectorStoreException {
        try {
            return isThere(folder) ? Optional.of(new LuceneCollection(folder, tuning)) : Optional.empty();
        } catch (IOException e) {
            throw IndexFailures.problem(folder, tuning.lockWait(), e);
        }
    }

    /** Makes {@code folder} and in it an empty index; leaves an index that another process just made as it is. */
    static void create(Path folder, int dimensions, Tuning tuning) throws VectorStoreException {
        try {
            Files.createDirectories(folder, ownerOnly());
            try (var directory = new IndexDirectory(folder); var writer = IndexWriters.open(directory, tuning, OpenMode.CREATE_OR_APPEND)) {
                if (!DirectoryReader.indexExists(directory)) {
                    writer.setLiveCommitData(Map.of(IndexWriters.DIMENSIONS, String.valueOf(dimensions)).entrySet());
                }
            }
        } catch (IOException e) {
            throw IndexFailures.problem(folder, tuning.lockWait(), e);
        }
    }

    /** A new index over the remains of one would delete them: files without a list of segments are damage, not absence. */
    private static boolean isThere(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return false;
        }
        try (var directory = FSDirectory.open(folder)) {
            if (DirectoryReader.indexExists(directory)) {
                return true;
            }
            for (var file : directory.listAll()) {
                if (!file.equals(IndexWriter.WRITE_LOCK_NAME) && !file.startsWith("pending_segments")) {
                    throw new CorruptIndexException("the list of segments is missing beside " + file, folder.toString());
                }
            }
            return false;
        }
    }

    static FileAttribute<?>[] ownerOnly() {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] { PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")) }
                : new FileAttribute<?>[0];
    }

    int dimensions() {
        return dimensions;
    }

    /** What a search does with a consistent view of the collection. */
    @FunctionalInterface
    interface Reading<T> {
        T in(IndexSearcher searcher) throws IOException, VectorStoreException;
    }

    <T> T read(Reading<T> reading) throws VectorStoreException {
        try (var view = view()) {
            return view.read(reading);
        }
    }

    /** The collection as it is now, for as long as this is open. */
    final class View implements AutoCloseable {

        private final SearcherManager manager;
        private final IndexSearcher searcher;

        private View(SearcherManager manager) throws IOException {
            this.manager = manager;
            searcher = manager.acquire();
        }

        <T> T read(Reading<T> reading) throws VectorStoreException {
            try {
                return reading.in(searcher);
            } catch (RuntimeException e) {
                throw damage(searcher, e);
            } catch (InternalError e) {
                throw problem(cut(e));
            } catch (IOException e) {
                if (e instanceof CorruptIndexException) {
                    suspect = true;
                }
                throw problem(e);
            }
        }

        @Override
        public void close() throws VectorStoreException {
            try {
                manager.release(searcher);
            } catch (IOException e) {
                throw problem(e);
            }
        }
    }

    View view() throws VectorStoreException {
        try {
            refresh();
            return new View(searchers);
        } catch (IOException e) {
            throw problem(e);
        }
    }

    private void refresh() throws IOException {
        try {
            if (suspect) {
                throw new CorruptIndexException("an earlier read met damage", folder.toString());
            }
            follow();
        } catch (IOException e) {
            salvage(e);
            follow();
        }
    }

    private void follow() throws IOException {
        try {
            searchers.maybeRefreshBlocking();
        } catch (IllegalStateException e) {
            // the folder was deleted, and another index with segments of the same names is there by now
            anew(e);
        }
    }

    private synchronized void anew(IllegalStateException why) throws IOException {
        var old = searchers;
        try {
            old.maybeRefreshBlocking();
        } catch (IllegalStateException e) {
            LOG.info("index was replaced by another and is opened anew folder={} reason={}", folder, why.getMessage());
            searchers = new SearcherManager(directory, new Salvage.WholeSegments());
            // who reads in it holds a reference of their own
            old.close();
        }
    }

    /** What a read failed with: {@code e}, which is its own affair, or damage that Lucene did not see but ran into. */
    private RuntimeException damage(IndexSearcher searcher, RuntimeException e) throws VectorStoreException {
        try {
            Salvage.check(searcher.getIndexReader(), null);
            return e;
        } catch (IOException damage) {
            damage.addSuppressed(e);
            suspect = true;
            throw problem(damage);
        }
    }

    /** Reading a mapped file beyond its end, which another has moved, ends in this error. */
    private CorruptIndexException cut(InternalError e) {
        suspect = true;
        return new CorruptIndexException("a file was cut short while it was in use", folder.toString(), e);
    }

    /** A change to the index. May be asked to do it again, after a failure. */
    @FunctionalInterface
    interface Writing {
        void to(IndexWriter writer) throws IOException;
    }

    /** Makes all of {@code change} visible and durable, or on an exception nothing of it. */
    void write(Writing change) throws VectorStoreException {
        writing.lock();
        try {
            try {
                commit(change);
            } catch (IOException e) {
                salvage(e);
                commit(change);
            }
        } catch (IOException e) {
            throw problem(e);
        } finally {
            writing.unlock();
        }
    }

    private void commit(Writing change) throws IOException {
        try (var writer = IndexWriters.open(directory, tuning, OpenMode.APPEND)) {
            try {
                change.to(writer);
            } catch (IOException | RuntimeException | Error e) {
                writer.rollback();
                throw e;
            }
            // Closing flushes, merges, and commits once.
        } catch (InternalError e) {
            throw cut(e);
        } catch (AlreadyClosedException e) {
            if (e.getCause() instanceof IOException cause) {
                throw cause;
            }
            throw e;
        }
    }

    /** A commit that is on the disk and takes a moment to make visible. The folder is locked until this is closed, which undoes it if need be. */
    static final class Prepared implements AutoCloseable {

        private final LuceneCollection collection;
        private final IndexWriter writer;

        private Prepared(LuceneCollection collection, IndexWriter writer) {
            this.collection = collection;
            this.writer = writer;
        }

        void commit() throws VectorStoreException {
            try {
                writer.commit();
            } catch (IOException e) {
                throw collection.problem(e);
            }
        }

        @Override
        public void close() throws VectorStoreException {
            try {
                writer.rollback();
            } catch (IOException e) {
                throw collection.problem(e);
            } finally {
                collection.writing.unlock();
            }
        }
    }

    /** Prepares to make the index in {@code staged} all there is in this one. For one thread, from here to the closing. */
    Prepared prepareReplacement(Path staged) throws VectorStoreException {
        writing.lock();
        try {
            try {
                return new Prepared(this, replacement(staged));
            } catch (IOException e) {
                salvage(e);
                return new Prepared(this, replacement(staged));
            }
        } catch (IOException e) {
            writing.unlock();
            throw problem(e);
        } catch (RuntimeException | Error e) {
            writing.unlock();
            throw e;
        }
    }

    private IndexWriter replacement(Path staged) throws IOException {
        var writer = IndexWriters.open(directory, tuning, OpenMode.APPEND);
        try (var source = new IndexDirectory(staged)) {
            writer.deleteAll();
            writer.addIndexes(source);
            writer.setLiveCommitData(Map.of(IndexWriters.DIMENSIONS, String.valueOf(dimensions)).entrySet());
            writer.prepareCommit();
            return writer;
        } catch (IOException | RuntimeException | Error e) {
            writer.rollback();
            throw e;
        }
    }

    /** Makes the index whole again after {@code failure}, which is thrown on when it has nothing to do with damage. */
    private void salvage(IOException failure) throws IOException {
        if (!IndexFailures.isDamage(failure)) {
            throw failure;
        }
        writing.lock();
        try {
            commit(writer -> Salvage.run(directory, writer));
            suspect = false;
        } catch (IOException e) {
            // a file of the old index that was missing anyway cannot be deleted after the commit
            if (!Salvage.isWhole(directory)) {
                e.addSuppressed(failure);
                throw e;
            }
            suspect = false;
        } finally {
            writing.unlock();
        }
    }

    private VectorStoreException problem(IOException e) {
        return IndexFailures.problem(folder, tuning.lockWait(), e);
    }

    @Override
    public void close() throws IOException {
        searchers.close();
        directory.close();
    }
}
