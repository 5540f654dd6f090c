package cloudops.iam.internal;

import static cloudops.model.PermissionSource.EVALUATED;
import static cloudops.model.PermissionSource.SIMULATED;
import static cloudops.model.PermissionSource.UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;

import cloudops.aws.AwsCall;
import cloudops.aws.AwsException;
import cloudops.aws.AwsException.Problem;
import cloudops.aws.CallerIdentity;
import cloudops.model.IamPermissions.Verdict;
import cloudops.model.UserContext;

@Timeout(20)
class CachedPermissionDiscoveryTest {

    private static final String SIMULATE = "simulate-principal-policy";
    private static final String STOP = "rds:StopDBInstance";
    private static final String DELETE = "rds:DeleteDBInstance";
    private static final List<String> ACTIONS = List.of(STOP, DELETE);
    private static final CallerIdentity BOB = new CallerIdentity("123456789012", "arn:aws:iam::123456789012:user/bob", "AIDA1");
    private static final CallerIdentity DEV =
            new CallerIdentity("123456789012", "arn:aws:sts::123456789012:assumed-role/Dev/s1", "AROA1:s1");

    private static final IamCalls.Tempo IMPATIENT = new IamCalls.Tempo(Duration.ofMillis(1), Duration.ofMillis(2), Duration.ZERO);

    private final StubIam iam = new StubIam();
    private final AtomicLong now = new AtomicLong();
    private final CachedPermissionDiscovery discovery = new CachedPermissionDiscovery(iam, now::get, IMPATIENT);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    @AfterEach
    void endThreads() {
        threads.shutdownNow();
    }

    @Test
    void asksTheSimulationFirst() throws Exception {
        iam.on(SIMULATE, call -> simulated(call, "allowed", null));

        var found = discovery.discover("p", BOB, ACTIONS, arns(1)).get(arn(0));

        assertThat(found.source()).isEqualTo(SIMULATED);
        assertThat(found.allowedActions()).isEqualTo(ACTIONS);
        assertThat(found.reason()).isNull();
        assertThat(found.reasons()).containsEntry(STOP, "allowed by policy Operate");
        assertThat(found.userContext()).isEqualTo(new UserContext("bob", null, null));
        assertThat(iam.calls(SIMULATE)).hasSize(1);
        var params = iam.calls(SIMULATE).getFirst().params();
        assertThat(params.path("PolicySourceArn").asText()).isEqualTo(BOB.arn());
        assertThat(params.path("ContextEntries").path(0).path("ContextKeyValues").path(0).asText()).isEqualTo("us-west-2");
    }

    @Test
    void asksForTheRoleWithItsPath() throws Exception {
        iam.on("get-role", "{'RoleName':'Dev'}", "{'Role':{'Arn':'arn:aws:iam::123456789012:role/team/Dev'}}");
        iam.on(SIMULATE, call -> simulated(call, "allowed", null));

        var found = discovery.discover("p", DEV, ACTIONS, arns(1)).get(arn(0));

        assertThat(iam.calls(SIMULATE).getFirst().params().path("PolicySourceArn").asText())
                .isEqualTo("arn:aws:iam::123456789012:role/team/Dev");
        assertThat(found.userContext()).isEqualTo(new UserContext("s1", "arn:aws:iam::123456789012:role/Dev", null));
    }

    @Test
    void asksInBatchesThatHoldAllActions() throws Exception {
        iam.on(SIMULATE, call -> simulated(call, "allowed", null));

        var found = discovery.discover("p", BOB, ACTIONS, arns(250));

        assertThat(found.keySet()).containsExactlyElementsOf(arns(250));
        assertThat(iam.calls(SIMULATE)).hasSize(3).allSatisfy(call -> assertThat(call.params().path("ActionNames")).hasSize(2));
        assertThat(iam.calls(SIMULATE)).extracting(call -> call.params().path("ResourceArns").size()).containsExactly(100, 100, 50);

        discovery.discover("p", BOB, List.of("rds:StartDBInstance"), arns(100));
        assertThat(iam.calls(SIMULATE)).hasSize(4);
    }

