package cloudops.vectorstore.lucene.internal;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

import org.apache.lucene.codecs.Codec;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.lucene104.Lucene104Codec;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsFormat;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexFormatTooNewException;
import org.apache.lucene.index.IndexFormatTooOldException;
import org.apache.lucene.index.IndexNotFoundException;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.SerialMergeScheduler;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.SearcherManager;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.store.LockObtainFailedException;
import org.apache.lucene.store.SleepingLockWrapper;

import cloudops.vectorstore.VectorStoreException;
import cloudops.vectorstore.VectorStoreException.Problem;

/**
 * One Lucene index in a folder of its own. The writer, and with it Lucene's lock on the folder, is held for one write only, so that
 * processes that share a home take turns; readers need no lock and see the last finished write. Thread-safe.
 */
final class LuceneCollection implements AutoCloseable {

    private static final String DIMENSIONS = "dimensions";
    private static final Duration LOCK_POLL = Duration.ofMillis(10);

    /**
     * @param lockWait how long a write waits for another process's
     * @param exactUpTo segments of up to so many vectors are searched one by one, which finds exactly the nearest; larger ones get a graph
     *            (HNSW), which misses few, but takes a millisecond or more a vector to build while the write that makes it waits
     */
    record Tuning(Duration lockWait, int exactUpTo) {

        static final Tuning USUAL = new Tuning(Duration.ofSeconds(10), 200_000);

        /** Lucene makes no graph for n vectors when n ≤ threshold × ln n. */
        int graphThreshold() {
            return (int) (exactUpTo / Math.log(exactUpTo));
        }
    }

    private final Path folder;
    private final Tuning tuning;
    private final Directory directory;
    private final SearcherManager searchers;
    private final int dimensions;
    private final ReentrantLock writing = new ReentrantLock(true);

    private LuceneCollection(Path folder, Tuning tuning) throws IOException {
        this.folder = folder;
        this.tuning = tuning;
        directory = FSDirectory.open(folder);
        SearcherManager opened = null;
        try {
            opened = new SearcherManager(directory, null);
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

    private int dimensions(SearcherManager opened) throws IOException {
        var searcher = opened.acquire();
        try {
            return Integer.parseInt(((DirectoryReader) searcher.getIndexReader()).getIndexCommit().getUserData().get(DIMENSIONS));
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
            throw problem(folder, tuning, e);
        }
    }

    /** Makes {@code folder} and in it an empty index; leaves an index that another process just made as it is. */
    static void create(Path folder, int dimensions, Tuning tuning) throws VectorStoreException {
        try {
            Files.createDirectories(folder, ownerOnly());
            try (var directory = FSDirectory.open(folder); var writer = writer(directory, tuning)) {
                if (!DirectoryReader.indexExists(directory)) {
                    writer.setLiveCommitData(Map.of(DIMENSIONS, String.valueOf(dimensions)).entrySet());
                }
            }
        } catch (IOException e) {
            throw problem(folder, tuning, e);
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

    private static FileAttribute<?>[] ownerOnly() {
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
        try {
            searchers.maybeRefreshBlocking();
            var searcher = searchers.acquire();
            try {
                return reading.in(searcher);
            } finally {
                searchers.release(searcher);
            }
        } catch (IOException e) {
            throw problem(folder, tuning, e);
        }
    }

    /** A change to the index. */
    @FunctionalInterface
    interface Writing {
        void to(IndexWriter writer) throws IOException;
    }

    /** Makes all of {@code change} visible and durable, or on an exception nothing of it. */
    void write(Writing change) throws VectorStoreException {
        writing.lock();
        try (var writer = writer(directory, tuning)) {
            try {
                change.to(writer);
            } catch (IOException | RuntimeException | Error e) {
                writer.rollback();
                throw e;
            }
            // Closing flushes, merges, and commits once.
        } catch (IOException e) {
            throw problem(folder, tuning, e);
        } finally {
            writing.unlock();
        }
    }

    private static IndexWriter writer(Directory directory, Tuning tuning) throws IOException {
        var config = new IndexWriterConfig(null).setCodec(codec(tuning)).setMergeScheduler(new SerialMergeScheduler());
        return new IndexWriter(new SleepingLockWrapper(directory, tuning.lockWait().toMillis(), LOCK_POLL.toMillis()), config);
    }

    private static Codec codec(Tuning tuning) {
        var vectors = new Lucene99HnswVectorsFormat(Lucene99HnswVectorsFormat.DEFAULT_MAX_CONN,
                Lucene99HnswVectorsFormat.DEFAULT_BEAM_WIDTH, 1, null, tuning.graphThreshold());
        return new Lucene104Codec() {
            @Override
            public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
                return vectors;
            }
        };
    }

    private static VectorStoreException problem(Path folder, Tuning tuning, IOException e) {
        return switch (e) {
            case LockObtainFailedException locked -> new VectorStoreException(Problem.LOCKED,
                    "Another CloudOps process has been writing to " + folder + " for " + tuning.lockWait().toSeconds()
                            + " s. Wait until it is done, or end it, then try again; or use another home (--home).",
                    locked);
            case IndexFormatTooNewException newer -> new VectorStoreException(Problem.CORRUPT,
                    folder + " was written by a newer version of CloudOps. Use that version, or another home (--home).", newer);
            case CorruptIndexException damaged -> corrupt(folder, damaged);
            case IndexFormatTooOldException old -> corrupt(folder, old);
            case IndexNotFoundException gone -> corrupt(folder, gone);
            case NoSuchFileException gone -> corrupt(folder, gone);
            case FileNotFoundException gone -> corrupt(folder, gone);
            case EOFException truncated -> corrupt(folder, truncated);
            default -> new VectorStoreException(Problem.IO,
                    "The store in " + folder + " cannot be read or written: " + reason(e) + ". What was stored before is unharmed.", e);
        };
    }

    private static VectorStoreException corrupt(Path folder, IOException e) {
        return new VectorStoreException(Problem.CORRUPT, "The store in " + folder + " is damaged: " + reason(e)
                + ". Restore a backup, or move this folder away and scan again.", e);
    }

    private static String reason(IOException e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getClass().getSimpleName() + ": " + e.getMessage();
    }

    @Override
    public void close() throws IOException {
        searchers.close();
        directory.close();
    }
}
