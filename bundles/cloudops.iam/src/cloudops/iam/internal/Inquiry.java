package cloudops.iam.internal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

import cloudops.iam.internal.Likeness.Kind;
import cloudops.model.IamPermissions.Verdict;
import cloudops.model.PermissionSource;

/**
 * Finds the answers for resources of one region and one set of actions, with as few calls as can be. Resources that the policies cannot tell
 * apart ({@link Likeness}) share what the simulation said of some of them, if it said the same of all those and the evaluation here agrees;
 * all others are asked about one by one, many in a call. Used once, by one thread.
 */
final class Inquiry {

    /** Asks the simulation about resources of the region. */
    interface Questions {
        Simulation.Outcome ask(List<String> arns) throws InterruptedException;
    }

    /**
     * @param stands whether it may be taken for other resources of the kind, too
     * @param compared whether it rests on the policies that were read
     */
    private record Judged(Answer answer, boolean stands, boolean compared) {

        boolean simulated() {
            return answer.source() == PermissionSource.SIMULATED;
        }
    }

    private final PrincipalPolicies policies;
    private final Learned learned;
    private final List<String> actions;
    private final Questions simulation;
    private final Map<String, Answer> found = new HashMap<>();
    private final Map<String, Answer> single = new HashMap<>();
    /** Most resources share one answer, so that keeping many costs little. */
    private final Map<Answer, Answer> distinct = new HashMap<>();

    Inquiry(PrincipalPolicies policies, Learned learned, List<String> actions, Questions simulation) {
        this.policies = policies;
        this.learned = learned;
        this.actions = actions;
        this.simulation = simulation;
    }

    /** One for each of {@code arns}. */
    Map<String, Answer> answer(List<String> arns) throws InterruptedException {
        var apart = new ArrayList<String>();
        var alike = new LinkedHashMap<Kind, List<String>>();
        for (var arn : arns) {
            var kind = learned.kind(arn);
            if (!Simulation.accepts(arn)) {
                found.put(arn, learned.evaluated(arn));
            } else if (kind.isEmpty()) {
                apart.add(arn);
            } else {
                alike.computeIfAbsent(kind.get(), k -> new ArrayList<>()).add(arn);
            }
        }
        takeKnown(alike, apart);
        if (!alike.isEmpty()) {
            learned.asking.lockInterruptibly();
            try {
                takeKnown(alike, apart);
                while (!alike.isEmpty()) {
                    learn(alike, apart);
                }
            } finally {
                learned.asking.unlock();
            }
        }
        for (var batch : Simulation.batches(actions, apart)) {
            ask(batch).forEach((arn, judged) -> put(arn, judged, true));
        }
        return found;
    }

    /** Answers that hold for one resource only and may be kept for it. */
    Map<String, Answer> single() {
        return single;
    }

    private void takeKnown(Map<Kind, List<String>> alike, List<String> apart) {
        alike.entrySet().removeIf(entry -> {
            var known = learned.answer(entry.getKey());
            if (known != null) {
                share(entry.getValue(), known, apart);
            }
            return known != null;
        });
    }

    private void share(List<String> arns, Optional<Answer> answer, List<String> apart) {
        if (answer.isPresent()) {
            arns.forEach(arn -> found.put(arn, answer.get()));
        } else {
            arns.stream().filter(arn -> !found.containsKey(arn)).forEach(apart::add);
        }
    }

    /** Takes some kinds, or all, out of {@code alike}. */
    private void learn(Map<Kind, List<String>> alike, List<String> apart) throws InterruptedException {
        var sample = Learned.sample(alike, Simulation.resourcesPerCall(actions));
        var judged = new HashMap<String, Judged>();
        for (var batch : Simulation.batches(actions, sample.values().stream().flatMap(List::stream).toList())) {
            judged.putAll(ask(batch));
        }
        sample.forEach((kind, asked) -> spread(kind, asked, judged, alike.remove(kind), apart));
    }

