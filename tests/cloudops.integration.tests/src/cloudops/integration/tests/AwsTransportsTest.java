package cloudops.integration.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import cloudops.aws.AwsCall;
import cloudops.aws.AwsCaller;
import cloudops.aws.AwsCaller.Transport;
import cloudops.aws.AwsException;
import cloudops.aws.AwsException.Problem;
import cloudops.aws.AwsProfile;
import cloudops.aws.Profiles;
import cloudops.demo.DemoSession;
import cloudops.execution.Approval;
import cloudops.execution.Command;
import cloudops.execution.ExecutionEngine;
import cloudops.execution.ExecutionRequest;
import cloudops.execution.ExecutionResult;
import cloudops.json.Json;

/** One call, two ways: the same JSON from the CLI and from the SDK, on the sample estate. */
class AwsTransportsTest {

    private static final String REGION = "us-west-2";

    private static DemoSession session;
    private static Services services;
    private static AwsCaller aws;
    private static ExecutionEngine engine;

    @BeforeAll
    static void start() throws Exception {
        session = DemoSession.start(0, false, line -> { });
        services = new Services(session.environment(), session.passphrase());
        aws = services.get(AwsCaller.class);
        engine = services.get(ExecutionEngine.class);
    }

    @AfterAll
    static void stop() throws Exception {
        services.close();
        session.close();
    }

    private static JsonNode json(String text) throws Exception {
        return Json.mapper().readTree(text);
    }

    private static AwsCall call(String service, String operation, String params) throws Exception {
        return new AwsCall(service, operation, json(params), "production", REGION);
    }

    private static ExecutionResult approved(Command command) throws Exception {
        var request = ExecutionRequest.of(command);
        return engine.result(engine.execute(request.withApproval(new Approval(engine.approvalHash(request), "tester", Instant.now()))));
    }

    /** The simulator restores every database up to this very moment, so that no two answers agree on it. */
    private static JsonNode withoutClock(JsonNode answer) {
        answer.path("DBInstances").forEach(database -> ((ObjectNode) database).remove("LatestRestorableTime"));
        return answer;
    }

    static Stream<List<String>> reads() {
        return Stream.of(
                List.of("sts", "get-caller-identity", "{}"),
                List.of("ec2", "describe-instances", "{}"),
                List.of("ec2", "describe-instances", "{\"MaxResults\":5}"),
                List.of("ec2", "describe-instances", "{\"Filters\":[{\"Name\":\"tag:Name\",\"Values\":[\"pg-backup-server\"]}]}"),
                List.of("ec2", "describe-volumes", "{}"),
                List.of("ec2", "describe-vpcs", "{}"),
                List.of("ec2", "describe-regions", "{}"),
                List.of("rds", "describe-db-instances", "{}"),
                List.of("rds", "describe-db-instances", "{\"DBInstanceIdentifier\":\"pg-instance-main1\"}"),
                List.of("rds", "describe-db-snapshots", "{}"),
                List.of("s3api", "list-buckets", "{}"),
                List.of("s3", "list-buckets", "{}"),
                List.of("s3api", "get-bucket-tagging", "{\"Bucket\":\"pg-backups-bucket\"}"),
                List.of("s3api", "get-bucket-location", "{\"Bucket\":\"pg-backups-bucket\"}"),
                List.of("s3api", "head-bucket", "{\"Bucket\":\"pg-backups-bucket\"}"),
                List.of("s3api", "list-objects-v2", "{\"Bucket\":\"pg-backups-bucket\"}"),
                List.of("iam", "list-users", "{}"),
                List.of("iam", "get-account-authorization-details", "{}"));
    }

    @ParameterizedTest
    @MethodSource("reads")
    void bothGiveTheSame(List<String> read) throws Exception {
        var call = call(read.get(0), read.get(1), read.get(2));
        var sdk = aws.call(call, Transport.SDK);
        var cli = aws.call(call, Transport.CLI);
        assertThat(withoutClock(sdk)).isEqualTo(withoutClock(cli));
        assertThat(sdk).isNotEqualTo(json(read.get(1).equals("list-objects-v2") ? "[]" : "{}"));
    }

    @Test
    void bothFollowPagesToTheEnd() throws Exception {
        var whole = aws.call(call("ec2", "describe-instances", "{}"), Transport.SDK);
        for (var transport : List.of(Transport.SDK, Transport.CLI)) {
            var paged = aws.call(call("ec2", "describe-instances", "{\"MaxResults\":5}"), transport);
            assertThat(paged.path("Reservations")).hasSameSizeAs(whole.path("Reservations")).hasSizeGreaterThan(5);
            assertThat(paged.has("NextToken")).isFalse();
        }
    }

    @Test
    void bothReadThePoliciesOfTheCaller() throws Exception {
        var arn = aws.call(call("sts", "get-caller-identity", "{}"), Transport.SDK).path("Arn").textValue();
        var user = "{\"UserName\":\"" + arn.substring(arn.lastIndexOf('/') + 1) + "\"}";
        for (var operation : List.of("list-attached-user-policies", "list-user-policies", "list-groups-for-user", "get-user")) {
            assertThat(aws.call(call("iam", operation, user), Transport.SDK)).as(operation)
                    .isEqualTo(aws.call(call("iam", operation, user), Transport.CLI));
        }
        var details = aws.call(call("iam", "get-account-authorization-details", "{}"), Transport.SDK);
        assertThat(details.findValues("PolicyDocument")).isNotEmpty().allMatch(JsonNode::isObject);
    }

