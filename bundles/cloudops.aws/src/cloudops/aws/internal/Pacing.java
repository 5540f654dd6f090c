package cloudops.aws.internal;

import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;

import org.osgi.service.component.annotations.Component;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

import cloudops.aws.AwsCall;
import cloudops.aws.AwsException;
import cloudops.aws.AwsException.Problem;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.core.functions.CheckedSupplier;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;

/**
 * Keeps calls within what AWS takes, whoever makes them: a rate for each account, region and service; again after throttling (6 attempts),
 * server errors (4) and a connection that failed (2), with exponential backoff and jitter, for {@link TimeLimits#CALL} at most; not at all while
 * their endpoint is dead.
 * Thread-safe.
 */
@Component(service = Pacing.class)
public final class Pacing {

    private static final int THROTTLED_ATTEMPTS = 6;
    private static final int SERVER_ATTEMPTS = 4;
    private static final int NETWORK_ATTEMPTS = 2;
    private static final long BASE_MILLIS = 100;
    private static final long THROTTLED_BASE_MILLIS = 300;
    /** Not again after silence, which was patience enough, and not what the breaker refused. */
    private static final Set<String> QUICK_TO_FAIL = Set.of(AwsErrors.CANNOT_CONNECT, AwsErrors.CONNECTION_LOST);

    /**
     * Calls a second. Below what AWS lets an account do by default (EC2 API reference, "Request throttling": describe calls refill at 20 a
     * second; S3: thousands), and IAM, whose limits are not published, gets less.
     */
    private static final Map<String, Integer> RATES = Map.of("s3", 1000, "iam", 15);
    private static final int DEFAULT_RATE = 20;
    /** By then AWS has forgotten, and a rate that went down starts anew. */
    private static final Duration UNUSED = Duration.ofMinutes(15);

    /** Comes too late for another attempt. */
    private static final class LastFailureException extends Exception {

        private static final long serialVersionUID = 1L;

        private final AwsException failure;

        LastFailureException(AwsException failure) {
            super(failure);
            this.failure = failure;
        }
    }

    /** What the calls of one account, region and service share. */
    private record Lane(AdaptiveRate rate, CircuitBreaker answers) {
    }

    private final Accounts accounts = new Accounts();
    private final Cache<Route, Lane> lanes = Caffeine.newBuilder().expireAfterAccess(UNUSED).build();
    private final Cache<String, CircuitBreaker> hosts = Caffeine.newBuilder().expireAfterAccess(UNUSED).build();
    private final Clock clock;
    private final Retry throttled = retry(THROTTLED_ATTEMPTS, THROTTLED_BASE_MILLIS, e -> e.problem() == Problem.THROTTLED);
    private final Retry failing = retry(SERVER_ATTEMPTS, BASE_MILLIS, e -> e.problem() == Problem.SERVER_ERROR);
    private final Retry broken = retry(NETWORK_ATTEMPTS, BASE_MILLIS, e -> QUICK_TO_FAIL.contains(e.code()));

    /** By the system's clock. */
    public Pacing() {
        this(Clock.systemUTC());
    }

    /** @param clock by which dead endpoints are tried again, and calls end */
    Pacing(Clock clock) {
        this.clock = clock;
    }

    /** One attempt of a call. */
    interface Attempt<T> {
        T run() throws AwsException, InterruptedException;
    }

    Accounts accounts() {
        return accounts;
    }

    /** Calls a second that are let through on the way of {@code route}, as of now. */
    int rate(Route route) {
        return lane(route).rate.limit();
    }

    /** @throws AwsException of the last attempt */
    <T> T call(AwsCall call, Route route, Attempt<T> attempt) throws AwsException, InterruptedException {
        return again(() -> guarded(call, route, attempt));
    }

    /**
     * A request that is part of a {@link #call}, such as for a further page: it takes its turn and is tried again, but whether the endpoint is
     * dead is decided by the call as a whole.
     *
     * @throws AwsException of the last attempt
     */
    <T> T part(AwsCall call, Route route, Attempt<T> attempt) throws AwsException, InterruptedException {
        return again(() -> inTurn(call, lane(route).rate, attempt));
    }

    private <T> T again(CheckedSupplier<T> attempt) throws AwsException, InterruptedException {
        var end = clock.instant().plus(TimeLimits.CALL);
        CheckedSupplier<T> inTime = () -> {
            try {
                return attempt.get();
            } catch (AwsException e) {
                throw clock.instant().isBefore(end) ? e : new LastFailureException(e);
            }
        };
        try {
            return throttled.executeCheckedSupplier(() -> failing.executeCheckedSupplier(() -> broken.executeCheckedSupplier(inTime)));
        } catch (LastFailureException e) {
            throw e.failure;
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

    private <T> T guarded(AwsCall call, Route route, Attempt<T> attempt) throws Throwable {
        var host = hosts.get(route.host(), name -> DeadEndpoints.unreachable(clock));
        var lane = lane(route);
        try {
            return host.executeCheckedSupplier(() -> lane.answers.executeCheckedSupplier(() -> inTurn(call, lane.rate, attempt)));
        } catch (CallNotPermittedException e) {
            throw AwsErrors.exception(Problem.NETWORK, AwsErrors.ENDPOINT_DOWN, DeadEndpoints.message(route.host()), call);
        }
    }

    private Lane lane(Route route) {
        return lanes.get(route, added -> new Lane(new AdaptiveRate(RATES.getOrDefault(added.service(), DEFAULT_RATE)), DeadEndpoints.silent(clock)));
    }

    private static <T> T inTurn(AwsCall call, AdaptiveRate rate, Attempt<T> attempt) throws AwsException, InterruptedException {
        if (Thread.currentThread().isInterrupted() || !rate.await()) {
            if (Thread.interrupted()) {
                throw new InterruptedException("cancelled while it waited for its turn");
            }
            throw AwsErrors.exception(Problem.OTHER, "RateLimit", "waited " + TimeLimits.CALL.toMinutes() + " minutes for its turn", call);
        }
        int era = rate.era();
        try {
            var answer = attempt.run();
            rate.taken();
            return answer;
        } catch (AwsException e) {
            if (e.problem() == Problem.THROTTLED) {
                rate.throttled(era);
            }
            throw e;
        }
    }

    private static Retry retry(int attempts, long base, Predicate<AwsException> again) {
        return Retry.of("aws", RetryConfig.<Object>custom()
                .maxAttempts(attempts)
                .retryOnException(e -> e instanceof AwsException aws && again.test(aws))
                .intervalBiFunction((attempt, result) -> jitter(base, attempt))
                .build());
    }

    /** Between half of and the whole of {@code base * 2^(attempt - 1)} milliseconds. */
    private static long jitter(long base, int attempt) {
        var full = base << (attempt - 1);
        return ThreadLocalRandom.current().nextLong(full / 2, full + 1);
    }
}
