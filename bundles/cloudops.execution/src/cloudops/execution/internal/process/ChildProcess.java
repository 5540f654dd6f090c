package cloudops.execution.internal.process;

import java.util.concurrent.CompletableFuture;

/** A process that was started; its output is already on its way to where it goes. */
interface ChildProcess {

    /** How long output is still heard that a background process holds open after the end of the command. */
    long LINGER_MS = 1_000;

    ProcessHandle handle();

    /**
     * The exit code, when the process has ended and its output has been taken. Fails with an {@link java.io.IOException} as soon as output cannot be
     * kept; the process is not ended by this.
     */
    CompletableFuture<Integer> end();
}
