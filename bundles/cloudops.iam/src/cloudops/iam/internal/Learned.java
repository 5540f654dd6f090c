package cloudops.iam.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

import cloudops.iam.internal.Likeness.Kind;
import cloudops.model.PermissionSource;

/**
 * What the simulation has said so far of one principal, one set of actions and one region, by kind of resource. Holds as long as the policies
 * that it was made for. Thread-safe.
 */
final class Learned {

    /** One thread asks about new kinds at a time; the others wait and mostly find what it learned. */
    final ReentrantLock asking = new ReentrantLock();

    private final PrincipalPolicies policies;
    private final List<String> actions;
    private final PolicyEvaluator evaluator;
    private final Likeness likeness;
    /** An empty value for kinds that differ all the same: each resource has to be asked about. */
    private final Map<Kind, Optional<Answer>> kinds = new ConcurrentHashMap<>();
    private final Map<Kind, Answer> evaluated = new ConcurrentHashMap<>();

    Learned(PrincipalPolicies policies, List<String> actions) {
        this.policies = policies;
        this.actions = actions;
        this.evaluator = new PolicyEvaluator(policies);
        this.likeness = new Likeness(policies, actions);
    }

    boolean holdsFor(PrincipalPolicies current) {
        return policies == current;
    }

    Optional<Kind> kind(String arn) {
        return likeness.kind(arn);
    }

    /** What the policies say, as they are evaluated here: the same for all resources of a kind, whatever the simulation says of them. */
    Answer evaluated(String arn) {
        return kind(arn).map(kind -> evaluated.computeIfAbsent(kind, first -> evaluate(arn))).orElseGet(() -> evaluate(arn));
    }

    private Answer evaluate(String arn) {
        return Answer.of(PermissionSource.EVALUATED, actions, action -> evaluator.decide(action, arn));
    }

    /** Null while nothing is known; empty where each resource of the kind has to be asked about. */
    Optional<Answer> answer(Kind kind) {
        return kinds.get(kind);
    }

    void put(Kind kind, Optional<Answer> answer) {
        kinds.put(kind, answer);
    }

    /**
     * Chooses whom to ask about: one of each kind, and as many witnesses more, evenly from all, as a call holds anyway.
     *
     * @param open resources of the kinds that are not known, at least one of each
     * @return by kind; kinds that no longer fit are left out
     */
    static Map<Kind, List<String>> sample(Map<Kind, List<String>> open, int resources) {
        var chosen = new LinkedHashMap<Kind, List<String>>();
        open.entrySet().stream().limit(resources).forEach(kind -> chosen.put(kind.getKey(), new ArrayList<>(List.of(kind.getValue().getFirst()))));
        int room = resources - chosen.size();
        var others = chosen.keySet().stream().flatMap(kind -> open.get(kind).stream().skip(1).map(arn -> Map.entry(kind, arn))).toList();
        int witnesses = Math.min(room, others.size());
        for (int i = 0; i < witnesses; i++) {
            var witness = others.get((int) ((long) i * others.size() / witnesses));
            chosen.get(witness.getKey()).add(witness.getValue());
        }
        return chosen;
    }
}
