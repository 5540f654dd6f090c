package cloudops.ui.tests;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** Measures how long the UI thread does not come back to its event loop. */
final class UiGap {

    private static final int BEAT_MILLIS = 10;

    private UiGap() {
    }

    /** The longest time without a beat while {@code work} runs, less the beat itself. */
    static Duration during(Runnable work) {
        var running = new AtomicBoolean(true);
        var last = new AtomicLong(System.nanoTime());
        var widest = new AtomicLong();
        Ui.run(() -> Ui.display().timerExec(0, new Runnable() {
            @Override
            public void run() {
                var now = System.nanoTime();
                widest.accumulateAndGet(now - last.getAndSet(now), Math::max);
                if (running.get()) {
                    Ui.display().timerExec(BEAT_MILLIS, this);
                }
            }
        }));
        try {
            work.run();
        } finally {
            running.set(false);
        }
        return Duration.ofNanos(widest.get()).minusMillis(BEAT_MILLIS);
    }
}
