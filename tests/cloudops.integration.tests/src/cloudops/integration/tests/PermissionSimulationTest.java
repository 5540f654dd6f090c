package cloudops.integration.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import cloudops.aws.CallerIdentity;
import cloudops.aws.Profiles;
import cloudops.iam.PermissionDiscovery;
import cloudops.iam.standin.Entity;
import cloudops.iam.standin.Entity.Kind;
import cloudops.iam.standin.IamDouble;
import cloudops.model.Environment;
import cloudops.model.IamPermissions;
import cloudops.model.IamPermissions.Verdict;
import cloudops.model.PermissionSource;

/** SimulatePrincipalPolicy at a stand-in for IAM that evaluates policies in its own way, through the real services. */
@Timeout(600)
class PermissionSimulationTest {

    private static final String ACCOUNT = "123456789012";
    private static final String SIMULATE = "SimulatePrincipalPolicy";
    private static final List<String> RDS = List.of("rds:StopDBInstance", "rds:StartDBInstance", "rds:DeleteDBInstance", "rds:RebootDBInstance");
    private static final List<String> EC2 = List.of("ec2:StopInstances", "ec2:StartInstances", "ec2:TerminateInstances");
    private static final List<String> S3 = List.of("s3:DeleteBucket", "s3:PutBucketTagging");

    @TempDir
    private Path folder;
    private final IamDouble iam = new IamDouble();
    private final Entity ann = iam.account(ACCOUNT).create(Kind.USER, "/ops/", "ann");
    private Services services;
    private PermissionDiscovery discovery;
    private Map<String, CallerIdentity> identities;

    @AfterEach
    void end() {
        if (services != null) {
            services.close();
        }
        iam.close();
    }

    /** Signs in: what ann may do is settled before. */
    private void start() throws Exception {
        iam.account(ACCOUNT).key("AKIAANN", ann, "");
        var role = iam.account(ACCOUNT).create(Kind.ROLE, "/team/", "Dev").inline("own", policy(allow("rds:*", "arn:aws:rds:*:*:db:dev-*")));
        iam.account(ACCOUNT).key("ASIADEV", role, "s1");
        var secret = "\naws_secret_access_key = secret\n";
        var credentials = Files.writeString(folder.resolve("credentials"), "[ann]\naws_access_key_id = AKIAANN" + secret
                + "[dev]\naws_access_key_id = ASIADEV" + secret + "aws_session_token = token\n");
        var config = Files.writeString(folder.resolve("config"), "[profile ann]\nregion = us-west-2\n[profile dev]\nregion = us-west-2\n");
        services = new Services(new Environment(folder.resolve("home"), config, credentials, Optional.of(iam.endpoint()), false, false),
                "for the test".toCharArray());
        discovery = services.get(PermissionDiscovery.class);
        var profiles = services.get(Profiles.class);
        identities = Map.of("ann", profiles.identity("ann"), "dev", profiles.identity("dev"));
    }

    private Map<String, IamPermissions> ask(String profile, List<String> actions, List<String> arns) throws Exception {
        return discovery.discover(profile, identities.get(profile), actions, arns);
    }

    @Test
    void callsGrowWithTheSetsOfActionsAndNotWithTheResources() throws Exception {
        ann.inline("own", policy(allow("rds:*", "*"), deny("rds:Delete*", "arn:aws:rds:*:*:db:prod-*"),
                allow("ec2:*", "arn:aws:ec2:us-*:*:instance/*")))
                .attach(iam.account(ACCOUNT).policy("Buckets", policy(allow("s3:*", "arn:aws:s3:::home-${aws:username}*"))))
                .join(iam.account(ACCOUNT).create(Kind.GROUP, "/", "ops").inline("protect", policy(deny("s3:DeleteBucket", "*"))));
        start();
        var sets = List.of(RDS, EC2, S3);
        System.out.println("IAM calls: sets of actions x resources of each = calls (of these simulations)");
        var simulations = new long[4][];
        for (int n = 1; n <= sets.size(); n++) {
            simulations[n] = new long[3];
            for (int size = 0; size < 3; size++) {
                discovery.forget("ann");
                iam.calls.clear();
                int resources = List.of(10, 100, 1000).get(size);
                for (int set = 0; set < n; set++) {
                    var found = ask("ann", sets.get(set), arns(set, resources));
                    assertThat(found).hasSize(resources).allSatisfy((arn, permissions) -> {
                        assertThat(permissions.source()).isEqualTo(PermissionSource.SIMULATED);
                        expect(arn, permissions);
                    });
                }
                simulations[n][size] = iam.calls(SIMULATE);
                System.out.println("IAM calls: " + n + " x " + resources + " = " + iam.iamCalls() + " (" + iam.calls(SIMULATE) + ")");
                assertThat(iam.iamCalls() - iam.calls(SIMULATE)).as("policies are read once").isEqualTo(10);
            }
            assertThat(simulations[n]).as("the same for 10, 100 and 1000").containsOnly(n);
        }
    }

