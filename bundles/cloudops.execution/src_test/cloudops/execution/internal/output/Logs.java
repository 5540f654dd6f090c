package cloudops.execution.internal.output;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

import cloudops.execution.ExecutionEngine.Stream;
import cloudops.execution.spi.OutputLog;

/** What tests do with logs. */
final class Logs {

    private Logs() {
    }

    static void append(OutputLog log, Stream stream, String text) throws IOException {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        log.append(stream, bytes, 0, bytes.length);
    }

    static byte[] readAll(OutputLog log) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var cursor = log.read()) {
            copy(cursor, bytes);
        }
        return bytes.toByteArray();
    }

    static String read(OutputLog log, Stream stream) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var cursor = log.read()) {
            for (var chunk = cursor.next(); chunk != null; chunk = cursor.next()) {
                if (chunk.stream() == stream) {
                    bytes.writeBytes(chunk.bytes());
                }
            }
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    /** @return whether the log ended there */
    static boolean copy(OutputLog.Cursor cursor, ByteArrayOutputStream to) throws IOException {
        for (var chunk = cursor.next(); chunk != null; chunk = cursor.next()) {
            to.writeBytes(chunk.bytes());
        }
        return cursor.ended();
    }
}
