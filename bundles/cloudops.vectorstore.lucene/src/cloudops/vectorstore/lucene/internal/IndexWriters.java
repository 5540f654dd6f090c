package cloudops.vectorstore.lucene.internal;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ForkJoinPool;

import org.apache.lucene.codecs.Codec;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.lucene104.Lucene104Codec;
import org.apache.lucene.codecs.lucene104.Lucene104HnswScalarQuantizedVectorsFormat;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsFormat;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.IndexWriterConfig.OpenMode;
import org.apache.lucene.index.SegmentInfos;
import org.apache.lucene.index.SerialMergeScheduler;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.SleepingLockWrapper;
import org.apache.lucene.util.quantization.QuantizedByteVectorValues.ScalarEncoding;

import cloudops.vectorstore.lucene.internal.LuceneCollection.Tuning;

/** How an index of points is written: who else may write it meanwhile, when it merges, and how its vectors are kept. */
final class IndexWriters {

    /** In what is said of a whole index with its commits: how long its vectors are. */
    static final String DIMENSIONS = "dimensions";

    private static final Duration LOCK_POLL = Duration.ofMillis(10);
    /** Of shorter vectors one bit a dimension leaves too little to tell the nearer by. */
    private static final int ENOUGH_FOR_ONE_BIT = 256;

    private IndexWriters() {
    }

    /**
     * A writer, which holds Lucene's lock on the folder until it is closed.
     *
     * @throws org.apache.lucene.store.LockObtainFailedException when another process has held the lock for {@link Tuning#lockWait()}
     */
    static IndexWriter open(Directory directory, Tuning tuning, OpenMode mode) throws IOException {
        var config = new IndexWriterConfig(null).setCodec(codec(directory, tuning)).setMergeScheduler(new SerialMergeScheduler()).setOpenMode(mode);
        return new IndexWriter(new SleepingLockWrapper(directory, tuning.lockWait().toMillis(), LOCK_POLL.toMillis()), config);
    }

    /** Vectors as they were given, and beside them a few bits of each dimension, by which graphs are built and candidates are found. */
    private static Codec codec(Directory directory, Tuning tuning) throws IOException {
        int workers = Math.max(1, ForkJoinPool.getCommonPoolParallelism());
        var vectors = new Lucene104HnswScalarQuantizedVectorsFormat(bits(directory), Lucene99HnswVectorsFormat.DEFAULT_MAX_CONN,
                Lucene99HnswVectorsFormat.DEFAULT_BEAM_WIDTH, workers, workers > 1 ? ForkJoinPool.commonPool() : null, tuning.graphThreshold());
        return new Lucene104Codec() {
            @Override
            public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
                return vectors;
            }
        };
    }

    private static ScalarEncoding bits(Directory directory) throws IOException {
        return DirectoryReader.indexExists(directory) && dimensions(SegmentInfos.readLatestCommit(directory).getUserData()) < ENOUGH_FOR_ONE_BIT
                ? ScalarEncoding.UNSIGNED_BYTE
                : ScalarEncoding.SINGLE_BIT_QUERY_NIBBLE;
    }

    /** @throws NumberFormatException when {@code commit} does not say how long the vectors are */
    static int dimensions(Map<String, String> commit) {
        return Integer.parseInt(commit.get(DIMENSIONS));
    }
}
