package cloudops.execution.internal.output;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;

import cloudops.execution.ExecutionEngine.OutputListener;
import cloudops.execution.ExecutionEngine.Stream;

/**
 * Cuts the bytes of both streams into lines for one listener. A line ends with {@code \n} or {@code \r\n}. A line of more than
 * {@value #LIMIT} bytes is handed out in pieces of at most that size, cut between characters, so that memory stays bounded.
 */
public final class LineSplitter {

    public static final int LIMIT = 64 * 1024;

    private final OutputListener listener;
    private final Map<Stream, ByteArrayOutputStream> unfinished = new EnumMap<>(Stream.class);

    public LineSplitter(OutputListener listener) {
        this.listener = listener;
        for (var stream : Stream.values()) {
            unfinished.put(stream, new ByteArrayOutputStream());
        }
    }

    public void add(Stream stream, byte[] bytes) {
        var line = unfinished.get(stream);
        int from = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                line.write(bytes, from, i - from);
                emit(stream, line.toByteArray(), true);
                line.reset();
                from = i + 1;
            } else if (line.size() + i + 1 - from > LIMIT) {
                line.write(bytes, from, i - from);
                from = i;
                var piece = line.toByteArray();
                int cut = characterBoundary(piece);
                line.reset();
                line.write(piece, cut, piece.length - cut);
                emit(stream, Arrays.copyOf(piece, cut), false);
            }
        }
        line.write(bytes, from, bytes.length - from);
    }

    /** Hands out what has no line end. */
    public void end() {
        unfinished.forEach((stream, line) -> {
            if (line.size() > 0) {
                emit(stream, line.toByteArray(), true);
            }
        });
    }

    private void emit(Stream stream, byte[] line, boolean complete) {
        int length = complete && line.length > 0 && line[line.length - 1] == '\r' ? line.length - 1 : line.length;
        listener.line(stream, new String(line, 0, length, StandardCharsets.UTF_8));
    }

    /** The greatest index at which {@code bytes} can be cut without cutting a UTF-8 character. */
    private static int characterBoundary(byte[] bytes) {
        for (int start = bytes.length - 1; start >= Math.max(0, bytes.length - 4); start--) {
            int lead = bytes[start] & 0xff;
            if (lead < 0x80) {
                return bytes.length;
            }
            if (lead >= 0xc0) {
                int size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
                return start + size > bytes.length ? start : bytes.length;
            }
        }
        return bytes.length;
    }
}
