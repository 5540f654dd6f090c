package cloudops.iam.internal;

import static java.util.function.Function.identity;
import static java.util.stream.Collectors.toMap;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;

import cloudops.aws.AwsCaller;
import cloudops.aws.CallerIdentity;
import cloudops.iam.PermissionDiscovery;
import cloudops.model.IamPermissions;
import cloudops.model.PermissionSource;

/**
 * Simulation, then local evaluation, then UNKNOWN. Simulated answers are kept per resource, loaded policies per principal.
 */
@Component
public final class CachedPermissionDiscovery implements PermissionDiscovery {

    static final Duration LIFETIME = Duration.ofMinutes(15);

    /** AWS states no limit; an answer of this many resources and a dozen actions stays near a megabyte. */
    static final int RESOURCES_PER_CALL = 100;

    private static final int KEPT_ANSWERS = 100_000;

    /** A principal as one profile reaches it. */
    private record Key(String profile, String principalArn) {
    }

    private record Question(Key key, SortedSet<String> actions, String resourceArn) {
    }

    private final IamCalls iam;
    private final Ticker ticker;
    private final Cache<Question, Answer> answers;
    private final Cache<Key, Simulation> simulations;
    private final SharedLoads<Key, PrincipalEntity> entities;
    private final SharedLoads<Key, PrincipalPolicies> policies;

    @Activate
    public CachedPermissionDiscovery(@Reference AwsCaller caller) {
        this(caller, Ticker.systemTicker());
    }

    CachedPermissionDiscovery(AwsCaller caller, Ticker ticker) {
        this.iam = new IamCalls(caller);
        this.ticker = ticker;
        this.answers = caffeine(ticker).maximumSize(KEPT_ANSWERS).build();
        this.simulations = caffeine(ticker).build();
        this.entities = new SharedLoads<>(ticker, entity -> lifetime(entity.passing()));
        this.policies = new SharedLoads<>(ticker, loaded -> lifetime(loaded.passing()));
    }

    @Override
    public Map<String, IamPermissions> discover(String profile, CallerIdentity identity, List<String> actions, List<String> resourceArns)
            throws InterruptedException {
        var principal = Principal.of(identity);
        var asked = List.copyOf(new LinkedHashSet<>(actions));
        var arns = List.copyOf(new LinkedHashSet<>(resourceArns));
        var found = switch (principal.kind()) {
            case ROOT -> same(arns, Answer.of(PermissionSource.EVALUATED, asked, action -> Decision.allowed("root user")));
            case OTHER -> same(arns, Answer.unknown(asked, "IAM keeps no policies for this kind of principal: " + principal.arn()));
            case USER, ROLE -> new Inquiry(profile, principal, asked).answer(arns);
        };
        var permissions = new LinkedHashMap<String, IamPermissions>();
        arns.forEach(arn -> permissions.put(arn, found.get(arn).permissions(asked, principal.userContext())));
        return permissions;
    }

    @Override
    public void forget(String profile) {
        answers.asMap().keySet().removeIf(question -> question.key().profile().equals(profile));
        simulations.asMap().keySet().removeIf(key -> key.profile().equals(profile));
        entities.forget(key -> key.profile().equals(profile));
        policies.forget(key -> key.profile().equals(profile));
    }

    /** One call of {@link #discover} for a principal that IAM knows. */
    private final class Inquiry {

        private final String profile;
        private final Principal principal;
        private final List<String> actions;
        private final SortedSet<String> actionSet;
        private final Key key;
        /** Most resources share one answer, so that keeping many costs little. */
        private final Map<Answer, Answer> distinct = new HashMap<>();

        Inquiry(String profile, Principal principal, List<String> actions) {
            this.profile = profile;
            this.principal = principal;
            this.actions = actions;
            this.actionSet = new TreeSet<>(actions);
            this.key = new Key(profile, principal.arn());
        }

