package cloudops.execution.internal;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import cloudops.execution.ExecutionEngine.Stream;
import cloudops.execution.ExecutionRecord;
import cloudops.execution.ExecutionRequest;
import cloudops.execution.ExecutionResult;
import cloudops.execution.ExecutionStatus;
import cloudops.execution.internal.output.Output;
import cloudops.execution.spi.RunFailedException;

/** One command from its acceptance to its end, on a thread that does nothing else meanwhile. */
final class Execution {

    static final Duration DEFAULT_TIMEOUT = Duration.ofHours(1);

    private static final Logger LOG = LoggerFactory.getLogger(Execution.class);

    private final ExecutionRequest request;
    private final Output output;
    private final Work work;
    private final Audit audit;
    private final Clock clock;
    private final CompletableFuture<ExecutionResult> end = new CompletableFuture<>();

    // all guarded by this
    private ExecutionRecord state;
    private ExecutionStatus stopAs; // why it is being ended; null while it may go on
    private Thread thread; // to be interrupted; null before and after the work

    Execution(ExecutionRequest request, ExecutionRecord accepted, Output output, Work work, Audit audit, Clock clock) {
        this.request = request;
        this.output = output;
        this.work = work;
        this.audit = audit;
        this.clock = clock;
        state = accepted;
    }

    /** Does the work of a command. */
    @FunctionalInterface
    interface Work {
        /** @return the exit code */
        int run(Execution execution) throws InterruptedException, RunFailedException;
    }

    /** Keeps what happened for later. */
    @FunctionalInterface
    interface Audit {
        void append(ExecutionRecord state) throws IOException;
    }

    UUID id() {
        return request.id();
    }

    ExecutionRequest request() {
        return request;
    }

    Output output() {
        return output;
    }

    /** The end, without the output. Never fails. */
    CompletableFuture<ExecutionResult> end() {
        return end;
    }

    /** The state at the end. Never fails. */
    CompletableFuture<ExecutionRecord> lastState() {
        return end.thenApply(ended -> toRecord());
    }

    /** @param threads has one for it at once */
    void start(ScheduledExecutorService timer, Executor threads) {
        if (toRecord().status() != ExecutionStatus.AWAITING_APPROVAL) {
            setAlarm(timer);
        }
        try {
            threads.execute(this::run);
        } catch (RuntimeException | Error e) { // whoever waits for the end must hear of it
            LOG.error("no thread for an execution id={}", id(), e);
            finish(new Outcome(null, "no thread could be started for it: " + e.getMessage()));
        }
    }

    private void setAlarm(ScheduledExecutorService timer) {
        var timeout = request.timeout() == null ? DEFAULT_TIMEOUT : request.timeout();
        try {
            var alarm = timer.schedule(() -> stop(ExecutionStatus.TIMED_OUT), timeout.toMillis(), TimeUnit.MILLISECONDS);
            end.thenRun(() -> alarm.cancel(false));
        } catch (RejectedExecutionException e) {
            cancel(); // as everything is when the engine closes
        }
    }

    /**
     * Somebody has consented, while it waited for that: it runs from now on. It must not run when this fails.
     *
     * @throws IOException when the consent cannot be kept
     * @throws InterruptedException when it was ended before; who consented may have missed the interrupt of the thread
     */
    void approved(ExecutionRecord running, ScheduledExecutorService timer) throws IOException, InterruptedException {
        requireWanted();
        audit.append(running);
        synchronized (this) {
            state = running;
            requireWanted();
        }
        setAlarm(timer);
    }

    private synchronized void requireWanted() throws InterruptedException {
        if (stopAs != null) {
            throw new InterruptedException("ended before it was approved");
        }
    }

    /** Ends it as cancelled. Does nothing when it has ended or is being ended. */
    void cancel() {
        stop(ExecutionStatus.CANCELLED);
    }

