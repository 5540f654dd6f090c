package cloudops.execution.spi;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;

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

    /** Adds {@code bytes[offset .. offset + length)}; the array is the caller's again afterwards. */
    void append(Stream stream, byte[] bytes, int offset, int length) throws IOException;

    /** Nothing is appended any more. */
    void seal() throws IOException;

    /** Reads from the start. */
    Cursor read() throws IOException;

    /** Removes the log; cursors that are open may fail from now on. */
    void delete() throws IOException;

    /** A place in a log. Used by one thread. */
    interface Cursor extends Closeable {

        /**
         * @return the next piece; null when all that was appended so far has been read
         * @throws IOException when the log was damaged or removed
         */
        Chunk next() throws IOException;
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