    private void spread(Kind kind, List<String> asked, Map<String, Judged> judged, List<String> all, List<String> apart) {
        var witnesses = asked.stream().map(judged::get).filter(Judged::simulated).toList();
        if (witnesses.isEmpty()) {
            var failed = judged.get(asked.getFirst()).answer();
            all.forEach(arn -> found.put(arn, failed));
            return;
        }
        var first = witnesses.getFirst().answer();
        boolean agreed = witnesses.stream().allMatch(witness -> witness.stands() && witness.answer().sameVerdicts(first));
        asked.forEach(arn -> put(arn, judged.get(arn), !agreed));
        var answer = agreed ? Optional.of(first) : Optional.<Answer>empty();
        learned.put(kind, answer);
        share(all, answer, apart);
    }

    private void put(String arn, Judged judged, boolean keep) {
        found.put(arn, judged.answer());
        if (keep && judged.simulated() && !(policies.passing() && judged.compared())) {
            single.put(arn, judged.answer());
        }
    }

    private Map<String, Judged> ask(List<String> arns) throws InterruptedException {
        return settle(arns, simulation.ask(arns));
    }

    private Map<String, Judged> settle(List<String> arns, Simulation.Outcome outcome) throws InterruptedException {
        return switch (outcome) {
            case Simulation.Simulated(var answer) -> each(arns, arn -> simulated(arn, answer));
            case Simulation.EvaluateHere() -> each(arns, arn -> new Judged(learned.evaluated(arn), false, true));
            case Simulation.Unreachable(var reason) -> each(arns, arn -> new Judged(Answer.unknown(actions, reason), false, false));
            case Simulation.NotTaken() -> halved(arns);
        };
    }

    /** Finds the resource that spoils a call. Where both halves are refused it is not a resource, or too many: all are evaluated here. */
    private Map<String, Judged> halved(List<String> arns) throws InterruptedException {
        if (arns.size() > 1) {
            var left = arns.subList(0, arns.size() / 2);
            var right = arns.subList(arns.size() / 2, arns.size());
            var ofLeft = simulation.ask(left);
            var ofRight = simulation.ask(right);
            if (!(ofLeft instanceof Simulation.NotTaken && ofRight instanceof Simulation.NotTaken)) {
                var both = new HashMap<>(settle(left, ofLeft));
                both.putAll(settle(right, ofRight));
                return both;
            }
        }
        return each(arns, arn -> new Judged(learned.evaluated(arn), false, true));
    }

    private static Map<String, Judged> each(List<String> arns, Function<String, Judged> judge) {
        var all = new HashMap<String, Judged>();
        arns.forEach(arn -> all.put(arn, judge.apply(arn)));
        return all;
    }

    private Judged simulated(String arn, SimulationAnswer simulation) {
        var evaluations = learned.evaluated(arn).decisions();
        var decisions = new LinkedHashMap<String, Decision>();
        boolean stands = true;
        boolean compared = false;
        for (var action : actions) {
            var simulated = simulation.decision(action, arn);
            var verdict = simulated.decision().verdict();
            var evaluated = evaluations.get(action);
            compared |= !simulated.missingKeys().isEmpty();
            if (!simulated.missingKeys().isEmpty() && evaluated.verdict() != verdict) {
                // Without some context keys it may be right or wrong. It would stand only where the evaluation here, which takes what it does
                // not know for both true and false, came to the same.
                decisions.put(action, Decision.unknown("it depends on " + String.join(", ", simulated.missingKeys())));
            } else {
                decisions.put(action, simulated.decision());
                // what is not decided here may depend on the resource in a way that no policy says
                stands &= verdict != Verdict.UNKNOWN && evaluated.verdict() == verdict;
            }
        }
        return new Judged(distinct.computeIfAbsent(new Answer(PermissionSource.SIMULATED, decisions), answer -> answer), stands, compared);
    }
}
