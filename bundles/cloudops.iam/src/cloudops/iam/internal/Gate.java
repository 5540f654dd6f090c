package cloudops.iam.internal;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Lets as many calls run at once as AWS takes. When AWS throttles, half as many may run and none starts for a while, which doubles each time;
 * each call that is answered lets one more run and ends the doubling. Calls that were under way when it reacted tell it nothing new: fifty of
 * them throttled together count once. Thread-safe.
 */
final class Gate {

    private final int widest;
    private final long shortestPause;
    private final long longestPause;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private int width;
    private int running;
    private long pause;
    private long closedUntil = System.nanoTime();
    private long reactedAt = closedUntil;

    Gate(int widest, Duration shortestPause, Duration longestPause) {
        this.widest = widest;
        this.width = widest;
        this.shortestPause = shortestPause.toNanos();
        this.longestPause = longestPause.toNanos();
        this.pause = this.shortestPause;
    }

    /** What a call came to, as far as this gate minds. */
    enum End {
        ANSWERED, THROTTLED, FAILED
    }

    /**
     * Waits for its turn.
     *
     * @return when it came, for {@link #leave}
     */
    long enter() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            for (long left = closedUntil - System.nanoTime(); running >= width || left > 0; left = closedUntil - System.nanoTime()) {
                if (left > 0) {
                    changed.awaitNanos(left);
                } else {
                    changed.await();
                }
            }
            running++;
            return System.nanoTime();
        } finally {
            lock.unlock();
        }
    }

    /** Gives the turn of {@link #enter} back. */
    void leave(long entered, End end) {
        lock.lock();
        try {
            running--;
            switch (end) {
                case ANSWERED -> {
                    width = Math.min(widest, width + 1);
                    pause = shortestPause;
                }
                case THROTTLED -> narrow(entered);
                case FAILED -> {
                    // says nothing about how much AWS takes
                }
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** How many may run at a time by now. */
    int width() {
        lock.lock();
        try {
            return width;
        } finally {
            lock.unlock();
        }
    }

    private void narrow(long entered) {
        if (entered - reactedAt < 0) {
            return;
        }
        reactedAt = System.nanoTime();
        width = Math.max(1, width / 2);
        closedUntil = reactedAt + ThreadLocalRandom.current().nextLong(pause / 2, pause + 1);
        pause = Math.min(longestPause, pause * 2);
    }
}
