package cloudops.ui;

import java.util.function.Consumer;

import org.eclipse.core.runtime.IProgressMonitor;
import org.eclipse.core.runtime.IStatus;
import org.eclipse.core.runtime.OperationCanceledException;
import org.eclipse.core.runtime.Status;
import org.eclipse.core.runtime.jobs.Job;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Work off the UI thread that calls the program's services: shown in the progress view, cancellable, and never a dialog by itself: its
 * outcome goes to who started it.
 *
 * @param <T> what it finds
 */
public final class Task<T> extends Job {

    private static final Logger LOG = LoggerFactory.getLogger(Task.class);

    /** What a task does. As with {@link java.util.concurrent.Callable}, anything may be thrown; {@link Trouble} says it to people. */
    @FunctionalInterface
    public interface Work<T> {
        T run(IProgressMonitor monitor) throws Exception;
    }

    private final Work<T> work;
    private final Consumer<Outcome<T>> end;
    private final boolean interruptible;

    private Task(String name, boolean interruptible, Work<T> work, Consumer<Outcome<T>> end) {
        super(name);
        this.interruptible = interruptible;
        this.work = work;
        this.end = end;
    }

    /**
     * Work to be started by {@link #schedule()}, as often as needed: scheduling it while it runs lets it run once more afterwards.
     *
     * @param name for people: "Reading the estate"
     * @param end called once a run in the task's thread, always
     */
    public static <T> Task<T> of(String name, Work<T> work, Consumer<Outcome<T>> end) {
        return new Task<>(name, false, work, end);
    }

    /**
     * As {@link #of}, for work that is to be interrupted when it is cancelled; only for services that say what an interrupt does, since it
     * closes the files of those that do not expect it.
     */
    public static <T> Task<T> interruptible(String name, Work<T> work, Consumer<Outcome<T>> end) {
        return new Task<>(name, true, work, end);
    }

    /** Not worth a line in the progress view. */
    public Task<T> quiet() {
        setSystem(true);
        return this;
    }

    @Override
    protected IStatus run(IProgressMonitor monitor) {
        Outcome<T> outcome;
        try {
            outcome = new Outcome.Done<>(work.run(monitor));
        } catch (InterruptedException | OperationCanceledException e) {
            outcome = new Outcome.Cancelled<>();
        } catch (Exception e) {
            if (!(e instanceof MissingServiceException)) {
                LOG.warn("task failed: {}", e.getClass().getSimpleName());
            }
            // the message may hold names of the estate
            LOG.debug("task failed", e);
            outcome = new Outcome.Failed<>(Trouble.of(e));
        }
        // a cancel that came as the work ended must not interrupt whoever uses this pooled thread next
        Thread.interrupted();
        end.accept(outcome);
        return outcome instanceof Outcome.Cancelled ? Status.CANCEL_STATUS : Status.OK_STATUS;
    }

    @Override
    protected void canceling() {
        var thread = getThread();
        if (interruptible && thread != null) {
            thread.interrupt();
        }
    }
}
