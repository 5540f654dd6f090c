package cloudops.execution.internal.output;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

/** How the segments of logs lie in files. A segment holds {@code (byte stream, int length, bytes)*}. */
interface LogFormat {

    /** The most bytes of a segment. */
    int SEGMENT = 256 * 1024;
    int ENTRY_HEADER = Byte.BYTES + Integer.BYTES;

    /** The file that people are told of. */
    Path path(UUID execution);

    /** All files of a log, whether they are there or not. */
    List<Path> files(UUID execution);

    /** Makes the files of a new log. */
    Sink create(UUID execution) throws IOException;

    /** Opens the files of a log. @throws java.nio.file.NoSuchFileException when there is none */
    Source open(UUID execution) throws IOException;

    /** Takes the segments one by one. */
    interface Sink extends Closeable {

        /** Writes {@code segment[0 .. length)}. Used by one thread at a time, not after it has failed. */
        void write(byte[] segment, int length, boolean last) throws IOException;
    }

    /** Gives the segments one by one. */
    interface Source extends Closeable {

        /** The next segment; null as long as it is not there as a whole, or when there is none after the last. */
        byte[] next() throws IOException;

        /** Passes over the next segment. @return false as long as it is not there as a whole */
        boolean skip() throws IOException;

        /** Whether the last segment has been taken. */
        boolean ended();
    }
}