    @Test
    void keepsAnswersForATimeAndUntilForgotten() throws Exception {
        iam.on(SIMULATE, call -> simulated(call, "allowed", null));
        discovery.discover("p", BOB, ACTIONS, arns(2));

        discovery.discover("p", BOB, ACTIONS.reversed(), arns(2));
        assertThat(iam.calls(SIMULATE)).hasSize(1);

        discovery.discover("p", BOB, ACTIONS, arns(3));
        assertThat(iam.calls(SIMULATE)).hasSize(2);
        assertThat(iam.calls(SIMULATE).getLast().params().path("ResourceArns")).hasSize(1);

        now.addAndGet(CachedPermissionDiscovery.LIFETIME.plusSeconds(1).toNanos());
        discovery.discover("p", BOB, ACTIONS, arns(3));
        assertThat(iam.calls(SIMULATE)).hasSize(3);

        discovery.forget("other");
        discovery.discover("p", BOB, ACTIONS, arns(3));
        assertThat(iam.calls(SIMULATE)).hasSize(3);

        discovery.forget("p");
        discovery.discover("p", BOB, ACTIONS, arns(3));
        assertThat(iam.calls(SIMULATE)).hasSize(4);
    }

    @ParameterizedTest
    @EnumSource(names = { "ACCESS_DENIED", "EXPLICIT_DENY", "SERVER_ERROR", "PARSE", "NOT_FOUND", "OTHER" })
    void evaluatesHereAndRemembersThatTheSimulationIsNotToBeHad(Problem problem) throws Exception {
        PolicyLoaderTest.user(iam);
        iam.fail(SIMULATE, problem, "SomeCode");

        var found = discovery.discover("p", BOB, List.of(STOP, DELETE, "s3:DeleteBucket"), arns(250));

        assertThat(found).hasSize(250).allSatisfy((arn, permissions) -> {
            assertThat(permissions.source()).isEqualTo(EVALUATED);
            assertThat(permissions.allowedActions()).containsExactly(STOP);
            assertThat(permissions.deniedActions()).containsExactly(DELETE, "s3:DeleteBucket");
            assertThat(permissions.reason()).isNull();
            assertThat(permissions.reasons()).containsEntry(DELETE, "explicit deny in policy ginline of group ops");
        });
        int calls = iam.operations().size();
        discovery.discover("p", BOB, ACTIONS, arns(300));
        assertThat(iam.calls(SIMULATE)).hasSize(1);
        assertThat(iam.operations()).hasSize(calls);

        now.addAndGet(CachedPermissionDiscovery.LIFETIME.plusSeconds(1).toNanos());
        discovery.discover("p", BOB, ACTIONS, arns(1));
        assertThat(iam.calls(SIMULATE)).hasSize(2);
        discovery.forget("p");
        discovery.discover("p", BOB, ACTIONS, arns(1));
        assertThat(iam.calls(SIMULATE)).hasSize(3);
        assertThat(iam.calls("get-user")).hasSize(3);
    }

    @Test
    void evaluatesHereWhatIsThrottledToTheEnd() throws Exception {
        PolicyLoaderTest.user(iam, "list-group-policies");
        iam.fail("list-group-policies", Problem.ACCESS_DENIED, "AccessDenied");
        var asked = new AtomicInteger();
        iam.on(SIMULATE, call -> {
            if (asked.getAndIncrement() == 0) {
                throw new AwsException(Problem.THROTTLED, "Throttling", "failed for the test", null);
            }
            return simulated(call, "allowed", null);
        });

        var found = discovery.discover("p", BOB, ACTIONS, arns(101));

        assertThat(found.get(arn(0)).source()).isEqualTo(UNKNOWN);
        assertThat(found.get(arn(0)).reason()).contains("group ops");
        assertThat(found.get(arn(100)).source()).isEqualTo(SIMULATED);
    }

