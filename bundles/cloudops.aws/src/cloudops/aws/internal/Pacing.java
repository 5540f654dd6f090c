package cloudops.aws.internal;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

import cloudops.aws.AwsCall;
import cloudops.aws.AwsException;
import cloudops.aws.AwsException.Problem;
import io.github.resilience4j.core.functions.CheckedSupplier;
import io.github.resilience4j.ratelimiter.RateLimiter;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import io.github.resilience4j.ratelimiter.RateLimiterRegistry;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;

/**
 * Keeps calls within what AWS takes: a shared rate for each profile, region and service; tries again after throttling and server errors
 * (4 attempts, exponential backoff with full jitter) and once, quickly, after a network error. Thread-safe.
 */
final class Pacing {

    private static final int ATTEMPTS = 4;
    private static final int NETWORK_ATTEMPTS = 2;
    private static final long SERVER_BASE_MILLIS = 100;
    private static final long THROTTLED_BASE_MILLIS = 500;

    /**
     * Calls a second. Below what AWS lets an account do by default (EC2 API reference, "Request throttling": describe calls refill at 20 a
     * second; S3: thousands), and IAM, whose limits are not published, gets less.
     */
    private static final Map<String, Integer> RATES = Map.of("s3", 100, "iam", 15);
    private static final int DEFAULT_RATE = 20;
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private final RateLimiterRegistry limiters = RateLimiterRegistry.ofDefaults();
    private final Retry quick = Retry.of("network", RetryConfig.<Object>custom()
            .maxAttempts(NETWORK_ATTEMPTS)
            .retryOnException(e -> e instanceof AwsException aws && aws.problem() == Problem.NETWORK)
            .intervalBiFunction((attempt, result) -> jitter(SERVER_BASE_MILLIS, attempt))
            .build());
    private final Retry patient = Retry.of("aws", RetryConfig.<Object>custom()
            .maxAttempts(ATTEMPTS)
            .retryOnException(e -> e instanceof AwsException aws && aws.problem().retryable() && aws.problem() != Problem.NETWORK)
            .intervalBiFunction((attempt, result) -> jitter(
                    result.isLeft() && result.getLeft() instanceof AwsException aws && aws.problem() == Problem.THROTTLED
                            ? THROTTLED_BASE_MILLIS : SERVER_BASE_MILLIS, attempt))
            .build());

    /** One attempt of a call. */
    interface Attempt<T> {
        T run() throws AwsException, InterruptedException;
    }

    /** @throws AwsException of the last attempt */
    <T> T call(AwsCall call, Attempt<T> attempt) throws AwsException, InterruptedException {
        var limiter = limiter(call);
        CheckedSupplier<T> limited = () -> {
            if (Thread.currentThread().isInterrupted() || !limiter.acquirePermission()) {
                throw waitingEnded(call);
            }
            return attempt.run();
        };
        try {
            return patient.executeCheckedSupplier(() -> quick.executeCheckedSupplier(limited));
        } catch (AwsException e) {
            // When it is interrupted between two attempts, Resilience4j throws the last failure and leaves the flag set.
            if (Thread.interrupted()) {
                throw new InterruptedException("cancelled between two attempts");
            }
            throw e;
        } catch (InterruptedException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("an attempt throws nothing else", e);
        }
    }

    private RateLimiter limiter(AwsCall call) {
        var service = ServiceNames.sdkName(call.service());
        var rate = RATES.getOrDefault(service, DEFAULT_RATE);
        return limiters.rateLimiter(call.profile() + "|" + call.region() + "|" + service, () -> RateLimiterConfig.custom()
                .limitForPeriod(rate)
                .limitRefreshPeriod(Duration.ofSeconds(1))
                .timeoutDuration(PATIENCE)
                .build());
    }

    private static Exception waitingEnded(AwsCall call) {
        return Thread.interrupted() ? new InterruptedException("cancelled while it waited for its turn")
                : AwsErrors.exception(Problem.OTHER, "RateLimit", "waited " + PATIENCE.toMinutes() + " minutes for its turn", call);
    }

    /** Between half of and the whole of {@code base * 2^(attempt - 1)} milliseconds. */
    private static long jitter(long base, int attempt) {
        var full = base << (attempt - 1);
        return ThreadLocalRandom.current().nextLong(full / 2, full + 1);
    }
}
