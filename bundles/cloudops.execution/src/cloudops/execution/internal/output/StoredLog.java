package cloudops.execution.internal.output;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.UUID;

import cloudops.execution.ExecutionEngine.Stream;
import cloudops.execution.spi.OutputLog;

/** A log that this process reads only: it has ended, or another process writes it. */
record StoredLog(UUID id, LogFormat format) implements OutputLog {

    @Override
    public Path path() {
        return format.path(id);
    }

    @Override
    public void append(Stream stream, byte[] bytes, int offset, int length) throws IOException {
        throw new IOException("the log is open for reading only: " + path());
    }

    @Override
    public void seal() {
        // is not being written by us
    }

    @Override
    public Cursor read() throws IOException {
        return new Reader(format.open(id));
    }

    @Override
    public void delete() throws IOException {
        FileLogStore.delete(format, id);
    }

    private static final class Reader implements Cursor {

        private final LogFormat.Source files;
        private ByteBuffer segment = ByteBuffer.allocate(0);

        private Reader(LogFormat.Source files) {
            this.files = files;
        }

        @Override
        public Chunk next() throws IOException {
            while (!segment.hasRemaining()) {
                var bytes = files.next();
                if (bytes == null) {
                    return null;
                }
                segment = ByteBuffer.wrap(bytes);
            }
            var stream = Stream.values()[segment.get()];
            var bytes = new byte[segment.getInt()];
            segment.get(bytes);
            return new Chunk(stream, bytes);
        }

        @Override
        public boolean ended() {
            return files.ended() && !segment.hasRemaining();
        }

        @Override
        public void close() throws IOException {
            files.close();
        }
    }
}