    @Test
    void waitsUntilAwsThrottlesNoMore() throws Exception {
        PolicyLoaderTest.user(iam);
        var patient = new CachedPermissionDiscovery(iam, now::get,
                new IamCalls.Tempo(Duration.ofMillis(1), Duration.ofMillis(2), Duration.ofMinutes(10)));
        var throttled = new AtomicInteger(30);
        iam.on(SIMULATE, call -> {
            if (throttled.getAndDecrement() > 0) {
                throw new AwsException(Problem.THROTTLED, "Throttling", "Rate exceeded", null);
            }
            return simulated(call, "allowed", null);
        });

        var found = patient.discover("p", BOB, List.of(STOP), arns(1)).get(arn(0));

        assertThat(found.source()).isEqualTo(SIMULATED);
        assertThat(iam.calls(SIMULATE)).hasSize(31);
    }

    /** IAM refuses a whole call for one name that it does not take. */
    @Test
    void findsTheResourceThatSpoilsACall() throws Exception {
        PolicyLoaderTest.user(iam, "list-group-policies");
        iam.fail("list-group-policies", Problem.ACCESS_DENIED, "AccessDenied");
        iam.on(SIMULATE, call -> {
            if (texts(call.params().path("ResourceArns")).contains(arn(37))) {
                throw new AwsException(Problem.INVALID_CALL, "InvalidInput", "not a valid ARN", null);
            }
            return simulated(call, "allowed", null);
        });

        var found = discovery.discover("p", BOB, ACTIONS, arns(100));

        found.forEach((arn, permissions) -> assertThat(permissions.source()).as(arn).isEqualTo(arn.equals(arn(37)) ? UNKNOWN : SIMULATED));
        assertThat(iam.calls(SIMULATE)).as("1 + 2 for each halving").hasSizeLessThanOrEqualTo(15);
    }

    @Test
    void doesNotSearchForAResourceWhereTheActionSpoilsTheCall() throws Exception {
        PolicyLoaderTest.user(iam);
        iam.fail(SIMULATE, Problem.INVALID_CALL, "InvalidInput");

        var found = discovery.discover("p", BOB, ACTIONS, arns(100));

        assertThat(found.values()).allSatisfy(permissions -> assertThat(permissions.source()).isEqualTo(EVALUATED));
        assertThat(iam.calls(SIMULATE)).hasSize(3);
    }

    @Test
    void doesNotSendWhatIsNoArn() throws Exception {
        PolicyLoaderTest.user(iam);
        iam.on(SIMULATE, call -> simulated(call, "allowed", null));
        var names = List.of("", "*", "db-1", "arn:", "arn:aws:rds:us-west-2:1:db:" + "x".repeat(2048));

        assertThat(discovery.discover("p", BOB, ACTIONS, names)).containsOnlyKeys(names)
                .allSatisfy((name, found) -> assertThat(found.source()).isEqualTo(EVALUATED));
        assertThat(iam.calls(SIMULATE)).isEmpty();
    }

    @Test
    void keepsCallsWithinWhatTheCliTakes() throws Exception {
        iam.on(SIMULATE, call -> simulated(call, "allowed", null));
        var long1000 = IntStream.range(0, 40).mapToObj(i -> arn(i) + "x".repeat(1000)).toList();

        assertThat(discovery.discover("p", BOB, ACTIONS, long1000)).hasSize(40);
        assertThat(iam.calls(SIMULATE)).hasSizeGreaterThan(1)
                .allSatisfy(call -> assertThat(call.params().toString().length()).isLessThan(20_000));

        var actions = IntStream.range(0, 50).mapToObj(i -> "rds:Action" + i).toList();
        int before = iam.calls(SIMULATE).size();
        discovery.discover("p", BOB, actions, arns(60));
        assertThat(iam.calls(SIMULATE).subList(before, iam.calls(SIMULATE).size())).hasSize(3)
                .allSatisfy(call -> assertThat(call.params().path("ResourceArns")).hasSize(20));
    }

