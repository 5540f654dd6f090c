package cloudops.aws.internal;

import java.time.Duration;

import io.github.resilience4j.ratelimiter.RateLimiter;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;

/**
 * A rate of calls that follows what AWS takes: half of it after a call that was throttled, and a twentieth of the full rate more after five
 * seconds' worth of calls that were not (additive increase, multiplicative decrease, as TCP does it). Calls that wait when the rate changes
 * keep their turn. Thread-safe.
 */
final class AdaptiveRate {

    private static final int CALM_SECONDS = 5;
    private static final int STEPS = 20;

    private final int full;
    private final RateLimiter limiter;
    private int limit;
    private int calm;
    private int era;

    /** @param full calls a second, at most and at first */
    AdaptiveRate(int full) {
        this.full = full;
        limit = full;
        limiter = RateLimiter.of("aws", RateLimiterConfig.custom().limitForPeriod(full).limitRefreshPeriod(Duration.ofSeconds(1))
                .timeoutDuration(TimeLimits.CALL).build());
    }

    /** Blocks until it is this call's turn; false when that did not come, or the thread was interrupted: its flag is set then. */
    boolean await() {
        return limiter.acquirePermission();
    }

    /** The rate that holds, to be handed to {@link #throttled}: many calls of one rate that are throttled together tell one thing. */
    synchronized int era() {
        return era;
    }

    /** @param since the {@link #era} in which the call was made; an earlier one says nothing about the rate that holds */
    synchronized void throttled(int since) {
        calm = 0;
        if (since == era) {
            era++;
            change(Math.max(1, limit / 2));
        }
    }

    synchronized void taken() {
        if (limit < full && ++calm >= limit * CALM_SECONDS) {
            calm = 0;
            change(Math.min(full, limit + Math.max(1, full / STEPS)));
        }
    }

    /** Calls a second, as of now. */
    synchronized int limit() {
        return limit;
    }

    private void change(int calls) {
        limit = calls;
        limiter.changeLimitForPeriod(calls);
    }
}
