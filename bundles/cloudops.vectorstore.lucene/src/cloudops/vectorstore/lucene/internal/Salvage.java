package cloudops.vectorstore.lucene.internal;

import java.io.IOException;
import java.util.concurrent.ForkJoinPool;

import org.apache.lucene.codecs.CodecUtil;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.SegmentCommitInfo;
import org.apache.lucene.index.SegmentInfos;
import org.apache.lucene.index.SegmentReader;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.SearcherFactory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.util.Version;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a damaged index whole again: all that can be read of its points is written anew, and takes the old one's place with Lucene's
 * commit, so that at any moment, a power failure included, the one or the other is there. A point that is damaged stays so, and stays
 * where it is found, in an index that is whole.
 */
final class Salvage {

    private static final Logger LOG = LoggerFactory.getLogger(Salvage.class);

    private Salvage() {
    }

    /** Lets no segment into a search of which not every checksum was right. Each is read for that once. */
    static final class WholeSegments extends SearcherFactory {
        @Override
        public IndexSearcher newSearcher(IndexReader reader, IndexReader previous) throws IOException {
            check(reader, previous);
            return new IndexSearcher(reader, ForkJoinPool.commonPool());
        }
    }

    /**
     * @param previous was checked before; null for none
     * @throws IOException when a file is damaged
     */
    static void check(IndexReader reader, IndexReader previous) throws IOException {
        for (var segment : reader.leaves()) {
            var key = segment.reader().getCoreCacheHelper().getKey();
            if (previous == null || previous.leaves().stream().noneMatch(old -> old.reader().getCoreCacheHelper().getKey() == key)) {
                checkFiles(((SegmentReader) segment.reader()).getSegmentInfo());
            }
        }
    }

    /** Reads each file by itself: those of the reader are mapped, and what is read of them stays in memory. */
    private static void checkFiles(SegmentCommitInfo segment) throws IOException {
        for (var name : segment.files()) {
            try (var file = segment.info.dir.openInput(name, IOContext.READONCE)) {
                CodecUtil.checksumEntireFile(file);
            }
        }
    }

    /**
     * Leaves an index alone that is whole: another process may have been here first. Leaves one alone, too, of which a whole segment cannot
     * be read: nobody could say which records that costs, and what is left of its files may be of use to who restores them.
     *
     * @param writer has the lock on {@code directory}, and commits or throws away what is done here
     * @throws IOException when the records of a segment cannot be told or not be read at all
     */
    static void run(FSDirectory directory, IndexWriter writer) throws IOException {
        if (isWhole(directory)) {
            return;
        }
        long started = System.nanoTime();
        var segments = SegmentInfos.readLatestCommit(directory);
        if (segments.getCommitLuceneVersion().onOrAfter(Version.LATEST) && !segments.getCommitLuceneVersion().equals(Version.LATEST)) {
            throw new CorruptIndexException("written by Lucene " + segments.getCommitLuceneVersion() + ", newer than ours, and not readable",
                    directory.toString());
        }
        writer.deleteAll();
        int records = 0;
        for (var segment : segments) {
            try (var remains = new Remains(directory, segment)) {
                for (int document = 0; document < remains.documents(); document++) {
                    if (remains.isLive(document)) {
                        writer.updateDocument(PointDocument.idTerm(remains.id(document)), remains.document(document));
                        records++;
                    }
                }
            } catch (RuntimeException e) {
                throw new CorruptIndexException("segment " + segment.info.name + " cannot be read", directory.toString(), e);
            }
        }
        LOG.warn("damaged store rewritten folder={} records={} ms={}", directory.getDirectory(), records, (System.nanoTime() - started) / 1_000_000);
    }

    static boolean isWhole(FSDirectory directory) {
        try (var reader = DirectoryReader.open(directory)) {
            check(reader, null);
            return true;
        } catch (IOException | RuntimeException e) {
            LOG.warn("damaged store found folder={} reason={}", directory.getDirectory(), e.toString());
            return false;
        }
    }
}
