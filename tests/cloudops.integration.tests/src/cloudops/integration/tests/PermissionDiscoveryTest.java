package cloudops.integration.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import cloudops.aws.Profiles;
import cloudops.demo.Simulator;
import cloudops.iam.PermissionDiscovery;
import cloudops.model.Environment;
import cloudops.model.PermissionSource;

/** Policies in the simulator, which does not know SimulatePrincipalPolicy, through the real services. */
class PermissionDiscoveryTest {

    private static final String DB = "arn:aws:rds:us-west-2:123456789012:db:pg-instance-main1";
    private static final String OTHER_REGION = "arn:aws:rds:eu-west-1:123456789012:db:pg-instance-main1";
    private static final String BUCKET = "arn:aws:s3:::home-bob";
    private static final List<String> ACTIONS = List.of("rds:StopDBInstance", "rds:DeleteDBInstance", "rds:RebootDBInstance",
            "rds:CreateDBSnapshot", "s3:DeleteBucket");

    @TempDir
    private static Path folder;
    private static Simulator simulator;
    private static Services services;
    private static PermissionDiscovery discovery;
    private static Profiles profiles;

    @BeforeAll
    static void createPrincipals() throws Exception {
        simulator = Simulator.start();
        var files = createUser() + createRole();
        var credentials = Files.writeString(folder.resolve("credentials"), files);
        var config = Files.writeString(folder.resolve("config"), "[profile bob]\nregion = us-west-2\n[profile dev]\nregion = us-west-2\n");
        var environment = new Environment(folder.resolve("home"), config, credentials, Optional.of(simulator.endpoint()), false, false);
        services = new Services(environment, "for the test".toCharArray());
        discovery = services.get(PermissionDiscovery.class);
        profiles = services.get(Profiles.class);
    }

    @AfterAll
    static void end() {
        if (services != null) {
            services.close();
        }
        if (simulator != null) {
            simulator.close();
        }
    }

    @Test
    void evaluatesThePoliciesOfAUserAndItsGroup() throws Exception {
        var found = discovery.discover("bob", profiles.identity("bob"), ACTIONS, List.of(DB, OTHER_REGION, BUCKET));

        var here = found.get(DB);
        assertThat(here.source()).isEqualTo(PermissionSource.EVALUATED);
        assertThat(here.userContext().username()).isEqualTo("bob");
        assertThat(here.allowedActions()).containsExactly("rds:StopDBInstance", "rds:RebootDBInstance");
        assertThat(here.deniedActions()).containsExactly("rds:DeleteDBInstance", "s3:DeleteBucket");
        assertThat(here.unknownActions()).containsExactly("rds:CreateDBSnapshot");
        assertThat(here.reason()).isEqualTo("condition aws:SourceIp in policy own \u05d0+b");
        assertThat(here.reasons()).containsEntry("rds:StopDBInstance", "allowed by statement Operate of policy Managed")
                .containsEntry("rds:RebootDBInstance", "allowed by statement 1 of policy own \u05d0+b")
                .containsEntry("rds:DeleteDBInstance", "explicit deny in policy protect of group ops")
                .containsEntry("s3:DeleteBucket", "no policy allows it");
        assertThat(found.get(OTHER_REGION).deniedActions()).contains("rds:RebootDBInstance");
        assertThat(found.get(BUCKET).allowedActions()).contains("s3:DeleteBucket");
    }

    @Test
    void evaluatesThePoliciesOfTheRoleBehindASession() throws Exception {
        var found = discovery.discover("dev", profiles.identity("dev"), ACTIONS, List.of(DB)).get(DB);

        assertThat(found.source()).isEqualTo(PermissionSource.EVALUATED);
        assertThat(found.userContext().roleArn()).isEqualTo("arn:aws:iam::123456789012:role/Dev");
        assertThat(found.allowedActions()).containsExactly("rds:StopDBInstance");
        assertThat(found.unknownActions()).isEmpty();
    }

    @Test
    void asksNoMoreForFurtherResources() throws Exception {
        var identity = profiles.identity("bob");
        discovery.discover("bob", identity, ACTIONS, List.of(DB));
        var arns = IntStream.range(0, 5000).mapToObj(i -> DB + "-" + i).toList();
        simulatorMustNotBeNeeded(() -> assertThat(discovery.discover("bob", identity, ACTIONS, arns)).hasSize(5000)
                .allSatisfy((arn, found) -> assertThat(found.allowedActions()).contains("rds:StopDBInstance")));
    }

