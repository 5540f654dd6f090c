package cloudops.iam.internal;

import static java.util.function.Function.identity;
import static java.util.stream.Collectors.toMap;

import java.time.Duration;
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
 * Simulation, then local evaluation, then UNKNOWN. Simulated answers are kept per kind of resource, or per resource where resources cannot be
 * told to be alike; loaded policies per principal.
 */
@Component
public final class CachedPermissionDiscovery implements PermissionDiscovery {

    static final Duration LIFETIME = Duration.ofMinutes(15);

    private static final int KEPT_ANSWERS = 100_000;
    private static final int KEPT_QUESTIONS = 10_000;

    /** A principal as one profile reaches it. */
    private record Key(String profile, String principalArn) {
    }

    private record Question(Key key, SortedSet<String> actions, String region) {
    }

    private record Single(Question question, String resourceArn) {
    }

    private final IamCalls iam;
    private final Ticker ticker;
    private final Cache<Single, Answer> answers;
    private final Cache<Question, Learned> learned;
    private final Cache<Key, Simulation> simulations;
    private final SharedLoads<Key, PrincipalEntity> entities;
    private final SharedLoads<Key, PrincipalPolicies> policies;

    @Activate
    public CachedPermissionDiscovery(@Reference AwsCaller caller) {
        this(caller, Ticker.systemTicker(), IamCalls.Tempo.DEFAULT);
    }

    CachedPermissionDiscovery(AwsCaller caller, Ticker ticker, IamCalls.Tempo tempo) {
        this.iam = new IamCalls(caller, tempo);
        this.ticker = ticker;
        this.answers = caffeine(ticker).maximumSize(KEPT_ANSWERS).build();
        this.learned = caffeine(ticker).maximumSize(KEPT_QUESTIONS).build();
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
            case USER, ROLE -> asked.isEmpty() ? same(arns, new Answer(PermissionSource.EVALUATED, Map.of()))
                    : new Asked(profile, principal, asked).answers(arns);
        };
        var permissions = new LinkedHashMap<String, IamPermissions>();
        arns.forEach(arn -> permissions.put(arn, found.get(arn).permissions(asked, principal.userContext())));
        return permissions;
    }

    @Override
    public void forget(String profile) {
        answers.asMap().keySet().removeIf(single -> single.question().key().profile().equals(profile));
        learned.asMap().keySet().removeIf(question -> question.key().profile().equals(profile));
        simulations.asMap().keySet().removeIf(key -> key.profile().equals(profile));
        entities.forget(key -> key.profile().equals(profile));
        policies.forget(key -> key.profile().equals(profile));
    }

    /** One call of {@link #discover} for a principal that IAM knows. */
    private final class Asked {

        private final String profile;
        private final Principal principal;
        private final List<String> actions;
        private final SortedSet<String> actionSet;
        private final Key key;

        Asked(String profile, Principal principal, List<String> actions) {
            this.profile = profile;
            this.principal = principal;
            this.actions = actions;
            this.actionSet = new TreeSet<>(actions);
            this.key = new Key(profile, principal.arn());
        }

        Map<String, Answer> answers(List<String> arns) throws InterruptedException {
            var byRegion = new LinkedHashMap<String, LinkedHashMap<String, Answer>>();
            for (var arn : arns) {
                var region = region(arn);
                byRegion.computeIfAbsent(region, r -> new LinkedHashMap<>())
                        .put(arn, answers.getIfPresent(new Single(new Question(key, actionSet, region), arn)));
            }
            var found = new LinkedHashMap<String, Answer>();
            for (var region : byRegion.entrySet()) {
                region.getValue().forEach((arn, kept) -> {
                    if (kept != null) {
                        found.put(arn, kept);
                    }
                });
                var open = region.getValue().keySet().stream().filter(arn -> !found.containsKey(arn)).toList();
                if (!open.isEmpty()) {
                    found.putAll(ask(region.getKey(), open));
                }
            }
            return found;
        }

        private Map<String, Answer> ask(String region, List<String> arns) throws InterruptedException {
            var loaded = policies.get(key, () -> new PolicyLoader(iam, profile, principal).load(entity()));
            if (loaded.unreachable().isPresent()) {
                return same(arns, Answer.unknown(actions, loaded.unreachable().get()));
            }
            var question = new Question(key, actionSet, region);
            var inquiry = new Inquiry(loaded, learned(question, loaded), actions, simulation(region));
            var found = inquiry.answer(arns);
            inquiry.single().forEach((arn, answer) -> answers.put(new Single(question, arn), answer));
            return found;
        }

        private Inquiry.Questions simulation(String region) throws InterruptedException {
            var simulation = simulations.get(key, k -> new Simulation(iam, profile, principal, ticker));
            // SimulatePrincipalPolicy wants the path of a role, which STS does not tell
            var exact = principal.kind() == Principal.Kind.ROLE ? entity().exactArn() : principal.arn();
            return arns -> simulation.ask(exact == null ? principal.arn() : exact, actions, arns, region.isEmpty() ? null : region);
        }

        private PrincipalEntity entity() throws InterruptedException {
            return entities.get(key, () -> PrincipalEntity.read(iam, profile, principal));
        }
    }

    /** What was learned for other policies than these is forgotten. */
    private Learned learned(Question question, PrincipalPolicies loaded) {
        var kept = learned.getIfPresent(question);
        if (kept != null && kept.holdsFor(loaded)) {
            return kept;
        }
        return learned.asMap().compute(question, (q, current) -> current != null && current.holdsFor(loaded) ? current
                : new Learned(loaded, List.copyOf(q.actions())));
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