    @ParameterizedTest
    @ValueSource(strings = {"it's \"quoted\" $(touch x) `y`", "two\nlines\tand a tab", "\u202Eright-to-left \u05D0", "\uD83D\uDE00 \uD842\uDFB7",
            "2026-01-01T10:30:00.000Z", "<&>\\", "--region", "null"})
    void hostileNamesAreTheSame(String name) throws Exception {
        var created = approved(new Command.AwsSdk("ec2", "create-volume", Json.mapper().createObjectNode().put("Size", 1)
                .put("AvailabilityZone", REGION + "a").toString(), "production", REGION));
        assertThat(created.succeeded()).as(created.stderr()).isTrue();
        var volume = json(created.stdout()).path("VolumeId").textValue();
        var tags = Json.mapper().createObjectNode();
        tags.putArray("Resources").add(volume);
        tags.putArray("Tags").addObject().put("Key", "Name").put("Value", name);
        var tagged = approved(new Command.AwsSdk("ec2", "create-tags", tags.toString(), "production", REGION));
        assertThat(tagged.succeeded()).as(tagged.stderr()).isTrue();

        var filter = Json.mapper().createObjectNode();
        filter.putArray("VolumeIds").add(volume);
        filter.putArray("Filters").addObject().put("Name", "tag:Name").putArray("Values").add(name);
        var call = new AwsCall("ec2", "describe-volumes", filter, "production", REGION);
        var sdk = aws.call(call, Transport.SDK);
        assertThat(sdk.at("/Volumes/0/Tags/0/Value").textValue()).isEqualTo(name);
        assertThat(aws.call(call, Transport.CLI)).isEqualTo(sdk);
    }

    @ParameterizedTest
    @MethodSource("failures")
    void bothFailAlike(List<String> failing) throws Exception {
        var call = call(failing.get(0), failing.get(1), failing.get(2));
        for (var transport : Set.of(Transport.SDK, Transport.CLI)) {
            var e = AwsFailures.of(aws, call, transport);
            assertThat(e.problem()).as(e.getMessage()).isEqualTo(Problem.valueOf(failing.get(3)));
        }
    }

    static Stream<List<String>> failures() {
        return Stream.of(
                List.of("rds", "describe-db-instances", "{\"DBInstanceIdentifier\":\"nobody\"}", "NOT_FOUND"),
                List.of("ec2", "describe-instances", "{\"InstanceIds\":[\"i-00000000000000000\"]}", "NOT_FOUND"),
                List.of("s3api", "head-bucket", "{\"Bucket\":\"no-such-bucket-here\"}", "NOT_FOUND"),
                List.of("s3api", "get-bucket-policy", "{\"Bucket\":\"pg-backups-bucket\"}", "NOT_FOUND"),
                List.of("ec2", "describe-instances", "{\"Bogus\":1}", "INVALID_CALL"),
                List.of("ec2", "describe-instances", "{\"NextToken\":\"x\"}", "INVALID_CALL"),
                List.of("ec2", "terminate-instances", "{\"InstanceIds\":[\"i-1\"]}", "INVALID_CALL"),
                // the simulator does not know this operation and answers with an HTML page
                List.of("iam", "simulate-principal-policy",
                        "{\"PolicySourceArn\":\"arn:aws:iam::123456789012:user/x\",\"ActionNames\":[\"s3:GetObject\"]}", "SERVER_ERROR"));
    }

    @Test
    void aServiceWithoutClientGoesThroughTheCli() throws Exception {
        var topics = aws.call(call("sns", "list-topics", "{}"), Transport.AUTO);
        assertThat(topics.path("Topics").isMissingNode() || topics.path("Topics").isArray()).isTrue();
        assertThat(AwsFailures.of(aws, call("sns", "list-topics", "{}"), Transport.SDK).problem()).isEqualTo(Problem.INVALID_CALL);
    }

    @Test
    void profilesKnowWhoseTheyAre() throws Exception {
        var profiles = services.get(Profiles.class);
        assertThat(profiles.list().stream().map(AwsProfile::name)).containsExactlyInAnyOrderElementsOf(session.profiles());
        assertThat(profiles.get("production").kind()).isEqualTo("static");
        var identity = profiles.identity("production");
        assertThat(session.summary().accounts()).contains(identity.accountId());
        assertThat(profiles.profileOf(identity.accountId())).isEqualTo("production");
        assertThat(session.summary().accounts()).allSatisfy(account -> assertThat(profiles.profileOf(account)).isNotNull());
        assertThat(profiles.profileOf("999999999999")).isNull();
        assertThat(session.profiles()).hasSize(2);
    }

    /** Calls that must fail. */
    static final class AwsFailures {

        private AwsFailures() {
        }

        static AwsException of(AwsCaller aws, AwsCall call, Transport transport) throws InterruptedException {
            try {
                throw new AssertionError(transport + " answered " + aws.call(call, transport));
            } catch (AwsException e) {
                return e;
            }
        }
    }
}
