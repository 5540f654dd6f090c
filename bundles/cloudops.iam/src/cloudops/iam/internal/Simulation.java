package cloudops.iam.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.benmanes.caffeine.cache.Ticker;

import cloudops.aws.AwsException;

/**
 * Asks SimulatePrincipalPolicy for one principal. Its first question goes alone; where the simulation turns out not to be had, later
 * questions are told so without a call, which would each cost the time of all retries. Thread-safe.
 */
final class Simulation {

    /** How long it is remembered that AWS was not reached: long enough for what is waiting, short enough for who mends it. */
    static final Duration UNREACHABLE_FOR = Duration.ofSeconds(30);

    /** The most that IAM gives at once (IAM API Reference, SimulatePrincipalPolicy, MaxItems): a page is one more throttled call. */
    private static final int RESULTS_PER_PAGE = 1000;

    /** Decisions, one for each action and resource, that fit into a page. */
    private static final int DECISIONS_PER_CALL = RESULTS_PER_PAGE;

    /** AWS states no limit, but people report calls that were refused for too much; an answer of this many stays near a megabyte. */
    static final int RESOURCES_PER_CALL = 100;

    /** The CLI gets the parameters in one argument, which Linux limits to 128 KiB; JSON may need six bytes for a character. */
    private static final int CHARACTERS_PER_CALL = 16_000;

    /** What IAM takes for a resource (IAM API Reference, SimulatePrincipalPolicy, ResourceArns); anything else spoils the whole call. */
    private static final Pattern ARN = Pattern.compile("arn:[^:]+:[^:]+:[^:]*:[^:]*:.+", Pattern.DOTALL);
    private static final int LONGEST_ARN = 2048;

    private static final Logger LOG = LoggerFactory.getLogger(Simulation.class);

    /** What became of a question. */
    sealed interface Outcome {
    }

    /** AWS decided. */
    record Simulated(SimulationAnswer answer) implements Outcome {
    }

    /** The principal's policies have to be evaluated here. */
    record EvaluateHere() implements Outcome {
    }

    /** AWS takes this call for invalid: something in it has to be evaluated here. */
    record NotTaken() implements Outcome {
    }

    /** AWS cannot be asked as this principal. @param reason for people */
    record Unreachable(String reason) implements Outcome {
    }

    private final IamCalls iam;
    private final String profile;
    private final Principal principal;
    private final Ticker ticker;
    private final ReentrantLock first = new ReentrantLock();
    private volatile boolean proven;
    private volatile Refusal refusal;

    /** @param until ticker nanoseconds; ignored for those that stay */
    private record Refusal(Outcome outcome, boolean stays, long until) {
    }

    Simulation(IamCalls iam, String profile, Principal principal, Ticker ticker) {
        this.iam = iam;
        this.profile = profile;
        this.principal = principal;
        this.ticker = ticker;
    }

    /**
     * @param sourceArn the principal as IAM knows it
     * @param region where the actions would run; null when that is not known
     */
    Outcome ask(String sourceArn, List<String> actions, List<String> resourceArns, String region) throws InterruptedException {
        var question = params(sourceArn, actions, resourceArns, region);
        if (!proven) {
            first.lockInterruptibly();
            try {
                if (!proven) {
                    return callUnlessRefused(question);
                }
            } finally {
                first.unlock();
            }
        }
        return callUnlessRefused(question);
    }

    static boolean accepts(String arn) {
        return arn.length() <= LONGEST_ARN && ARN.matcher(arn).matches();
    }

    /** How many resources of a usual length go into one call. */
    static int resourcesPerCall(List<String> actions) {
        return Math.clamp(DECISIONS_PER_CALL / Math.max(1, actions.size()), 1, RESOURCES_PER_CALL);
    }

    /** Cuts {@code arns} into what goes into one call each. */
    static List<List<String>> batches(List<String> actions, List<String> arns) {
        int most = resourcesPerCall(actions);
        var batches = new ArrayList<List<String>>();
        int from = 0;
        int characters = 0;
        for (int i = 0; i < arns.size(); i++) {
            characters += arns.get(i).length();
            if (i > from && (i - from == most || characters > CHARACTERS_PER_CALL)) {
                batches.add(arns.subList(from, i));
                from = i;
                characters = arns.get(i).length();
            }
        }
        if (from < arns.size()) {
            batches.add(arns.subList(from, arns.size()));
        }
        return batches;
    }

    private Outcome callUnlessRefused(ObjectNode question) throws InterruptedException {
        var refused = refused();
        return refused != null ? refused : call(question);
    }

    private Outcome refused() {
        var current = refusal;
        return current != null && (current.stays() || ticker.read() - current.until() < 0) ? current.outcome() : null;
    }

    private Outcome call(ObjectNode params) throws InterruptedException {
        try {
            var answer = new SimulationAnswer(iam.call(profile, principal, "simulate-principal-policy", params));
            proven = true;
            return new Simulated(answer);
        } catch (AwsException e) {
            return failed(e);
        }
    }

    private Outcome failed(AwsException e) {
        if (IamCalls.unreachable(e)) {
            var outcome = new Unreachable(IamCalls.whyUnreachable(e));
            refusal = new Refusal(outcome, false, ticker.read() + UNREACHABLE_FOR.toNanos());
            return outcome;
        }
        return switch (e.problem()) {
            // these concern the question or the moment, not the principal: the next question may well be answered
            case INVALID_CALL -> {
                proven = true;
                yield new NotTaken();
            }
            case THROTTLED -> {
                proven = true;
                yield new EvaluateHere();
            }
            default -> {
                refusal = new Refusal(new EvaluateHere(), true, 0);
                LOG.info("policies are evaluated locally, the simulation is not available: problem={} code={}", e.problem(), e.code());
                yield new EvaluateHere();
            }
        };
    }

    private static ObjectNode params(String sourceArn, List<String> actions, List<String> resourceArns, String region) {
        var params = JsonNodeFactory.instance.objectNode().put("PolicySourceArn", sourceArn).put("MaxItems", RESULTS_PER_PAGE);
        actions.forEach(params.putArray("ActionNames")::add);
        resourceArns.forEach(params.putArray("ResourceArns")::add);
        if (region != null) {
            params.putArray("ContextEntries").addObject().put("ContextKeyName", "aws:RequestedRegion").put("ContextKeyType", "string")
                    .putArray("ContextKeyValues").add(region);
        }
        return params;
    }
}
