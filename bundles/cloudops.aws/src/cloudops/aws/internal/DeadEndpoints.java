package cloudops.aws.internal;

import java.time.Clock;
import java.time.Duration;
import java.util.Set;

import cloudops.aws.AwsException;
import cloudops.aws.AwsException.Problem;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;

/**
 * Circuit breakers that open when no call of the last few reached AWS, let one through after {@link TimeLimits#DEAD} and close when it did.
 * Any answer closes them, an error of the service too.
 */
final class DeadEndpoints {

    private static final int IN_A_ROW = 3;
    private static final Set<Problem> LOCAL = Set.of(Problem.UNKNOWN_PROFILE, Problem.NO_CREDENTIALS, Problem.EXPIRED_TOKEN, Problem.INVALID_CALL,
            Problem.NO_CLI);

    private DeadEndpoints() {
    }

    /** Of a host: counts connections that were not made. They say nothing about who asks for what. */
    static CircuitBreaker unreachable(Clock clock) {
        return breaker(Set.of(AwsErrors.CANNOT_CONNECT), clock);
    }

    /** Of a route: counts connections on which no answer came. What is in between may hold up some calls and not others. */
    static CircuitBreaker silent(Clock clock) {
        return breaker(Set.of(AwsErrors.NO_ANSWER, AwsErrors.CONNECTION_LOST), clock);
    }

    static String message(String host) {
        return "Not tried: the last " + IN_A_ROW + " calls to " + host + " had no answer, and it is left alone for up to "
                + TimeLimits.DEAD.toSeconds() + " s; try: check the network, the proxy and the endpoint URL, then do it again";
    }

    /** What AWS itself says has a code of AWS's. */
    private static boolean isLocal(AwsException failure) {
        return LOCAL.contains(failure.problem()) && failure.code().equals(failure.problem().name());
    }

    private static CircuitBreaker breaker(Set<String> codes, Clock clock) {
        return CircuitBreaker.of("aws", CircuitBreakerConfig.custom()
                .slidingWindowType(SlidingWindowType.COUNT_BASED)
                .slidingWindowSize(IN_A_ROW)
                .minimumNumberOfCalls(IN_A_ROW)
                .failureRateThreshold(100)
                .slowCallDurationThreshold(Duration.ofDays(1)) // slow is not dead: one call may be many pages
                .waitDurationInOpenState(TimeLimits.DEAD)
                .permittedNumberOfCallsInHalfOpenState(1)
                .recordException(e -> e instanceof AwsException aws && codes.contains(aws.code()))
                // Cancelled, stopped by the other breaker, or failed on this machine already: nothing was learnt.
                .ignoreException(e -> !(e instanceof AwsException aws) || isLocal(aws))
                .clock(clock)
                .build());
    }
}
