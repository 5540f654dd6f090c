package cloudops.execution.internal.output;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import cloudops.execution.ExecutionEngine.Stream;

/**
 * {@code <id>.log}: the bytes of both streams in the order in which they came, as on a terminal. {@code <id>.idx} tells them apart:
 * {@code (byte stream, int length)*}; in place of a stream, {@value #BREAK} ends a segment and {@value #LAST} the log.
 */
final class PlainFormat implements LogFormat {

    private static final byte BREAK = 'b';
    private static final byte LAST = 'e';

    private final Path folder;

    PlainFormat(Path folder) {
        this.folder = folder;
    }

    @Override
    public Path path(UUID execution) {
        return folder.resolve(execution + ".log");
    }

    private Path index(UUID execution) {
        return folder.resolve(execution + ".idx");
    }

    @Override
    public List<Path> files(UUID execution) {
        return List.of(path(execution), index(execution));
    }

    @Override
    public Sink create(UUID execution) throws IOException {
        return new PlainSink(path(execution), index(execution));
    }

    @Override
    public Source open(UUID execution) throws IOException {
        for (var file : files(execution)) {
            if (!Files.exists(file)) {
                throw new NoSuchFileException(file.toString());
            }
        }
        return new PlainSource(path(execution), index(execution));
    }

    private static final class PlainSink implements Sink {

        private final FileOutputStream data;
        private final FileOutputStream index;
        private byte[] buffer = {};

        PlainSink(Path dataFile, Path indexFile) throws IOException {
            PrivateFiles.create(dataFile);
            PrivateFiles.create(indexFile);
            data = new FileOutputStream(dataFile.toFile(), true);
            index = new FileOutputStream(indexFile.toFile(), true);
        }

        @Override
        public void write(byte[] segment, int length, boolean last) throws IOException {
            buffer = buffer.length < length ? new byte[length] : buffer;
            var entries = ByteBuffer.wrap(segment, 0, length);
            var parts = ByteBuffer.allocate(length + ENTRY_HEADER); // an entry is longer than what the index says of it
            int size = 0;
            while (entries.hasRemaining()) {
                byte stream = entries.get();
                int part = entries.getInt();
                parts.put(stream).putInt(part);
                entries.get(buffer, size, part);
                size += part;
            }
            parts.put(last ? LAST : BREAK).putInt(0);
            data.write(buffer, 0, size);
            index.write(parts.array(), 0, parts.position()); // after the bytes: who sees it finds them
        }

        @Override
        public void close() throws IOException {
            buffer = new byte[0];
            try (data) {
                index.close();
            }
        }
    }

    private static final class PlainSource implements Source {

        private final Path path;
        private final RandomAccessFile data;
        private final RandomAccessFile index;
        private boolean ended;

        PlainSource(Path dataFile, Path indexFile) throws IOException {
            path = dataFile;
            data = new RandomAccessFile(dataFile.toFile(), "r");
            try {
                index = new RandomAccessFile(indexFile.toFile(), "r");
            } catch (IOException e) {
                data.close();
                throw e;
            }
        }

        @Override
        public byte[] next() throws IOException {
            var parts = parts();
            if (parts == null) {
                return null;
            }
            var segment = new byte[size(parts) + parts.size() * ENTRY_HEADER];
            var entries = ByteBuffer.wrap(segment);
            for (var part : parts) {
                entries.put(part.stream).putInt(part.length);
                data.readFully(segment, entries.position(), part.length);
                entries.position(entries.position() + part.length);
            }
            return segment;
        }

        @Override
        public boolean skip() throws IOException {
            var parts = parts();
            if (parts != null) {
                data.seek(data.getFilePointer() + size(parts));
            }
            return parts != null;
        }

        private static int size(List<Part> parts) {
            return parts.stream().mapToInt(Part::length).sum();
        }

        /** The parts of the next segment; null when they are not there as a whole. */
        private List<Part> parts() throws IOException {
            var parts = new ArrayList<Part>();
            long start = index.getFilePointer();
            var block = new byte[(int) Math.min(SEGMENT, index.length() - start)]; // more than the index says of any segment
            index.readFully(block);
            long size = 0;
            for (var left = ByteBuffer.wrap(block); !ended && left.remaining() >= ENTRY_HEADER;) {
                byte stream = left.get();
                int length = left.getInt();
                if (stream == BREAK || stream == LAST) {
                    ended = stream == LAST;
                    index.seek(start + left.position());
                    if (data.getFilePointer() + size > data.length()) {
                        throw new IOException("the log is shorter than its index says: " + path);
                    }
                    return parts;
                }
                size += length;
                if (stream < 0 || stream >= Stream.values().length || length <= 0 || size > SEGMENT) {
                    throw new IOException("the index of the log was changed: " + path);
                }
                parts.add(new Part(stream, length));
            }
            index.seek(start);
            return null;
        }

        private record Part(byte stream, int length) {
        }

        @Override
        public boolean ended() {
            return ended;
        }

        @Override
        public void close() throws IOException {
            try (data) {
                index.close();
            }
        }
    }
}