    /** 50 batches of failing simulations, each with its retries, would take minutes. */
    private static void simulatorMustNotBeNeeded(Work work) throws Exception {
        long started = System.nanoTime();
        work.run();
        assertThat(System.nanoTime() - started).isLessThan(30_000_000_000L);
    }

    private interface Work {
        void run() throws Exception;
    }

    private static String createUser() throws Exception {
        iam("CreateUser", Map.of("UserName", "bob"));
        iam("PutUserPolicy", Map.of("UserName", "bob", "PolicyName", "own \u05d0+b", "PolicyDocument", """
                {"Version": "2012-10-17", "Statement": [
                  {"Effect": "Allow", "Action": "rds:Reboot*", "Resource": "arn:aws:rds:us-*:123456789012:db:*"},
                  {"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::home-${aws:username}"},
                  {"Effect": "Allow", "Action": "rds:CreateDBSnapshot", "Resource": "*",
                   "Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}}]}"""));
        iam("AttachUserPolicy", Map.of("UserName", "bob", "PolicyArn", element("Arn", iam("CreatePolicy", Map.of("PolicyName", "Managed",
                "PolicyDocument", """
                        {"Version": "2012-10-17", "Statement":
                          {"Sid": "Operate", "Effect": "Allow", "Action": ["rds:StopDBInstance", "rds:DeleteDBInstance"], "Resource": "*"}}
                        """)))));
        iam("CreateGroup", Map.of("GroupName", "ops"));
        iam("PutGroupPolicy", Map.of("GroupName", "ops", "PolicyName", "protect", "PolicyDocument", """
                {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "rds:Delete*", "Resource": "*"}]}"""));
        iam("AddUserToGroup", Map.of("GroupName", "ops", "UserName", "bob"));
        var key = iam("CreateAccessKey", Map.of("UserName", "bob"));
        return profile("bob", key);
    }

    private static String createRole() throws Exception {
        var role = iam("CreateRole", Map.of("RoleName", "Dev", "Path", "/team/", "AssumeRolePolicyDocument",
                "{\"Version\": \"2012-10-17\", \"Statement\": []}"));
        iam("PutRolePolicy", Map.of("RoleName", "Dev", "PolicyName", "own", "PolicyDocument", """
                {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "rds:Stop*", "Resource": "*",
                  "Condition": {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/team/*"}}}]}"""));
        var session = call("sts", "2011-06-15", "AssumeRole", Map.of("RoleArn", element("Arn", role), "RoleSessionName", "s1"));
        return profile("dev", session) + "aws_session_token = " + element("SessionToken", session) + "\n";
    }

    private static String profile(String name, String key) {
        return "[" + name + "]\naws_access_key_id = " + element("AccessKeyId", key) + "\naws_secret_access_key = "
                + element("SecretAccessKey", key) + "\n";
    }

    private static String iam(String action, Map<String, String> params) throws IOException, InterruptedException {
        return call("iam", "2010-05-08", action, params);
    }

    /** The simulator finds the service in the header and does not check signatures. */
    private static String call(String service, String version, String action, Map<String, String> params)
            throws IOException, InterruptedException {
        var all = new TreeMap<>(params);
        all.put("Action", action);
        all.put("Version", version);
        var body = all.entrySet().stream().map(e -> e.getKey() + "=" + URLEncoder.encode(e.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        var request = HttpRequest.newBuilder(URI.create(simulator.endpoint() + "/")).POST(BodyPublishers.ofString(body))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("Authorization", "AWS4-HMAC-SHA256 Credential=simulator/20260101/us-east-1/" + service
                        + "/aws4_request, SignedHeaders=host, Signature=none")
                .build();
        try (var http = HttpClient.newHttpClient()) {
            var response = http.send(request, BodyHandlers.ofString());
            assertThat(response.statusCode()).as(action + ": " + response.body()).isEqualTo(200);
            return response.body();
        }
    }

    private static String element(String name, String xml) {
        var matcher = Pattern.compile("<" + name + ">([^<]*)</" + name + ">").matcher(xml);
        assertThat(matcher.find()).as(name + " in " + xml).isTrue();
        return matcher.group(1);
    }
}