    @Test
    void asksOnceForAllThatThePoliciesCannotTellApart() throws Exception {
        PolicyLoaderTest.user(iam);
        iam.on(SIMULATE, call -> simulated(call, action -> action.equals(STOP) ? "allowed" : "explicitDeny", null));

        for (var arns : List.of(arns(10), arns(100), arns(1000))) {
            assertThat(discovery.discover("p", BOB, ACTIONS, arns)).hasSize(arns.size()).allSatisfy((arn, permissions) -> {
                assertThat(permissions.source()).isEqualTo(SIMULATED);
                assertThat(permissions.allowedActions()).containsExactly(STOP);
                assertThat(permissions.deniedActions()).containsExactly(DELETE);
            });
        }

        assertThat(iam.calls(SIMULATE)).hasSize(1);
        assertThat(iam.operations().stream().distinct().count()).as("what is read is read once").isEqualTo(iam.operations().size() - 2L);
    }

    @Test
    void fillsACallWithWitnesses() throws Exception {
        PolicyLoaderTest.user(iam);
        iam.on(SIMULATE, call -> simulated(call, action -> action.equals(STOP) ? "allowed" : "explicitDeny", null));

        discovery.discover("p", BOB, ACTIONS, arns(1000));

        assertThat(texts(iam.calls(SIMULATE).getFirst().params().path("ResourceArns"))).hasSize(Simulation.RESOURCES_PER_CALL)
                .doesNotHaveDuplicates().contains(arn(0)).anyMatch(arn -> arn.compareTo(arn(900)) > 0);
    }

    /** A service control policy, say, that names a resource: nothing that can be read tells it from the others. */
    @Test
    void asksOneByOneWhereTheSimulationTellsApartWhatThePoliciesDoNot() throws Exception {
        PolicyLoaderTest.user(iam);
        iam.on(SIMULATE, call -> simulated(call, (action, arn) -> action.equals(STOP) && !arn.endsWith("7") ? "allowed" : "explicitDeny"));

        var found = discovery.discover("p", BOB, ACTIONS, arns(300));

        found.forEach((arn, permissions) -> assertThat(permissions.verdict(STOP)).as(arn)
                .isEqualTo(arn.endsWith("7") ? Verdict.DENIED : Verdict.ALLOWED));
        assertThat(iam.calls(SIMULATE)).as("one that finds out, two for the other 200").hasSize(3);
        discovery.discover("p", BOB, ACTIONS, arns(300));
        assertThat(iam.calls(SIMULATE)).as("single answers are kept").hasSize(3);
    }

    @Test
    void asksOneByOneWhereTheSimulationContradictsThePolicies() throws Exception {
        PolicyLoaderTest.user(iam);
        iam.on(SIMULATE, call -> simulated(call, "implicitDeny", null));

        assertThat(discovery.discover("p", BOB, List.of(STOP), arns(300)).values())
                .allSatisfy(permissions -> assertThat(permissions.deniedActions()).containsExactly(STOP));
        assertThat(iam.calls(SIMULATE)).hasSize(3);
    }

    @Test
    void learnsAnewForOtherPolicies() throws Exception {
        PolicyLoaderTest.user(iam);
        iam.on(SIMULATE, call -> simulated(call, "allowed", null));
        discovery.discover("p", BOB, List.of(STOP), arns(5));
        now.addAndGet(CachedPermissionDiscovery.LIFETIME.plusSeconds(1).toNanos());
        iam.on(SIMULATE, call -> simulated(call, "explicitDeny", null));
        iam.on("get-user-policy", "{'UserName':'bob','PolicyName':'inline'}",
                "{'PolicyDocument':{'Version':'2012-10-17','Statement':[{'Effect':'Deny','Action':'*','Resource':'*'}]}}");

        assertThat(discovery.discover("p", BOB, List.of(STOP), arns(5)).get(arn(0)).deniedActions()).containsExactly(STOP);
    }

