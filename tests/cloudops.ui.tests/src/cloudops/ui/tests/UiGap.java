package cloudops.ui.tests;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;

/**
 * How long the UI thread did not come back to its event loop: the time in which it computed, or waited for another thread. That it waits for
 * a core, as on a machine with much else to do, does not count.
 *
 * @param widest the longest time
 * @param where what the UI thread was doing when that began to be too long; empty when it never did
 */
record UiGap(Duration widest, String where) {

    private static final int BEAT_MILLIS = 10;
    private static final long TOO_LONG = TimeUnit.MILLISECONDS.toNanos(80);
    private static final int FRAMES = 40;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    /** Watches the UI thread while {@code work} runs. */
    static UiGap during(Runnable work) {
        THREADS.setThreadContentionMonitoringEnabled(true);
        var heart = new Heart();
        try (var watch = Executors.newSingleThreadScheduledExecutor()) {
            Ui.run(heart::beat);
            watch.scheduleAtFixedRate(heart::look, BEAT_MILLIS, BEAT_MILLIS, TimeUnit.MILLISECONDS);
            work.run();
            heart.running.set(false);
            watch.shutdown();
        }
        return heart.result();
    }

    private static final class Heart {
        private final AtomicBoolean running = new AtomicBoolean(true);
        private final Thread ui = Ui.display().getThread();
        private long last = away();
        private long widest;
        private String where = "";

        /** The nanoseconds that the UI thread has computed or waited for others since it began. */
        private long away() {
            var waits = THREADS.getThreadInfo(ui.threadId());
            return THREADS.getThreadCpuTime(ui.threadId()) + TimeUnit.MILLISECONDS.toNanos(waits.getBlockedTime() + waits.getWaitedTime());
        }

        /** On the UI thread. */
        private synchronized void beat() {
            var now = away();
            widest = Math.max(widest, now - last);
            last = now;
            if (running.get()) {
                Ui.display().timerExec(BEAT_MILLIS, this::beat);
            }
        }

        private synchronized void look() {
            if (away() - last > Math.max(TOO_LONG, widest)) {
                where = Arrays.stream(ui.getStackTrace()).limit(FRAMES).map(frame -> "\n    at " + frame).collect(Collectors.joining());
            }
        }

        private synchronized UiGap result() {
            return new UiGap(Duration.ofNanos(widest), where);
        }
    }

    /** Fails when the UI thread was away longer. */
    void within(Duration limit) {
        if (widest.compareTo(limit) > 0) {
            throw new AssertionError("the UI thread was away for " + widest.toMillis() + " ms, more than " + limit.toMillis() + where);
        }
    }
}
