package cloudops.execution.internal;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import cloudops.execution.HistoryFilter;
import cloudops.execution.Command.AwsCli;
import cloudops.execution.ExecutionException;
import cloudops.execution.ExecutionException.Problem;
import cloudops.execution.ExecutionRequest;
import cloudops.execution.ExecutionStatus;

class AwsCliTest {

    private static final URI SIMULATOR = URI.create("http://127.0.0.1:5000");

    @TempDir
    private Path home;

    @Test
    void passesServiceOperationArgumentsProfileRegionEndpointAndFormat() throws Exception {
        try (var fixture = withFakeAws(Optional.of(SIMULATOR), Map.of())) {
            assertThat(arguments(fixture, new AwsCli("rds", "describe-db-instances", List.of("--max-items", "5"), "prod", "eu-west-1")))
                    .containsExactly("rds", "describe-db-instances", "--max-items", "5", "--profile", "prod", "--region", "eu-west-1",
                            "--endpoint-url", "http://127.0.0.1:5000", "--output", "json");
        }
    }

    @Test
    void leavesOutWhatIsNotGivenAndDoesNotRepeatWhatIs() throws Exception {
        try (var fixture = withFakeAws(Optional.of(SIMULATOR), Map.of())) {
            assertThat(arguments(fixture, new AwsCli("ec2", "describe-vpcs",
                    List.of("--region=us-east-1", "--output", "text", "--endpoint-url", SIMULATOR.toString(), "--prof", "x"), "prod", "eu-west-1")))
                    .containsExactly("ec2", "describe-vpcs", "--region=us-east-1", "--output", "text", "--endpoint-url",
                            SIMULATOR.toString(), "--prof", "x");
        }
        try (var fixture = withFakeAws(Optional.empty(), Map.of())) {
            assertThat(arguments(fixture, new AwsCli("ec2", "describe-vpcs", List.of(), null, null)))
                    .containsExactly("ec2", "describe-vpcs", "--output", "json");
        }
    }

    @Test
    void passesHostileArgumentsAsTheyAre() throws Exception {
        var hostile = List.of("--name", "a b", "$(touch /tmp/x)", "`id`", "'\"", "line1\nline2", "\u202Egnp.exe", "\uD83D\uDE00", "", "*", "; ls");
        try (var fixture = withFakeAws(Optional.empty(), Map.of())) {
            var arguments = arguments(fixture, new AwsCli("ec2", "describe-tags", hostile, null, null));
            assertThat(arguments.subList(2, 2 + hostile.size())).isEqualTo(hostile);
        }
    }

    @Test
    void setsTheFilesOfTheEnvironmentAndOwnsRetries() throws Exception {
        try (var fixture = withFakeAws(Optional.empty(), Map.of("AWS_CONFIG_FILE", "/user/config", "AWS_ACCESS_KEY_ID", "AKIAUSER",
                "AWS_PROFILE", "users", "AWS_ENDPOINT_URL", "http://elsewhere"))) {
            assertThat(environment(fixture, "prod")).containsEntry("AWS_CONFIG_FILE", home.resolve("aws-config").toString())
                    .containsEntry("AWS_SHARED_CREDENTIALS_FILE", home.resolve("aws-credentials").toString())
                    .containsEntry("AWS_PAGER", "").containsEntry("AWS_RETRY_MODE", "standard").containsEntry("AWS_MAX_ATTEMPTS", "1")
                    .containsEntry("AWS_EC2_METADATA_DISABLED", "true")
                    .doesNotContainKeys("AWS_ACCESS_KEY_ID", "AWS_PROFILE");
            assertThat(environment(fixture, null)).containsEntry("AWS_ACCESS_KEY_ID", "AKIAUSER").containsEntry("AWS_PROFILE", "users");
        }
    }

    @Test
    void letsTheUserTurnTheMetadataServiceOn() throws Exception {
        try (var fixture = withFakeAws(Optional.empty(), Map.of("AWS_EC2_METADATA_DISABLED", "false"))) {
            assertThat(environment(fixture, "prod")).containsEntry("AWS_EC2_METADATA_DISABLED", "false");
        }
    }

    private static final Map<String, String> ENDPOINTS = Map.of("AWS_ENDPOINT_URL", "http://elsewhere", "AWS_ENDPOINT_URL_EC2", "http://ec2.elsewhere",
            "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true");

    @Test
    void passesTheUsersEndpoints() throws Exception {
        try (var fixture = withFakeAws(Optional.empty(), ENDPOINTS)) {
            assertThat(environment(fixture, "prod")).containsAllEntriesOf(ENDPOINTS);
        }
    }