    private static void expect(String arn, IamPermissions permissions) {
        if (arn.contains(":db:")) {
            assertThat(permissions.verdict("rds:StopDBInstance")).as(arn).isEqualTo(Verdict.ALLOWED);
            assertThat(permissions.verdict("rds:DeleteDBInstance")).as(arn).isEqualTo(arn.contains("prod-") ? Verdict.DENIED : Verdict.ALLOWED);
        } else if (arn.contains(":ec2:")) {
            assertThat(permissions.allowedActions()).as(arn).isEqualTo(EC2);
        } else {
            assertThat(permissions.verdict("s3:PutBucketTagging")).as(arn).isEqualTo(arn.contains("home-ann") ? Verdict.ALLOWED : Verdict.DENIED);
            assertThat(permissions.verdict("s3:DeleteBucket")).as(arn).isEqualTo(Verdict.DENIED);
        }
    }

    /** Every third is protected or not ours. */
    private static List<String> arns(int set, int count) {
        var forms = switch (set) {
            case 0 -> List.of("arn:aws:rds:us-west-2:123456789012:db:prod-%d", "arn:aws:rds:us-west-2:123456789012:db:test-%d");
            case 1 -> List.of("arn:aws:ec2:us-west-2:123456789012:instance/i-%d", "arn:aws:ec2:us-west-2:123456789012:instance/i-0%d");
            default -> List.of("arn:aws:s3:::home-ann-%d", "arn:aws:s3:::logs-%d");
        };
        return IntStream.range(0, count).mapToObj(i -> forms.get(i % 3 == 0 ? 0 : 1).formatted(i)).toList();
    }

    /** One call holds 100 resources; nothing that can be read says which are alike. */
    @Test
    void asksAHundredAtATimeWhereThePoliciesMayNotBeRead() throws Exception {
        ann.inline("own", policy(allow("rds:*", "arn:aws:rds:*:*:db:test-*")));
        iam.denied.addAll(List.of("GetUser", "ListUserPolicies", "GetUserPolicy", "ListAttachedUserPolicies", "ListGroupsForUser"));
        start();

        var found = ask("ann", RDS, arns(0, 1000));

        found.forEach((arn, permissions) -> {
            assertThat(permissions.source()).isEqualTo(PermissionSource.SIMULATED);
            assertThat(permissions.verdict("rds:StopDBInstance")).as(arn).isEqualTo(arn.contains("test-") ? Verdict.ALLOWED : Verdict.DENIED);
        });
        System.out.println("IAM calls: 1 x 1000, policies unreadable = " + iam.iamCalls() + " (" + iam.calls(SIMULATE) + ")");
        assertThat(iam.calls(SIMULATE)).isEqualTo(10);
        ask("ann", RDS, arns(0, 1000));
        assertThat(iam.calls(SIMULATE)).isEqualTo(10);
    }

    @Test
    void followsPagesThatAreShorterThanAskedFor() throws Exception {
        for (int i = 0; i < 7; i++) {
            ann.inline("p" + i, policy(allow("rds:Stop*", "arn:aws:rds:*:*:db:test-" + i + "*")));
        }
        iam.pageSize.set(3);
        start();

        var found = ask("ann", RDS, arns(0, 20));

        assertThat(found.values()).allSatisfy(permissions -> assertThat(permissions.source()).isEqualTo(PermissionSource.SIMULATED));
        assertThat(found.get("arn:aws:rds:us-west-2:123456789012:db:test-1").allowedActions()).containsExactly("rds:StopDBInstance");
        assertThat(found.get("arn:aws:rds:us-west-2:123456789012:db:test-8").deniedActions()).isEqualTo(RDS);
        assertThat(iam.calls("ListUserPolicies")).isEqualTo(3);
        assertThat(iam.calls(SIMULATE)).as("80 decisions, three a page").isEqualTo(27);
    }

