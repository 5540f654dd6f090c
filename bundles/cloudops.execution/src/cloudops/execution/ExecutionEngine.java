package cloudops.execution;

import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * Runs commands: streams their output, ends them on timeout or cancel with all their descendants, and refuses what nobody approved.
 * All methods may be called from any thread; none blocks but {@link #result}.
 */
public interface ExecutionEngine {

    /**
     * Validates a request and starts it on a thread of its own. A program that is missing or cannot be started is a result, not an
     * exception. A process that the command leaves running in the background when it ends by itself goes on; its later output is dropped.
     *
     * @return the request's ID, at once
     * @throws ExecutionException {@code INVALID_REQUEST}, {@code APPROVAL_REQUIRED} (also when the approval is used, expired or for
     *         something else), {@code READ_ONLY}, {@code NO_RUNNER}, {@code UNAVAILABLE}
     */
    UUID execute(ExecutionRequest request) throws ExecutionException;

    /**
     * Runs a read-only call of the program itself (a scan): no log, no entry in {@link #list}. Refused for anything that
     * {@link #verdict} does not call read-only, and for a working directory or variables of the request that could change what the call does.
     *
     * @return the whole result; cancelling the future cancels the command
     * @throws ExecutionException {@code INVALID_REQUEST}, {@code APPROVAL_REQUIRED} when it is no plain read, {@code READ_ONLY},
     *         {@code NO_RUNNER}, {@code UNAVAILABLE}
     */
    CompletableFuture<ExecutionResult> executeReadOnly(ExecutionRequest request) throws ExecutionException;

    /**
     * What would be asked before {@code command} may run. Working directory and variables of a request raise the verdict further when it is
     * run.
     */
    Verdict verdict(Command command);

    /**
     * {@code sha256:} and 64 hex digits over everything that would reach the process: program and arguments as they were resolved, the whole
     * environment, working directory, endpoint and account. The same for the request that is shown and the one that is run, whatever their
     * IDs; another one when anything of this changes, be it a variable of the user's session.
     */
    String approvalHash(ExecutionRequest request);

    /** @throws ExecutionException {@code NOT_FOUND} */
    ExecutionRecord status(UUID id) throws ExecutionException;

    /**
     * Waits for the end.
     *
     * @throws ExecutionException {@code NOT_FOUND}
     * @throws InterruptedException when the waiting thread is interrupted; the execution goes on
     */
    ExecutionResult result(UUID id) throws ExecutionException, InterruptedException;

    /** The end, to be waited for without a thread. @throws ExecutionException {@code NOT_FOUND} */
    CompletableFuture<ExecutionResult> completion(UUID id) throws ExecutionException;

    /**
     * Ends the execution and its process tree. Does nothing when it has ended. Cancelling is no error.
     *
     * @throws ExecutionException {@code NOT_FOUND}
     */
    void cancel(UUID id) throws ExecutionException;

    /**
     * Hands every line from the start on to {@code listener}, on a thread of the engine; a slow listener delays no one else.
     *
     * @return closing it ends the subscription
     * @throws ExecutionException {@code NOT_FOUND}
     */
    AutoCloseable subscribe(UUID id, OutputListener listener) throws ExecutionException;

    /** Executions of this process, newest first. */
    List<ExecutionRecord> list();

    /** Receives the lines of one execution in order. */
    interface OutputListener {
        /**
         * One line without its end ({@code \n} or {@code \r\n}). Invalid UTF-8 is replaced by U+FFFD. A line of more than 64 KiB comes in
         * pieces of at most that size, cut between characters. What a listener throws is logged, and the next line is delivered.
         */
        void line(Stream stream, String line);

        /**
         * Nothing comes after this.
         *
         * @param result with empty {@code stdout} and {@code stderr}: the listener has had their lines
         */
        default void ended(ExecutionResult result) {
        }
    }

    /** Where a line came from. */
    enum Stream {
        STDOUT, STDERR
    }
}