    private synchronized void stop(ExecutionStatus reason) {
        if (stopAs == null && !state.status().ended()) {
            stopAs = reason;
            if (thread != null) {
                thread.interrupt();
            }
        }
    }

    private void run() {
        LOG.debug("execution started id={} kind={}", id(), state.kind());
        var outcome = begin() ? work() : new Outcome(null, null);
        settle();
        Thread.interrupted(); // what ends it now is not to be disturbed
        finish(outcome);
    }

    /** How the work ended: with an exit code, with what went wrong, or with neither when it was stopped. */
    private record Outcome(Integer exitCode, String failure) {
    }

    private Outcome work() {
        try {
            return new Outcome(work.run(this), null);
        } catch (InterruptedException e) {
            return new Outcome(null, stopAs() == null ? "the runner was interrupted by somebody else" : null);
        } catch (RunFailedException e) {
            return new Outcome(null, e.getMessage());
        } catch (RuntimeException | Error e) { // whoever waits for the end must hear of it, whatever broke
            LOG.error("runner failed id={}", id(), e);
            return new Outcome(null, "the runner broke down: " + e);
        }
    }

    /** @return false when it was cancelled before it began */
    private synchronized boolean begin() {
        if (stopAs != null) {
            return false;
        }
        thread = Thread.currentThread();
        if (state.status() == ExecutionStatus.PENDING) {
            state = state.withStatus(ExecutionStatus.RUNNING);
        }
        return true;
    }

    /** From now on nothing interrupts the thread any more. */
    private synchronized void settle() {
        thread = null;
    }

    /** Once only. */
    private void finish(Outcome outcome) {
        var failure = outcome.failure;
        try {
            output.seal();
        } catch (IOException | RuntimeException | Error e) {
            LOG.error("log not completed id={}", id(), e);
            failure = failure == null ? "the output could not be recorded: " + e.getMessage() : failure;
        }
        var ended = conclude(outcome.exitCode, failure);
        LOG.debug("execution ended id={} status={} exitCode={}", id(), ended.status(), ended.exitCode());
        try {
            audit.append(ended);
        } catch (IOException | RuntimeException | Error e) { // else nobody would hear of the end
            LOG.error("the end is not in the history id={} status={}", id(), ended.status(), e);
        } finally {
            end.complete(new ExecutionResult(id(), ended.status(), ended.exitCode(), "", "", ended.error(), ended.startedAt(),
                    ended.completedAt(), output.path()));
        }
    }

    private synchronized ExecutionRecord conclude(Integer exitCode, String error) {
        // what ended by itself did so, even if somebody was about to stop it
        boolean stopped = stopAs != null && exitCode == null;
        var status = stopped ? stopAs : error != null ? ExecutionStatus.FAILED : ExecutionStatus.COMPLETED;
        var why = switch (status) {
            case COMPLETED, CANCELLED -> null;
            case TIMED_OUT -> "ended after its time limit";
            default -> error;
        };
        state = state.ended(status, exitCode, why, clock.instant());
        return state;
    }

    private synchronized ExecutionStatus stopAs() {
        return stopAs;
    }

    synchronized ExecutionRecord toRecord() {
        return state;
    }

    /** The result with its output. */
    ExecutionResult withOutput(ExecutionResult bare) {
        try {
            return copy(bare, output.text(Stream.STDOUT), output.text(Stream.STDERR), bare.error());
        } catch (IOException | OutOfMemoryError e) {
            LOG.error("output not read back id={}", id(), e);
            return copy(bare, "", "", (bare.error() == null ? "" : bare.error() + "; ") + "the output cannot be read back: " + e.getMessage());
        }
    }

    private static ExecutionResult copy(ExecutionResult bare, String stdout, String stderr, String error) {
        return new ExecutionResult(bare.id(), bare.status(), bare.exitCode(), stdout, stderr, error, bare.startedAt(), bare.completedAt(),
                bare.logPath());
    }
}