    @Test
    void namesTheRoleOfASessionWithItsPath() throws Exception {
        start();

        var found = ask("dev", RDS, List.of("arn:aws:rds:us-west-2:123456789012:db:dev-1", "arn:aws:rds:us-west-2:123456789012:db:prod-1"));

        assertThat(found.get("arn:aws:rds:us-west-2:123456789012:db:dev-1").allowedActions()).isEqualTo(RDS);
        assertThat(found.get("arn:aws:rds:us-west-2:123456789012:db:dev-1").reasons())
                .containsEntry("rds:StopDBInstance", "allowed by policy role_Dev_own");
        assertThat(found.get("arn:aws:rds:us-west-2:123456789012:db:prod-1").deniedActions()).isEqualTo(RDS);
    }

    @Test
    void seesTheBoundary() throws Exception {
        ann.inline("own", policy(allow("*", "*"))).bound(iam.account(ACCOUNT).policy("Bound", policy(allow("rds:Stop*", "*"))));
        start();

        var found = ask("ann", RDS, arns(0, 1)).values().iterator().next();

        assertThat(found.source()).isEqualTo(PermissionSource.SIMULATED);
        assertThat(found.allowedActions()).containsExactly("rds:StopDBInstance");
        assertThat(found.reasons()).containsEntry("rds:DeleteDBInstance", "the permissions boundary does not allow it");
    }

    /** They cannot be read: that the simulation contradicts what can be read gives them away. */
    @Test
    void seesServiceControlPoliciesThatNameResources() throws Exception {
        ann.inline("own", policy(allow("rds:*", "*")));
        iam.account(ACCOUNT).limit(policy(allow("*", "*"), deny("rds:Stop*", "arn:aws:rds:*:*:db:prod-*")));
        start();

        ask("ann", RDS, arns(0, 300)).forEach((arn, permissions) -> {
            var stop = permissions.verdict("rds:StopDBInstance");
            if (arn.contains("prod-")) {
                assertThat(stop).as(arn).isEqualTo(Verdict.DENIED);
            } else {
                // the API tells of organizations by action only
                assertThat(stop).as(arn).isIn(Verdict.ALLOWED, Verdict.UNKNOWN);
            }
        });
        assertThat(iam.calls(SIMULATE)).isEqualTo(3);
    }

    @Test
    void leavesUnknownWhatDependsOnTheRequest() throws Exception {
        ann.inline("own", """
                {"Version": "2012-10-17", "Statement": [
                  {"Effect": "Allow", "Action": "rds:*", "Resource": "*"},
                  {"Effect": "Deny", "Action": "rds:Delete*", "Resource": "*", "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "false"}}},
                  {"Effect": "Deny", "Action": "rds:Start*", "Resource": "*",
                   "Condition": {"StringNotEquals": {"aws:RequestedRegion": "us-west-2"}}}]}""");
        start();

        var here = ask("ann", RDS, arns(0, 50)).values();
        var there = ask("ann", RDS, arns(0, 50).stream().map(arn -> arn.replace("us-west-2", "eu-west-1")).toList()).values();

        assertThat(here).allSatisfy(permissions -> {
            assertThat(permissions.unknownActions()).containsExactly("rds:DeleteDBInstance");
            assertThat(permissions.reason()).isEqualTo("it depends on aws:MultiFactorAuthPresent");
            assertThat(permissions.verdict("rds:StartDBInstance")).isEqualTo(Verdict.ALLOWED);
        });
        assertThat(there).allSatisfy(permissions -> assertThat(permissions.verdict("rds:StartDBInstance")).isEqualTo(Verdict.DENIED));
        assertThat(iam.calls(SIMULATE)).as("one a region").isEqualTo(2);
    }

    @Test
    void evaluatesHereWhatMayNotBeSimulated() throws Exception {
        ann.inline("own", policy(allow("rds:*", "*"), deny("rds:Delete*", "arn:aws:rds:*:*:db:prod-*")));
        iam.denied.add(SIMULATE);
        start();

        ask("ann", RDS, arns(0, 1000)).forEach((arn, permissions) -> {
            assertThat(permissions.source()).isEqualTo(PermissionSource.EVALUATED);
            expect(arn, permissions);
        });
        assertThat(iam.calls(SIMULATE)).isEqualTo(1);
    }

