package cloudops.vectorstore.lucene.internal;

import java.io.IOException;
import java.nio.file.Path;

import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.store.MMapDirectory;
import org.apache.lucene.store.NIOFSDirectory;

/**
 * The files of an index, mapped into memory for searches. Not so what is read from one end to the other, by a merge or to see that it is whole,
 * and the points themselves: they are by far the most, and each is read whole and seldom. All that would stay in the memory of the process.
 */
final class IndexDirectory extends MMapDirectory {

    /** Doc values, which hold identifiers, payloads and blobs. */
    private static final String POINTS = ".dvd";

    private final NIOFSDirectory read;

    IndexDirectory(Path folder) throws IOException {
        super(folder);
        read = new NIOFSDirectory(folder);
    }

    @Override
    public IndexInput openInput(String name, IOContext context) throws IOException {
        ensureOpen();
        boolean once = context == IOContext.READONCE || context.context() == IOContext.Context.MERGE;
        return once || name.endsWith(POINTS) ? read.openInput(name, context) : super.openInput(name, context);
    }

    @Override
    public synchronized void close() throws IOException {
        read.close();
        super.close();
    }
}
