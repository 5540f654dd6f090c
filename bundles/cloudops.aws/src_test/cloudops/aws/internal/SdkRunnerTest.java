package cloudops.aws.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import cloudops.aws.AccessKey;
import cloudops.execution.Command;
import cloudops.execution.ExecutionEngine.Stream;
import cloudops.execution.ExecutionRequest;
import cloudops.execution.spi.RunFailedException;

/** The runner against answers that no simulator gives. */
class SdkRunnerTest {

    private record Ran(int exitCode, String stdout, String stderr) {
    }

    @TempDir
    Path folder;
    private AwsFolder aws;

    @BeforeEach
    void files() {
        aws = new AwsFolder(folder).config("[default]\nregion = us-east-1\n[profile none]\nregion = us-east-1\n")
                .credentials("[default]\n" + AwsFolder.KEYS);
    }

    private Ran run(String endpoint, String service, String operation, String params, String profile) throws Exception {
        var runner = new SdkRunner(SdkClasses.services(), aws.environment(endpoint), aws.keychain());
        try {
            var out = new StringBuffer();
            var err = new StringBuffer();
            var request = ExecutionRequest.of(new Command.AwsSdk(service, operation, params, profile, null));
            int exitCode = runner.run(request, Map.of(), (stream, line) -> (stream == Stream.STDOUT ? out : err).append(line).append('\n'));
            return new Ran(exitCode, out.toString(), err.toString());
        } finally {
            runner.close();
        }
    }

    @Test
    void printsWhatTheCliPrints() throws Exception {
        try (var server = new StubServer(200, "text/xml", """
                <GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
                <Arn>arn:aws:iam::123456789012:user/ann</Arn><UserId>AIDA</UserId><Account>123456789012</Account>
                </GetCallerIdentityResult></GetCallerIdentityResponse>""")) {
            var ran = run(server.endpoint().toString(), "sts", "get-caller-identity", null, null);
            assertThat(ran).isEqualTo(new Ran(0, """
                    {
                        "UserId": "AIDA",
                        "Account": "123456789012",
                        "Arn": "arn:aws:iam::123456789012:user/ann"
                    }
                    """, ""));
        }
    }

    @Test
    void printsOnePageWhereThatIsAskedFor() throws Exception {
        try (var server = new StubServer(200, "text/xml", "<DescribeInstancesResponse><reservationSet/><nextToken>more</nextToken></DescribeInstancesResponse>")) {
            assertThat(run(server.endpoint().toString(), "ec2", "describe-instances", "{\"NextToken\":null}", "default").stdout()).contains("\"NextToken\": \"more\"");
            assertThat(run(server.endpoint().toString(), "ec2", "describe-instances", "{\"NextToken\":\"more\"}", "default").exitCode()).isZero();
            assertThat(server.requests).hasValue(2);
        }
    }

    @Test
    void printsNothingForAnAnswerWithoutMembers() throws Exception {
        try (var server = new StubServer(200, "text/xml", "<AttachUserPolicyResponse/>")) {
            assertThat(run(server.endpoint().toString(), "iam", "attach-user-policy", "{\"UserName\":\"a\",\"PolicyArn\":\"arn:aws:iam::aws:policy/x\"}",
                    "default")).isEqualTo(new Ran(0, "", ""));
        }
    }

    @Test
    void keysThatHaveEndedAreNotSent() throws Exception {
        aws.config("""
                [profile vault]
                credential_process = echo '{"Version": 1, "AccessKeyId": "A", "SecretAccessKey": "s", "SessionToken": "t", "Expiration": "2001-01-01T00:00:00Z"}'
                region = us-east-1
                """);
        try (var server = new StubServer(200, "text/xml", "<Response/>")) {
            var ran = run(server.endpoint().toString(), "ec2", "describe-vpcs", "{}", "vault");
            assertThat(ran.exitCode).isEqualTo(253);
            assertThat(ran.stderr).contains("the credentials of profile 'vault' ended at ", "; try: run the credential_process of profile vault by hand");
            assertThat(server.requests).hasValue(0);
        }
    }

    @Test
    void onlyTheKeyPairThatWasApprovedIsUsed() throws Exception {
        aws.config("[profile role]\nrole_arn = arn:aws:iam::222222222222:role/r\nsource_profile = by-hand\nregion = us-east-1\n");
        var keychain = aws.keychain();
        try (var server = new StubServer(403, "text/xml", "<Response/>")) {
            var runner = new SdkRunner(SdkClasses.services(), aws.environment(server.endpoint().toString()), keychain);
            try {
                keychain.add("by-hand", "us-east-1", new AccessKey("AKIAIOSFODNN7EXAMPLE", "first".toCharArray(), null), false);
                var approved = keychain.find("by-hand").orElseThrow();
                for (var profile : List.of("by-hand", "role")) {
                    assertThat(ask(runner, profile, approved)).isEqualTo(254);
                    assertThatThrownBy(() -> ask(runner, profile, null)).isInstanceOf(RunFailedException.class)
                            .hasMessageContaining("another key pair");
                }
                assertThatThrownBy(() -> ask(runner, null, approved)).isInstanceOf(RunFailedException.class)
                        .hasMessageContaining("another key pair");
                keychain.add("by-hand", "us-east-1", new AccessKey("AKIAIOSFODNN7EXAMPLE", "second".toCharArray(), null), true);
                int requests = server.requests.get();
                for (var profile : List.of("by-hand", "role")) {
                    assertThatThrownBy(() -> ask(runner, profile, approved)).isInstanceOf(RunFailedException.class)
                            .hasMessageContaining("another key pair by now");
                }
                assertThat(server.requests).hasValue(requests);
                assertThat(ask(runner, "by-hand", keychain.find("by-hand").orElseThrow())).isEqualTo(254);
            } finally {
                runner.close();
            }
        }
    }

