package cloudops.execution.spi;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import org.osgi.annotation.versioning.ConsumerType;

import cloudops.execution.ExecutionEngine.Stream;

/**
 * The output of one execution: the bytes of both streams, unchanged, in the order in which they came. Written by one or two threads, read
 * by any number, also while it is written. Memory use does not grow with its size.
 */
@ConsumerType
public interface OutputLog {

    /** The file; null when the log is kept elsewhere. */
    Path path();

    /**
     * Adds {@code bytes[offset .. offset + length)}; the array is the caller's again afterwards. Readers of this process see them at once, those
     * of others within a second.
     *
     * @throws IOException when these or earlier bytes cannot be kept, or the log was opened for reading only
     */
    void append(Stream stream, byte[] bytes, int offset, int length) throws IOException;

    /** Nothing is appended any more. @throws IOException when not all that was appended could be kept */
    void seal() throws IOException;

    /** Completes when something that was appended cannot be kept, perhaps long before the next {@link #append} would say so. */
    default CompletionStage<IOException> failure() {
        return new CompletableFuture<>();
    }

    /** Reads from the start. */
    Cursor read() throws IOException;

    /** Removes the log; cursors that are open may fail from now on. */
    void delete() throws IOException;

    /** A place in a log. Used by one thread. */
    interface Cursor extends Closeable {

        /**
         * @return the next piece; null when all that can be seen so far has been read
         * @throws IOException when the log was damaged or removed
         */
        Chunk next() throws IOException;

        /**
         * Whether the log was sealed and all of it has been read. When {@link #next} finds nothing and this is false, more may come, unless
         * the process that wrote the log is gone: then the log was cut off here.
         */
        boolean ended();
    }

    /**
     * A piece of a stream.
     *
     * @param stream where it came from
     * @param bytes never empty; the receiver's own
     */
    record Chunk(Stream stream, byte[] bytes) {
    }
}