    /** Also for the calls of STS that the CLI makes by itself. */
    @Test
    void theProgramsOwnEndpointCountsMore() throws Exception {
        try (var fixture = withFakeAws(Optional.of(SIMULATOR), ENDPOINTS)) {
            assertThat(environment(fixture, "prod")).containsEntry("AWS_ENDPOINT_URL", SIMULATOR.toString())
                    .containsEntry("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "false").doesNotContainKey("AWS_ENDPOINT_URL_EC2");
        }
    }

    @Test
    void otherProgramsLearnNothingOfEndpoints() throws Exception {
        try (var fixture = withFakeAws(Optional.of(SIMULATOR), ENDPOINTS)) {
            assertThat(fixture.run(EngineFixture.exec("env")).stdout()).doesNotContain("AWS_ENDPOINT_URL");
        }
    }

    @Test
    void saysHowToGetTheCli() throws Exception {
        try (var fixture = new EngineFixture(home, Map.of("PATH", home.toString()), Optional.empty(), false)) {
            var result = fixture.engine.executeReadOnly(call("describe-vpcs")).get(10, SECONDS);

            assertThat(result.status()).isEqualTo(ExecutionStatus.FAILED);
            assertThat(result.error()).contains("AWS CLI not found").contains("try: pip install awscli");
            assertThat(result.exitCode()).isNull();
        }
    }

    @Test
    void readsLeaveNeitherLogNorEntry() throws Exception {
        try (var fixture = withFakeAws(Optional.empty(), Map.of())) {
            var result = fixture.engine.executeReadOnly(call("describe-vpcs")).get(10, SECONDS);

            assertThat(result.succeeded()).isTrue();
            assertThat(result.stdout()).startsWith("ec2\0describe-vpcs\0");
            assertThat(result.logPath()).isNull();
            assertThat(fixture.engine.history(HistoryFilter.ALL)).isEmpty();
            assertThat(home.resolve("executions")).doesNotExist();
        }
    }

    @Test
    void cancellingTheFutureEndsTheCall() throws Exception {
        try (var fixture = withAws("echo $$ > '" + home + "/pid'; exec sleep 60", Optional.empty(),
                Map.of())) {
            var future = fixture.engine.executeReadOnly(call("describe-vpcs"));
            var pid = awaitPid();
            var process = ProcessHandle.of(pid).orElseThrow();
            future.cancel(true);

            assertThat(process.onExit()).succeedsWithin(3, SECONDS);
            assertThatThrownBy(future::get).isInstanceOf(CancellationException.class);
        }
    }

    @Test
    void refusesWhatIsNoPlainRead() throws Exception {
        try (var fixture = withFakeAws(Optional.of(SIMULATOR), Map.of())) {
            for (var command : List.of(new AwsCli("ec2", "terminate-instances", List.of(), null, null),
                    new AwsCli("secretsmanager", "get-secret-value", List.of(), null, null),
                    new AwsCli("ec2", "describe-vpcs", List.of("--filters", "file:///etc/passwd"), null, null),
                    new AwsCli("ec2", "describe-vpcs", List.of("--endpoint-url", "http://evil"), null, null))) {
                refused(fixture, ExecutionRequest.of(command));
            }
            refused(fixture, EngineFixture.with(Map.of("PATH", "/tmp"), call("describe-vpcs")));
            refused(fixture, EngineFixture.with(Map.of("AWS_CONFIG_FILE", "/tmp/evil"), call("describe-vpcs")));
            refused(fixture, EngineFixture.in(home, call("describe-vpcs")));
            refused(fixture, EngineFixture.exec("true"));
        }
    }

    @Test
    void refusesNamesThatAreOptions() throws Exception {
        try (var fixture = withFakeAws(Optional.empty(), Map.of())) {
            for (var command : List.of(new AwsCli("--endpoint-url=http://evil", "describe-vpcs", List.of(), null, null),
                    new AwsCli("ec2", "--debug", List.of(), null, null),
                    new AwsCli("ec2", "describe-vpcs", List.of(), "--debug", null),
                    new AwsCli("ec2", "describe-vpcs", List.of(), null, "-x"),
                    new AwsCli("ec2", "describe-vpcs", List.of("--"), null, null))) {
                assertThatThrownBy(() -> fixture.engine.executeReadOnly(ExecutionRequest.of(command)))
                        .isInstanceOfSatisfying(ExecutionException.class, e -> assertThat(e.problem()).isEqualTo(Problem.INVALID_REQUEST));
            }
        }
    }

    private static void refused(EngineFixture fixture, ExecutionRequest request) {
        assertThatThrownBy(() -> fixture.engine.executeReadOnly(request)).isInstanceOfSatisfying(ExecutionException.class,
                e -> assertThat(e.problem()).isEqualTo(Problem.APPROVAL_REQUIRED));
    }

    private static ExecutionRequest call(String operation) {
        return ExecutionRequest.of(new AwsCli("ec2", operation, List.of(), null, null));
    }

    private static List<String> arguments(EngineFixture fixture, AwsCli command) throws Exception {
        return Arrays.asList(fixture.run(ExecutionRequest.of(command)).stdout().split("\0"));
    }

    private static Map<String, String> environment(EngineFixture fixture, String profile) throws Exception {
        var result = fixture.run(ExecutionRequest.of(new AwsCli("ec2", "describe-vpcs", List.of(), profile, null)));
        var variables = new HashMap<String, String>();
        result.stderr().lines().forEach(line -> variables.put(line.split("=", 2)[0], line.split("=", 2)[1]));
        return variables;
    }

    /** A recorder: prints its arguments, each ended by NUL, and its environment on the error stream. */
    private EngineFixture withFakeAws(Optional<URI> endpoint, Map<String, String> host) throws IOException {
        return withAws("printf '%s\\0' \"$@\"; env >&2", endpoint, host);
    }

    private EngineFixture withAws(String script, Optional<URI> endpoint, Map<String, String> host) throws IOException {
        var bin = Files.createDirectories(home.resolve("bin"));
        Files.writeString(bin.resolve("aws"), "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(bin.resolve("aws"), PosixFilePermissions.fromString("rwx------"));
        var variables = new HashMap<>(host);
        variables.put("PATH", bin + ":/usr/bin:/bin");
        return new EngineFixture(home, variables, endpoint, false);
    }

    /** Waits for the script's process ID in the file {@code pid}. */
    private long awaitPid() throws Exception {
        var file = home.resolve("pid");
        try (var watch = home.getFileSystem().newWatchService()) {
            home.register(watch, StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_MODIFY);
            while (!Files.exists(file) || Files.size(file) == 0) {
                assertThat(watch.poll(10, SECONDS)).as("sign of life of the script").isNotNull().satisfies(key -> {
                    key.pollEvents();
                    key.reset();
                });
            }
        }
        return Long.parseLong(Files.readString(file).trim());
    }
}