        Map<String, Answer> answer(List<String> arns) throws InterruptedException {
            var found = new LinkedHashMap<String, Answer>();
            var open = new LinkedHashMap<String, List<String>>();
            for (var arn : arns) {
                var kept = answers.getIfPresent(new Question(key, actionSet, arn));
                if (kept != null) {
                    found.put(arn, kept);
                } else {
                    open.computeIfAbsent(region(arn), r -> new ArrayList<>()).add(arn);
                }
            }
            for (var region : open.entrySet()) {
                var inRegion = region.getValue();
                for (int from = 0; from < inRegion.size(); from += RESOURCES_PER_CALL) {
                    var batch = inRegion.subList(from, Math.min(from + RESOURCES_PER_CALL, inRegion.size()));
                    found.putAll(ask(batch, region.getKey()));
                }
            }
            return found;
        }

        private Map<String, Answer> ask(List<String> arns, String region) throws InterruptedException {
            if (actions.isEmpty()) {
                return same(arns, new Answer(PermissionSource.EVALUATED, Map.of()));
            }
            var simulation = simulations.get(key, k -> new Simulation(iam, profile, principal, ticker));
            return switch (simulation.ask(sourceArn(), actions, arns, region.isEmpty() ? null : region)) {
                case Simulation.Simulated(var answer) -> simulated(arns, answer);
                case Simulation.EvaluateHere() -> evaluated(arns);
                case Simulation.Unreachable(var reason) -> same(arns, Answer.unknown(actions, reason));
            };
        }

        private Map<String, Answer> simulated(List<String> arns, SimulationAnswer simulation) throws InterruptedException {
            var found = new LinkedHashMap<String, Answer>();
            for (var arn : arns) {
                var decisions = new LinkedHashMap<String, Decision>();
                boolean keep = true;
                for (var action : actions) {
                    var simulated = simulation.decision(action, arn);
                    if (!simulated.missingKeys().isEmpty()) {
                        keep &= !loadedPolicies().passing();
                        simulated = confirmed(simulated, new PolicyEvaluator(loadedPolicies()).decide(action, arn));
                    }
                    decisions.put(action, simulated.decision());
                }
                var answer = distinct.computeIfAbsent(new Answer(PermissionSource.SIMULATED, decisions), identity());
                found.put(arn, answer);
                if (keep) {
                    answers.put(new Question(key, actionSet, arn), answer);
                }
            }
            return found;
        }

        /**
         * A simulation without some context keys may be right or wrong. It stands only where the evaluation here, which takes what it does
         * not know for both true and false, comes to the same decision.
         */
        private SimulatedDecision confirmed(SimulatedDecision simulated, Decision evaluated) {
            if (evaluated.verdict() == simulated.decision().verdict()) {
                return simulated;
            }
            return new SimulatedDecision(Decision.unknown("it depends on " + String.join(", ", simulated.missingKeys())), List.of());
        }

        private Map<String, Answer> evaluated(List<String> arns) throws InterruptedException {
            var evaluator = new PolicyEvaluator(loadedPolicies());
            return arns.stream().collect(toMap(identity(),
                    arn -> Answer.of(PermissionSource.EVALUATED, actions, action -> evaluator.decide(action, arn))));
        }

        private PrincipalPolicies loadedPolicies() throws InterruptedException {
            return policies.get(key, () -> new PolicyLoader(iam, profile, principal).load(entity()));
        }

        private PrincipalEntity entity() throws InterruptedException {
            return entities.get(key, () -> PrincipalEntity.read(iam, profile, principal));
        }

        /** SimulatePrincipalPolicy wants the path of a role, which STS does not tell. */
        private String sourceArn() throws InterruptedException {
            var exact = principal.kind() == Principal.Kind.ROLE ? entity().exactArn() : principal.arn();
            return exact == null ? principal.arn() : exact;
        }
    }

    private static String region(String arn) {
        var segments = arn.split(":", 5);
        return segments.length == 5 ? segments[3] : "";
    }

    private static Duration lifetime(boolean passing) {
        return passing ? Simulation.UNREACHABLE_FOR : LIFETIME;
    }

    private static Caffeine<Object, Object> caffeine(Ticker ticker) {
        return Caffeine.newBuilder().expireAfterWrite(LIFETIME).ticker(ticker).executor(Runnable::run);
    }

    private static Map<String, Answer> same(List<String> arns, Answer answer) {
        return arns.stream().collect(toMap(identity(), arn -> answer));
    }
}
