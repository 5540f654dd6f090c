package cloudops.cli.internal;

import java.io.PrintStream;
import java.util.concurrent.CompletableFuture;

import cloudops.execution.ExecutionEngine.OutputListener;
import cloudops.execution.ExecutionEngine.Stream;
import cloudops.execution.ExecutionResult;
import cloudops.model.DisplayText;

/**
 * Hands the output of an execution on as it comes, each stream to its own. A file or a pipe gets the very bytes; a terminal gets lines in
 * which what could drive it is made visible, since output may hold names and logs of strangers.
 */
final class LiveOutput implements OutputListener {

    private final Console console;
    private final Runnable readerGone;
    private final CompletableFuture<ExecutionResult> end = new CompletableFuture<>();

    /** @param readerGone called, perhaps often, when nobody reads standard output any more, as behind {@code | head} */
    LiveOutput(Console console, Runnable readerGone) {
        this.console = console;
        this.readerGone = readerGone;
    }

    @Override
    public void line(Stream stream, String line) {
        if (console.isTerminal(stream)) {
            to(stream).println(DisplayText.block(line));
        }
    }

    @Override
    public void bytes(Stream stream, byte[] bytes) {
        if (!console.isTerminal(stream)) {
            to(stream).write(bytes, 0, bytes.length);
            if (stream == Stream.STDOUT && console.out().checkError()) {
                readerGone.run();
            }
        }
    }

    @Override
    public void ended(ExecutionResult result) {
        end.complete(result);
    }

    /** Its end, once all output was handed on. */
    CompletableFuture<ExecutionResult> end() {
        return end;
    }

    private PrintStream to(Stream stream) {
        return stream == Stream.STDOUT ? console.out() : console.err();
    }
}
