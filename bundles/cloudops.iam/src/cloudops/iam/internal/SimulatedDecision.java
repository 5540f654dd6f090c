package cloudops.iam.internal;

import java.util.List;

/**
 * What SimulatePrincipalPolicy said of one action on one resource.
 *
 * @param missingKeys context keys that policies ask for and that the simulation was not given; the real request will have them
 */
record SimulatedDecision(Decision decision, List<String> missingKeys) {

    /** The more cautious of two answers to the same question: denied, then unknown, then allowed. */
    static SimulatedDecision cautious(SimulatedDecision a, SimulatedDecision b) {
        return caution(a) >= caution(b) ? a : b;
    }

    private static int caution(SimulatedDecision simulated) {
        return switch (simulated.decision().verdict()) {
            case DENIED -> 2;
            case UNKNOWN -> 1;
            case ALLOWED -> 0;
        };
    }
}
