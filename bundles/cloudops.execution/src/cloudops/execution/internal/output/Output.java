package cloudops.execution.internal.output;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import cloudops.execution.ExecutionEngine.Stream;

/** Where the output of one execution goes. {@link #write} is called from several threads at once. */
public interface Output {

    /** @throws IOException when it cannot be kept; the execution then fails */
    void write(Stream stream, byte[] bytes, int offset, int length) throws IOException;

    /** Completes when something that was written cannot be kept, also if nothing more is written. */
    default CompletionStage<IOException> failure() {
        return new CompletableFuture<>();
    }

    /** One line of a runner that thinks in lines. */
    default void line(Stream stream, String line) throws IOException {
        var bytes = (line + '\n').getBytes(StandardCharsets.UTF_8);
        write(stream, bytes, 0, bytes.length);
    }

    /** Nothing is written any more; later writes are dropped. */
    void seal() throws IOException;

    /** All of a stream; invalid UTF-8 is replaced by U+FFFD. */
    String text(Stream stream) throws IOException;

    /** The log file; null when there is none. */
    Path path();
}
