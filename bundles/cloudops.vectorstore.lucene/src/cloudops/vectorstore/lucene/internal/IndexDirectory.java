package cloudops.vectorstore.lucene.internal;

import java.io.IOException;
import java.nio.file.Path;

import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.store.MMapDirectory;
import org.apache.lucene.store.NIOFSDirectory;

/**
 * The files of an index, mapped into memory for searches. Not so what is read from one end to the other: files that are looked at once, vectors that
 * a merge copies, and the points themselves, which are by far the most, and each of which is read whole and seldom. All that would stay in the
 * memory of the process.
 */
final class IndexDirectory extends MMapDirectory {

    /** Doc values, which hold identifiers, payloads and blobs. */
    private static final String POINTS = ".dvd";

    private static final String VECTORS = ".vec";

    private final NIOFSDirectory read;

    IndexDirectory(Path folder) throws IOException {
        super(folder);
        read = new NIOFSDirectory(folder);
    }

    @Override
    public IndexInput openInput(String name, IOContext context) throws IOException {
        ensureOpen();
        boolean copied = context.context() == IOContext.Context.MERGE && name.endsWith(VECTORS);
        return context == IOContext.READONCE || copied || name.endsWith(POINTS) ? read.openInput(name, context) : super.openInput(name, context);
    }

    @Override
    public synchronized void close() throws IOException {
        read.close();
        super.close();
    }
}
