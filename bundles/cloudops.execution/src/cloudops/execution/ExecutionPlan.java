package cloudops.execution;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.UUID;

/**
 * Several requests that belong together. Consent to a plan is consent to its steps; approvals of single steps are not looked at.
 * <p>
 * A step may use what an earlier one printed: {@code ${steps.ID.stdout}} stands for its output without white space at either end,
 * {@code ${steps.ID.stdout:/Instances/0/InstanceId}} for the text, number or boolean that the JSON Pointer (RFC 6901) finds in it, as text.
 * Such a reference may stand in arguments of AWS commands, in string values of the parameters of {@link Command.AwsSdk}, in values of
 * variables, and as a whole argument of a program or script; never where it would decide what is run, where or as whom. The step must name
 * the other one in {@code dependsOn}, or follow it in a serial plan. What is put in its place is text from outside: it is refused where it
 * is empty or could be taken for an option, a file or an address, and the step is judged anew. Where nothing is to be put in,
 * <code>$${steps.</code> stands for the characters <code>${steps.</code>; no other dollar means anything.
 *
 * @param id chosen by the caller, unique among plans and executions
 * @param description what it is for, for people; null for none
 * @param strategy the order
 * @param steps not empty, at most {@value #MAX_STEPS}
 * @param approval consent to exactly this plan; null when none was given
 */
public record ExecutionPlan(UUID id, String description, Strategy strategy, List<PlanStep> steps, Approval approval) {

    /** A plan has at most so many steps. */
    public static final int MAX_STEPS = 10_000;

    public ExecutionPlan {
        requireNonNull(id, "id");
        requireNonNull(strategy, "strategy");
        steps = List.copyOf(steps);
    }

    public ExecutionPlan withApproval(Approval consent) {
        return new ExecutionPlan(id, description, strategy, steps, consent);
    }

    /** The order in which steps run. */
    public sealed interface Strategy {

        /**
         * One after the other.
         *
         * @param continueOnError run the rest when a step does not succeed, but for those that depend on it
         */
        record Serial(boolean continueOnError) implements Strategy {
        }

        /**
         * All at once; no step depends on another, and one that fails stops no other.
         *
         * @param maxConcurrency at most so many at a time, at least 1
         */
        record Parallel(int maxConcurrency) implements Strategy {
        }

        /**
         * Each when all that it depends on have succeeded. A step that does not succeed skips those that depend on it, however indirectly,
         * and no other.
         *
         * @param maxConcurrency at most so many at a time, at least 1
         */
        record Graph(int maxConcurrency) implements Strategy {
        }
    }
}