    @Test
    void knowsNothingWhereNothingMayBeRead() throws Exception {
        iam.denied.addAll(List.of(SIMULATE, "GetUser", "ListUserPolicies", "ListAttachedUserPolicies", "ListGroupsForUser"));
        start();

        assertThat(ask("ann", RDS, arns(0, 10)).values()).allSatisfy(permissions -> {
            assertThat(permissions.source()).isEqualTo(PermissionSource.UNKNOWN);
            assertThat(permissions.reason()).contains("could not be read (AccessDenied)");
        });
    }

    /** More refusals in a row than a single call survives, while policies are read or while they are simulated. */
    @ParameterizedTest
    @ValueSource(booleans = { true, false })
    void isSlowAndNotIgnorantWhereIamThrottles(boolean policiesAreRead) throws Exception {
        ann.inline("own", policy(allow("rds:*", "*"), deny("rds:Delete*", "arn:aws:rds:*:*:db:prod-*")));
        start();
        if (policiesAreRead) {
            ask("ann", S3, arns(2, 1));
        }
        iam.calls.clear();
        iam.throttled.set(6);

        ask("ann", RDS, arns(0, 100)).forEach((arn, permissions) -> {
            assertThat(permissions.source()).isEqualTo(PermissionSource.SIMULATED);
            expect(arn, permissions);
        });
        assertThat(iam.calls(policiesAreRead ? SIMULATE : "GetUser")).isEqualTo(7);
    }

    @Test
    void bringsAllThroughAnIamThatTakesOneCallAtATime() throws Exception {
        ann.inline("own", policy(allow("rds:*", "*"), deny("rds:Delete*", "arn:aws:rds:*:*:db:prod-*")));
        start();
        iam.atOnce.set(1);

        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var asked = IntStream.range(0, 4).mapToObj(i -> threads.submit(() -> ask("ann", RDS.subList(i, i + 1), arns(0, 50)))).toList();
            for (var one : asked) {
                assertThat(one.get().values())
                        .allSatisfy(permissions -> assertThat(permissions.source()).isEqualTo(PermissionSource.SIMULATED));
            }
        }
    }

    @Test
    void evaluatesHereWhereSomethingElseAnswers() throws Exception {
        ann.inline("own", policy(allow("rds:*", "*"), deny("rds:Delete*", "arn:aws:rds:*:*:db:prod-*")));
        start();
        iam.onCall = operation -> iam.garbage.set(operation.equals(SIMULATE) ? 1 : 0);

        ask("ann", RDS, arns(0, 20)).forEach((arn, permissions) -> {
            assertThat(permissions.source()).isEqualTo(PermissionSource.EVALUATED);
            expect(arn, permissions);
        });
    }

    @Test
    void survivesNamesThatIamRefuses() throws Exception {
        ann.inline("own", policy(allow("rds:*", "*")));
        start();
        var names = List.of("arn:aws:rds:us-west-2:123456789012:db:a b\"'$(touch x)\n\u202e\ud83d\udc18", "", "*", "db-1",
                "arn:aws:rds:us-west-2:1:db:" + "x".repeat(3000), "arn:aws:rds:us-west-2:123456789012:db:test-1");

        assertThat(ask("ann", List.of("rds:StopDBInstance"), names)).containsOnlyKeys(names).allSatisfy((arn, permissions) ->
                assertThat(permissions.allowedActions()).containsExactly("rds:StopDBInstance"));
        assertThat(ask("ann", List.of("rds:StopDBInstance", "nonsense"), names)).containsOnlyKeys(names).allSatisfy((arn, permissions) ->
                assertThat(permissions.verdict("nonsense")).isNotEqualTo(Verdict.ALLOWED));
    }

    private static String policy(String... statements) {
        return "{\"Version\": \"2012-10-17\", \"Statement\": [" + String.join(", ", statements) + "]}";
    }

    private static String allow(String action, String resource) {
        return "{\"Effect\": \"Allow\", \"Action\": \"" + action + "\", \"Resource\": \"" + resource + "\"}";
    }

    private static String deny(String action, String resource) {
        return allow(action, resource).replace("Allow", "Deny");
    }
}