    @Test
    void letsOneThreadLearnForAll() throws Exception {
        PolicyLoaderTest.user(iam);
        iam.on(SIMULATE, call -> simulated(call, "allowed", null));
        var together = new Phaser(30);
        var asked = IntStream.range(0, 30).mapToObj(i -> threads.submit(() -> {
            together.arriveAndAwaitAdvance();
            return discovery.discover("p", BOB, List.of(STOP), arns(1000).subList(i * 30, i * 30 + 30));
        })).toList();

        for (var one : asked) {
            assertThat(one.get().values()).hasSize(30).allSatisfy(found -> assertThat(found.allowedActions()).containsExactly(STOP));
        }
        assertThat(iam.calls(SIMULATE)).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(names = { "NETWORK", "NO_CREDENTIALS", "EXPIRED_TOKEN", "UNKNOWN_PROFILE", "NO_CLI" })
    void knowsNothingWhereAwsIsNotReached(Problem problem) throws Exception {
        iam.fail(SIMULATE, problem, "SomeCode");

        var found = discovery.discover("p", BOB, ACTIONS, arns(250));

        assertThat(found).hasSize(250).allSatisfy((arn, permissions) -> {
            assertThat(permissions.source()).isEqualTo(UNKNOWN);
            assertThat(permissions.unknownActions()).isEqualTo(ACTIONS);
            assertThat(permissions.reason()).contains("SomeCode", "failed for the test");
        });
        assertThat(iam.calls(SIMULATE)).hasSize(1);

        iam.on(SIMULATE, call -> simulated(call, "allowed", null));
        now.addAndGet(Simulation.UNREACHABLE_FOR.plusMillis(1).toNanos());
        assertThat(discovery.discover("p", BOB, ACTIONS, arns(1)).get(arn(0)).source()).isEqualTo(SIMULATED);
    }

    @Test
    void knowsNothingWhereNeitherSimulationNorPoliciesAreReadable() throws Exception {
        var found = discovery.discover("p", BOB, ACTIONS, arns(1)).get(arn(0));

        assertThat(found.source()).isEqualTo(UNKNOWN);
        assertThat(found.unknownActions()).isEqualTo(ACTIONS);
        assertThat(found.reason()).isEqualTo("the inline policies of user bob could not be read (AccessDenied)");
    }

    @Test
    void summarisesWhyActionsAreUnknown() throws Exception {
        iam.on("list-user-policies", "{'UserName':'bob'}", "{'PolicyNames':['c']}");
        iam.on("get-user-policy", "{'UserName':'bob','PolicyName':'c'}", "{'PolicyDocument':{'Version':'2012-10-17','Statement':["
                + "{'Effect':'Allow','Action':'rds:*','Resource':'*'},"
                + "{'Effect':'Deny','Action':'rds:Delete*','Resource':'*','Condition':{'Bool':{'aws:MultiFactorAuthPresent':'false'}}}]}}");
        iam.on("list-attached-user-policies", "{'UserName':'bob'}", "{'AttachedPolicies':[]}");
        iam.on("list-groups-for-user", "{'UserName':'bob'}", "{'Groups':[]}");
        iam.on("get-user", "{'UserName':'bob'}", "{'User':{'Arn':'arn:aws:iam::123456789012:user/bob'}}");

        var found = discovery.discover("p", BOB, ACTIONS, arns(1)).get(arn(0));

        assertThat(found.source()).isEqualTo(EVALUATED);
        assertThat(found.allowedActions()).containsExactly(STOP);
        assertThat(found.unknownActions()).containsExactly(DELETE);
        assertThat(found.reason()).isEqualTo("condition aws:MultiFactorAuthPresent in policy c");
        assertThat(found.reasons()).containsEntry(DELETE, "unknown: condition aws:MultiFactorAuthPresent in policy c");
    }

    @Test
    void believesASimulationWithoutContextOnlyWhereItCannotMatter() throws Exception {
        PolicyLoaderTest.user(iam);
        iam.on(SIMULATE, call -> simulated(call, "allowed", "aws:SourceIp"));

        var found = discovery.discover("p", BOB, ACTIONS, arns(1)).get(arn(0));

        assertThat(found.verdict(STOP)).as("our evaluation says allowed, too").isEqualTo(Verdict.ALLOWED);
        assertThat(found.verdict(DELETE)).as("our evaluation says denied").isEqualTo(Verdict.UNKNOWN);
        assertThat(found.reason()).isEqualTo("it depends on aws:SourceIp");
        assertThat(found.source()).isEqualTo(SIMULATED);
    }

    @Test
    void profilesOfOneAccountDoNotShareAnswersNorDoesAProfileThatBecomesAnother() throws Exception {
        iam.on(SIMULATE, call -> simulated(call, call.profile().equals("admin") ? "allowed" : "implicitDeny", null));
        assertThat(discovery.discover("admin", BOB, ACTIONS, arns(1)).get(arn(0)).allowedActions()).isEqualTo(ACTIONS);

        assertThat(discovery.discover("auditor", BOB, ACTIONS, arns(1)).get(arn(0)).deniedActions()).isEqualTo(ACTIONS);
        assertThat(discovery.discover("auditor", DEV, ACTIONS, arns(1)).get(arn(0)).deniedActions()).isEqualTo(ACTIONS);

        iam.on(SIMULATE, call -> simulated(call, call.params().path("PolicySourceArn").asText().endsWith("/eve") ? "explicitDeny" : "allowed", null));
        var eve = new CallerIdentity("123456789012", "arn:aws:iam::123456789012:user/eve", "AIDA2");
        assertThat(discovery.discover("admin", eve, ACTIONS, arns(1)).get(arn(0)).deniedActions()).isEqualTo(ACTIONS);
        assertThat(discovery.discover("admin", BOB, ACTIONS, arns(1)).get(arn(0)).allowedActions()).isEqualTo(ACTIONS);
    }

    @Test
    void needsNoCallForTheRootUserAndForFederatedUsers() throws Exception {
        var root = discovery.discover("p", new CallerIdentity("1", "arn:aws:iam::1:root", "1"), ACTIONS, arns(1)).get(arn(0));
        var federated = discovery.discover("p", new CallerIdentity("1", "arn:aws:sts::1:federated-user/eve", "1:eve"), ACTIONS, arns(1))
                .get(arn(0));

        assertThat(root.source()).isEqualTo(EVALUATED);
        assertThat(root.allowedActions()).isEqualTo(ACTIONS);
        assertThat(root.reasons()).containsEntry(STOP, "root user");
        assertThat(root.userContext().username()).isEqualTo("root");
        assertThat(federated.source()).isEqualTo(UNKNOWN);
        assertThat(federated.reason()).contains("federated-user/eve");
        assertThat(iam.operations()).isEmpty();
    }

    @Test
    void asksNothingForNothing() throws Exception {
        assertThat(discovery.discover("p", BOB, ACTIONS, List.of())).isEmpty();
        assertThat(discovery.discover("p", BOB, List.of(), arns(1)).get(arn(0)).source()).isEqualTo(EVALUATED);
        assertThat(iam.operations()).isEmpty();
    }

    @Test
    void takesAnyNameForAResource() throws Exception {
        var names = List.of("arn:aws:rds:us-west-2:1:db:a b\"'$(touch x)\n\u202e\ud83d\udc18", "", "::::", "arn:", "x".repeat(5000));
        PolicyLoaderTest.user(iam);
        iam.fail(SIMULATE, Problem.INVALID_CALL, "ValidationError");

        assertThat(discovery.discover("p", BOB, ACTIONS, names)).containsOnlyKeys(names)
                .allSatisfy((name, found) -> assertThat(found.allowedActions()).containsExactly(STOP));
    }

    @Test
    void triesOnceWhereManyAskAtTheSameTime() throws Exception {
        PolicyLoaderTest.user(iam);
        iam.fail(SIMULATE, Problem.SERVER_ERROR, "500");
        var together = new Phaser(20);
        var asked = IntStream.range(0, 20).mapToObj(i -> threads.submit(() -> {
            together.arriveAndAwaitAdvance();
            return discovery.discover("p", BOB, ACTIONS, List.of(arn(i)));
        })).toList();

        for (var one : asked) {
            assertThat(one.get().values()).allSatisfy(found -> assertThat(found.source()).isEqualTo(EVALUATED));
        }
        assertThat(iam.calls(SIMULATE)).hasSize(1);
        assertThat(iam.calls("list-user-policies")).hasSize(1);
    }

    @Test
    void neverHasMoreThanFiftyCallsUnderWay() throws Exception {
        int principals = 80;
        var running = new AtomicInteger();
        var most = new AtomicInteger();
        var full = new CountDownLatch(IamCalls.AT_ONCE);
        var go = new CountDownLatch(1);
        iam.on(SIMULATE, call -> {
            most.accumulateAndGet(running.incrementAndGet(), Math::max);
            full.countDown();
            go.await();
            running.decrementAndGet();
            return simulated(call, "allowed", null);
        });
        var asked = IntStream.range(0, principals).<Future<?>>mapToObj(i -> threads.submit(() -> discovery.discover("p" + i,
                new CallerIdentity("1", "arn:aws:iam::1:user/u" + i, "AIDA" + i), ACTIONS, arns(1)))).toList();

        assertThat(full.await(10, TimeUnit.SECONDS)).isTrue();
        go.countDown();
        for (var one : asked) {
            one.get();
        }
        assertThat(iam.calls(SIMULATE)).hasSize(principals);
        assertThat(most).hasValue(IamCalls.AT_ONCE);
    }

    @Test
    void canBeInterruptedWithoutHarmToOthers() throws Exception {
        PolicyLoaderTest.user(iam, "list-user-policies");
        var loading = new CountDownLatch(1);
        iam.on("list-user-policies", call -> {
            loading.countDown();
            new CountDownLatch(1).await();
            return null;
        });
        var first = new FutureTask<>(() -> discovery.discover("p", BOB, ACTIONS, arns(1)));
        var thread = Thread.ofVirtual().start(first);
        loading.await();
        var second = threads.submit(() -> discovery.discover("p", BOB, ACTIONS, arns(1)));
        iam.on("list-user-policies", "{'UserName':'bob'}", "{'PolicyNames':['inline']}");

        thread.interrupt();

        assertThat(second.get().get(arn(0)).allowedActions()).containsExactly(STOP);
        assertThatThrownBy(first::get).hasCauseInstanceOf(InterruptedException.class);
    }

    private static String arn(int i) {
        return "arn:aws:rds:us-west-2:123456789012:db:db-" + i;
    }

    private static List<String> arns(int count) {
        return IntStream.range(0, count).mapToObj(CachedPermissionDiscoveryTest::arn).toList();
    }

    private static List<String> texts(JsonNode array) {
        return array.valueStream().map(JsonNode::asText).toList();
    }

    /** @param missing a context key that was missing; null for none */
    private static JsonNode simulated(AwsCall call, String decision, String missing) {
        return simulated(call, action -> decision, missing);
    }

    private static JsonNode simulated(AwsCall call, UnaryOperator<String> decision, String missing) {
        return simulated(call, (action, arn) -> decision.apply(action), missing);
    }

    private static JsonNode simulated(AwsCall call, BinaryOperator<String> decision) {
        return simulated(call, decision, null);
    }

    private static JsonNode simulated(AwsCall call, BinaryOperator<String> decision, String missing) {
        var answer = JsonNodeFactory.instance.objectNode();
        var results = answer.putArray("EvaluationResults");
        for (var action : call.params().path("ActionNames")) {
            var specific = results.addObject().put("EvalActionName", action.asText()).put("EvalDecision", "implicitDeny")
                    .put("EvalResourceName", call.params().path("ResourceArns").path(0).asText()).putArray("ResourceSpecificResults");
            for (var arn : call.params().path("ResourceArns")) {
                var one = specific.addObject().put("EvalResourceName", arn.asText())
                        .put("EvalResourceDecision", decision.apply(action.asText(), arn.asText()));
                one.putArray("MatchedStatements").addObject().put("SourcePolicyId", "Operate").put("SourcePolicyType", "IAM Policy");
                var keys = one.putArray("MissingContextValues");
                if (missing != null) {
                    keys.add(missing);
                }
            }
        }
        return answer;
    }
}