    private static int ask(SdkRunner runner, String profile, String approved) throws Exception {
        var request = ExecutionRequest.of(new Command.AwsSdk("sts", "get-caller-identity", null, profile, null));
        return runner.run(request, Map.of(), approved, (stream, line) -> {
        });
    }

    @Test
    void anErrorOfTheServiceReadsLikeTheClis() throws Exception {
        try (var server = new StubServer(403, "text/xml", """
                <Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>You are not\nauthorized.</Message></Error></Errors>
                <RequestID>r</RequestID></Response>""")) {
            assertThat(run(server.endpoint().toString(), "ec2", "describe-instances", "{}", "default")).isEqualTo(new Ran(254, "",
                    "An error occurred (UnauthorizedOperation) when calling the DescribeInstances operation: You are not\nauthorized.\n"));
            assertThat(server.requests).as("no retry of the client's own").hasValue(1);
        }
    }

    @Test
    void anErrorNestedInAnotherWayIsUnderstood() throws Exception {
        try (var server = new StubServer(403, "text/xml", "<?xml version=\"1.0\"?><ErrorResponse><Errors><Error><Code>InvalidClientTokenId</Code>"
                + "<Message>The token is invalid.</Message></Error></Errors></ErrorResponse>")) {
            assertThat(run(server.endpoint().toString(), "rds", "describe-db-instances", "{}", "default").stderr()).isEqualTo(
                    "An error occurred (InvalidClientTokenId) when calling the DescribeDBInstances operation: The token is invalid.\n");
        }
    }

    @Test
    void anHtmlPageIsItsStatus() throws Exception {
        try (var server = new StubServer(500, "text/html", "<!doctype html><title>500 Internal Server Error</title>")) {
            assertThat(run(server.endpoint().toString(), "iam", "simulate-principal-policy",
                    "{\"PolicySourceArn\":\"arn:aws:iam::1:user/a\",\"ActionNames\":[\"s3:*\"]}", "default")).isEqualTo(new Ran(254, "",
                            "An error occurred (500) when calling the SimulatePrincipalPolicy operation: Internal Server Error\n"));
        }
    }

    @Test
    void aRefusedRoleIsTheAssumeRolesError() throws Exception {
        aws.config("[profile r]\nrole_arn = arn:aws:iam::222222222222:role/r\nsource_profile = default\nregion = us-east-1\n");
        try (var server = new StubServer(403, "text/xml",
                "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>")) {
            assertThat(run(server.endpoint().toString(), "ec2", "describe-instances", "{}", "r")).isEqualTo(new Ran(254, "",
                    "An error occurred (AccessDenied) when calling the AssumeRole operation: no\n"));
        }
    }

    @Test
    void nobodyListens() throws Exception {
        int port;
        try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        var endpoint = "http://127.0.0.1:" + port;
        assertThat(run(endpoint, "rds", "describe-db-instances", "{}", "default"))
                .isEqualTo(new Ran(255, "", "Could not connect to the endpoint URL: \"" + endpoint + "\"\n"));
    }

    @Test
    void configurationThatCannotWork() throws Exception {
        assertThat(run(null, "ec2", "describe-instances", "{}", "none").stderr()).startsWith("Unable to locate credentials: profile 'none'");
        assertThat(run(null, "ec2", "describe-instances", "{}", "nobody").stderr()).startsWith("The config profile could not be found: ");
        assertThat(run(null, "ec2", "describe-instances", "{}", "nobody").exitCode()).isEqualTo(253);
        aws.config("nonsense");
        assertThat(run(null, "ec2", "describe-instances", "{}", "default").stderr()).startsWith("Unable to parse config file: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"Bogus\":1}", "[]", "{", "\"x\"", "{\"InstanceIds\":{}}"})
    void parametersThatDoNotFit(String params) throws Exception {
        var ran = run(null, "ec2", "describe-instances", params, "default");
        assertThat(ran.exitCode()).isEqualTo(252);
        assertThat(ran.stderr()).startsWith("Parameter validation failed:\n");
    }

    @Test
    void whatIsNotInstalledOrStreamsIsNotRun() {
        assertThatThrownBy(() -> run(null, "lambda", "list-functions", "{}", "default")).isInstanceOf(RunFailedException.class)
                .hasMessageContaining("no AWS SDK client for 'lambda'");
        assertThatThrownBy(() -> run(null, "s3api", "get-object", "{}", "default")).isInstanceOf(RunFailedException.class)
                .hasMessageContaining("no operation 'get-object'");
    }

    @Test
    void interruptingEndsTheCall() throws Exception {
        try (var server = StubServer.silent()) {
            var outcome = new CompletableFuture<Object>();
            var thread = Thread.ofVirtual().start(() -> {
                try {
                    outcome.complete(run(server.endpoint().toString(), "ec2", "describe-instances", "{}", "default"));
                } catch (Exception e) {
                    outcome.complete(e);
                }
            });
            assertThat(server.asked.await(60, TimeUnit.SECONDS)).isTrue();
            thread.interrupt();
            assertThat(outcome.get(30, TimeUnit.SECONDS)).isInstanceOf(InterruptedException.class);
        }
    }

    @Test
    void acceptsItsOwnKindOnly() {
        var runner = new SdkRunner(SdkClasses.services(), aws.environment(), aws.keychain());
        assertThat(runner.accepts(new Command.AwsSdk("ec2", "describe-vpcs", null, null, null))).isTrue();
        assertThat(runner.accepts(new Command.AwsCli("ec2", "describe-vpcs", List.of(), null, null))).isFalse();
        runner.close();
    }
}
