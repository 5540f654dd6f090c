package cloudops.execution.internal.history;

import java.io.IOException;
import java.io.InputStream;

import cloudops.execution.spi.OutputLog;

/** A log byte by byte, both streams in the order in which they came. */
public final class LogStream extends InputStream {

    private final OutputLog.Cursor cursor;
    private final boolean complete;
    private byte[] bytes = {};
    private int next;

    /** @param complete whether nothing more will come: a log that has no end all the same was cut off, and reading says so there */
    public LogStream(OutputLog.Cursor cursor, boolean complete) {
        this.cursor = cursor;
        this.complete = complete;
    }

    @Override
    public int read() throws IOException {
        return fill() ? bytes[next++] & 0xff : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (!fill()) {
            return -1;
        }
        int count = Math.min(length, bytes.length - next);
        System.arraycopy(bytes, next, target, offset, count);
        next += count;
        return count;
    }

    /** @return false at the end */
    private boolean fill() throws IOException {
        if (next == bytes.length) {
            var chunk = cursor.next();
            if (chunk == null) {
                if (complete && !cursor.ended()) {
                    throw new IOException("the log was cut off here: its process died, or could not write on");
                }
                return false;
            }
            bytes = chunk.bytes();
            next = 0;
        }
        return true;
    }

    @Override
    public void close() throws IOException {
        cursor.close();
    }
}
