package cloudops.execution;

import java.io.InputStream;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * Runs commands and plans: streams their output, ends them on timeout or cancel with all their descendants, refuses what nobody approved,
 * and keeps a history of who ran what with what result. All methods may be called from any thread; none blocks but {@link #result},
 * {@link #planResult}, {@link #readLogs} and {@link #history}, {@link #cancel} for an answer of another process, and the first that needs
 * the home's keys.
 */
public interface ExecutionEngine {

    /**
     * Validates a request and starts it on a thread of its own. A program that is missing or cannot be started is a result, not an
     * exception. A process that the command leaves running in the background when it ends by itself goes on; its later output is dropped.
     *
     * @return the request's ID, at once
     * @throws ExecutionException {@code INVALID_REQUEST}, {@code APPROVAL_REQUIRED} (also when the approval is used, expired or for
     *         something else), {@code FORBIDDEN}, {@code READ_ONLY}, {@code NO_RUNNER}, {@code UNAVAILABLE}
     */
    UUID execute(ExecutionRequest request) throws ExecutionException;

    /**
     * Runs a read-only call of the program itself (a scan): no log, no entry in the history. Refused for anything that
     * {@link #verdict} does not call read-only, and for a working directory or variables of the request that could change what the call does.
     * A few sensitive reads that scans cannot do without are taken, too; what is sensitive is cut out of their answers
     * (see {@code docs/execution-approval.md}).
     *
     * @return the whole result; cancelling the future cancels the command
     * @throws ExecutionException {@code INVALID_REQUEST}, {@code APPROVAL_REQUIRED} when it is no plain read, {@code FORBIDDEN},
     *         {@code READ_ONLY}, {@code NO_RUNNER}, {@code UNAVAILABLE}
     */
    CompletableFuture<ExecutionResult> executeReadOnly(ExecutionRequest request) throws ExecutionException;

    /**
     * Like {@link #execute}, but where consent is needed the execution waits ({@code AWAITING_APPROVAL}) until the approver has answered; a
     * refusal ends it as cancelled. Consent is to the request as it was when it was shown: should anything change meanwhile (a script's
     * file), it fails. The approval of the request itself is not looked at.
     *
     * @throws ExecutionException as {@link #execute}, but {@code APPROVAL_REQUIRED}
     */
    UUID executeWithApproval(ExecutionRequest request, Approver approver) throws ExecutionException;

    /**
     * Checks a whole plan, and starts it. Nothing runs of a plan with an error. Every step becomes an execution with the ID of its request.
     *
     * @return the plan's ID, at once; {@link #status}, {@link #cancel} take it like that of an execution
     * @throws ExecutionException {@link InvalidPlanException} with every error there is, {@code APPROVAL_REQUIRED}, {@code UNAVAILABLE}
     */
    UUID executePlan(ExecutionPlan plan, PlanListener listener) throws ExecutionException;

    /** The same for those who need not hear how it gets on. */
    default UUID executePlan(ExecutionPlan plan) throws ExecutionException {
        return executePlan(plan, new PlanListener() {
            // needs nothing
        });
    }

    /**
     * All that would keep a plan from being started, but for a missing approval: what is wrong with its IDs, order and references, steps that
     * are invalid, forbidden or refused by read-only mode. Starts nothing.
     *
     * @return empty when nothing is wrong
     * @throws ExecutionException {@code UNAVAILABLE} when the engine is closed
     */
    List<PlanProblem> problems(ExecutionPlan plan) throws ExecutionException;

    /**
     * What would be asked before {@code command} may run. Working directory and variables of a request raise the verdict further when it is
     * run.
     */
    Verdict verdict(Command command);

    /** What would be asked before {@code request} may run. */
    Verdict verdict(ExecutionRequest request);

    /** The gravest verdict on any step. */
    Verdict verdict(ExecutionPlan plan);

    /**
     * {@code sha256:} and 64 hex digits over everything that would reach the process: program and arguments as they were resolved, the bytes
     * of a script, the whole environment, working directory, endpoint and account; and over what is said of the request (time limit,
     * metadata, resource, risk). The same for the request that is shown and the one that is run, whatever their IDs; another one when anything
     * of this changes, be it a variable of the user's session.
     */
    String approvalHash(ExecutionRequest request);

    /** The same over a plan: its strategy and for every step its ID, what it depends on and its own hash, references as they are written. */
    String approvalHash(ExecutionPlan plan);

    /** Where an execution or a plan stands, also one of an earlier or another process of this home. @throws ExecutionException {@code NOT_FOUND} */
    ExecutionRecord status(UUID id) throws ExecutionException;

    /**
     * Waits for the end of an execution of this process.
     *
     * @throws ExecutionException {@code NOT_FOUND}
     * @throws InterruptedException when the waiting thread is interrupted; the execution goes on
     */
    ExecutionResult result(UUID id) throws ExecutionException, InterruptedException;

    /** The end of an execution of this process, to be waited for without a thread. @throws ExecutionException {@code NOT_FOUND} */
    CompletableFuture<ExecutionResult> completion(UUID id) throws ExecutionException;

    /** Waits for the end of a plan of this process, like {@link #result}. */
    PlanResult planResult(UUID planId) throws ExecutionException, InterruptedException;

    /** The end of a plan of this process, like {@link #completion}. */
    CompletableFuture<PlanResult> planCompletion(UUID planId) throws ExecutionException;

    /**
     * Ends an execution with its process tree, or a plan with all its steps. Does nothing when it has ended. Cancelling is no error.
     * <p>
     * Another process of this home is asked to, and its answer waited for, at most five seconds. Of an execution that was interrupted because
     * its process died, what still runs of it is ended; its status stays.
     *
     * @throws ExecutionException {@code NOT_FOUND}; {@code UNAVAILABLE} when the other process does not answer
     */
    void cancel(UUID id) throws ExecutionException;

    /**
     * Hands every line from the start on to {@code listener}, on a thread of the engine; a slow listener delays no one else. Any number may
     * listen, at any time, also after the end, and to an execution of an earlier or another process of this home.
     *
     * @return closing it ends the subscription
     * @throws ExecutionException {@code NOT_FOUND}, also when the log was cleaned away; {@code UNAVAILABLE} when it cannot be read
     */
    AutoCloseable output(UUID id, OutputListener listener) throws ExecutionException;

    /**
     * What has been printed so far, both streams in the order in which it came, byte by byte, at any size. Also of an earlier or another
     * process of this home; what that printed within the last second may be missing.
     *
     * @return to be closed; reading throws an {@code IOException} where the log is damaged, and at the end of one that was cut off, because
     *         its process died or the disk was full
     * @throws ExecutionException as {@link #output}
     */
    InputStream readLogs(UUID id) throws ExecutionException;

    /**
     * What this home has executed, newest first.
     *
     * @throws ExecutionException {@code UNAVAILABLE} when the history cannot be read
     */
    List<ExecutionRecord> history(HistoryFilter filter) throws ExecutionException;

    /** Receives the lines of one execution in order. */
    interface OutputListener {
        /**
         * One line without its end ({@code \n} or {@code \r\n}). Invalid UTF-8 is replaced by U+FFFD. A line of more than 64 KiB comes in
         * pieces of at most that size, cut between characters. What a listener throws is logged, and the next line is delivered.
         */
        void line(Stream stream, String line);

        /**
         * The same output as it was printed, byte by byte, in the pieces in which it came. Called when the lines that end in {@code bytes}
         * have been delivered.
         *
         * @param bytes never empty; the listener's own
         */
        default void bytes(Stream stream, byte[] bytes) {
        }

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
