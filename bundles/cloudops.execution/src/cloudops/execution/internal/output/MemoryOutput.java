package cloudops.execution.internal.output;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;

import cloudops.execution.ExecutionEngine.Stream;

/** Output of the program's own reads: kept for the result and nowhere else. */
public final class MemoryOutput implements Output {

    private final Map<Stream, ByteArrayOutputStream> streams = new EnumMap<>(Stream.class);
    private boolean sealed;

    public MemoryOutput() {
        for (var stream : Stream.values()) {
            streams.put(stream, new ByteArrayOutputStream());
        }
    }

    @Override
    public synchronized void write(Stream stream, byte[] bytes, int offset, int length) {
        if (!sealed) {
            streams.get(stream).write(bytes, offset, length);
        }
    }

    @Override
    public synchronized void seal() {
        sealed = true;
    }

    @Override
    public synchronized String text(Stream stream) {
        return streams.get(stream).toString(StandardCharsets.UTF_8);
    }

    @Override
    public Path path() {
        return null;
    }
}
