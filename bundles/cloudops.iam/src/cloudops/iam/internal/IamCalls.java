package cloudops.iam.internal;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import cloudops.aws.AwsCall;
import cloudops.aws.AwsCaller;
import cloudops.aws.AwsCaller.Transport;
import cloudops.aws.AwsException;
import cloudops.aws.AwsException.Problem;

/**
 * Reads IAM, a bounded number of calls at a time over all principals, fewer for a profile whose account AWS throttles. {@link AwsCaller} tries
 * a throttled call a few times within seconds; one that is throttled even then is tried again from here, more slowly, until
 * {@link Tempo#patience} ends: throttling makes answers late, not wrong. Thread-safe.
 */
final class IamCalls {

    private static final Logger LOG = LoggerFactory.getLogger(IamCalls.class);

    /** More than this at once only earns throttling. */
    static final int AT_ONCE = 50;

    /**
     * How throttling is met.
     *
     * @param shortestPause before the next call after a first throttled one
     * @param longestPause to which that grows
     * @param patience how long a single call goes on trying
     */
    record Tempo(Duration shortestPause, Duration longestPause, Duration patience) {

        static final Tempo DEFAULT = new Tempo(Duration.ofSeconds(1), Duration.ofSeconds(20), Duration.ofMinutes(10));
    }

    private final AwsCaller caller;
    private final Tempo tempo;
    private final Semaphore permits = new Semaphore(AT_ONCE);
    /** By profile: AWS counts the calls of each account for itself. */
    private final Map<String, Gate> gates = new ConcurrentHashMap<>();

    IamCalls(AwsCaller caller, Tempo tempo) {
        this.caller = caller;
        this.tempo = tempo;
    }

    JsonNode call(String profile, Principal principal, String operation, ObjectNode params) throws AwsException, InterruptedException {
        var call = new AwsCall("iam", operation, params, profile, principal.iamRegion());
        var gate = gates.computeIfAbsent(profile, p -> new Gate(AT_ONCE, tempo.shortestPause(), tempo.longestPause()));
        long giveUp = System.nanoTime() + tempo.patience().toNanos();
        while (true) {
            try {
                return once(call, gate);
            } catch (AwsException e) {
                if (e.problem() != Problem.THROTTLED || System.nanoTime() - giveUp >= 0) {
                    throw e;
                }
                LOG.debug("IAM throttles {}: at most {} calls at a time", operation, gate.width());
            }
        }
    }

    private JsonNode once(AwsCall call, Gate gate) throws AwsException, InterruptedException {
        long entered = gate.enter();
        var end = Gate.End.FAILED;
        try {
            permits.acquire();
            try {
                var answer = caller.call(call, Transport.AUTO);
                end = Gate.End.ANSWERED;
                return answer;
            } catch (AwsException e) {
                end = e.problem() == Problem.THROTTLED ? Gate.End.THROTTLED : Gate.End.FAILED;
                throw e;
            } finally {
                permits.release();
            }
        } finally {
            gate.leave(entered, end);
        }
    }

    /** Whether a failure says nothing about IAM, but that AWS was not reached as the principal at all. */
    static boolean unreachable(AwsException e) {
        return switch (e.problem()) {
            case NETWORK, CLOCK_SKEW, NO_CREDENTIALS, EXPIRED_TOKEN, UNKNOWN_PROFILE, NO_CLI -> true;
            default -> false;
        };
    }

    /** What is told of a failure that is {@link #unreachable}. */
    static String whyUnreachable(AwsException e) {
        return "AWS could not be asked (" + e.code() + "): " + e.getMessage();
    }
}
