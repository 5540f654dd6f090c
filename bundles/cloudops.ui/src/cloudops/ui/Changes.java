package cloudops.ui;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;

import org.eclipse.swt.widgets.Control;

/**
 * Tells that a model changed; who hears it reads the model again. A thousand changes in a row are heard once or twice, so a model may
 * fire at every line of output. Thread-safe.
 */
public final class Changes {

    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

    public void fire() {
        listeners.forEach(Runnable::run);
    }

    /** Runs {@code listener} in the thread that fires, at every change; closing the answer ends it. */
    public Subscription listen(Runnable listener) {
        // an own object: the same listener may be added twice
        Runnable entry = listener::run;
        listeners.add(entry);
        return () -> listeners.remove(entry);
    }

    /**
     * Runs {@code update} on the UI thread after changes, for as long as {@code control} lives. Call it on the UI thread.
     *
     * @return ends it before the control does
     */
    public Subscription update(Control control, Runnable update) {
        var display = control.getDisplay();
        var pending = new AtomicBoolean();
        var subscription = listen(() -> {
            if (!display.isDisposed() && pending.compareAndSet(false, true)) {
                display.asyncExec(() -> {
                    pending.set(false);
                    if (!control.isDisposed()) {
                        update.run();
                    }
                });
            }
        });
        control.addDisposeListener(event -> subscription.close());
        return subscription;
    }

    /** An interest that can be ended; ending it twice is harmless. */
    public interface Subscription extends AutoCloseable {
        @Override
        void close();
    }
}
