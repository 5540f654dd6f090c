package cloudops.execution.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import cloudops.execution.Command;
import cloudops.execution.Command.AwsCli;
import cloudops.execution.ExecutionEngine;
import cloudops.execution.ExecutionRequest;
import cloudops.execution.ExecutionStatus;
import cloudops.execution.HistoryFilter;
import cloudops.execution.spi.CommandRunner;
import cloudops.execution.spi.ProfileVariables;

/** Profiles whose credentials reach a process as variables, and nothing but that. */
class SignInTest {

    private static final String SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

    @TempDir
    private Path home;

    private String inKeychain = "vault";
    private String credentials = "first";
    private String secret = SECRET;
    private IOException locked;

    private EngineFixture fixture;

    /** One profile is elsewhere, all others are in the AWS files. */
    private final ProfileVariables profiles = new ProfileVariables() {
        @Override
        public Optional<String> find(String profile) throws IOException {
            if (profile.equals("broken")) {
                throw new IOException("the list of key pairs is damaged");
            }
            return profile.equals(inKeychain) ? Optional.of(credentials) : Optional.empty();
        }

        @Override
        public Map<String, String> variables(String profile, String asked) throws IOException {
            if (locked != null) {
                throw locked;
            }
            assertThat(asked).isEqualTo(credentials);
            return Map.of("AWS_ACCESS_KEY_ID", "AKIAVAULT", "AWS_SECRET_ACCESS_KEY", secret, "AWS_REGION", "eu-north-1");
        }

        @Override
        public Map<String, String> surroundings(String profile) {
            return profile.equals("task") ? Map.of("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1/task") : Map.of();
        }
    };

    @BeforeEach
    void fakeAws() throws IOException {
        var bin = Files.createDirectories(home.resolve("bin"));
        var aws = Files.writeString(bin.resolve("aws"), "#!/bin/sh\nprintf '%s\\n' \"$*\"\nenv\n");
        Files.setPosixFilePermissions(aws, PosixFilePermissions.fromString("rwx------"));
        fixture = new EngineFixture(home, Map.of("PATH", bin + ":/usr/bin:/bin", "AWS_SESSION_TOKEN", "of somebody else", "AWS_ACCESS_KEY_ID", "AKIAHOST"),
                Optional.empty(), false, profiles);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private record Seen(String arguments, Map<String, String> variables) {
    }

    private Seen run(ExecutionRequest request) throws Exception {
        var result = fixture.run(request);
        assertThat(result.status()).as(result.error()).isEqualTo(ExecutionStatus.COMPLETED);
        var lines = result.stdout().lines().toList();
        var variables = new HashMap<String, String>();
        lines.stream().skip(1).map(line -> line.split("=", 2)).filter(pair -> pair.length == 2).forEach(pair -> variables.put(pair[0], pair[1]));
        return new Seen(lines.getFirst(), variables);
    }

    private Seen aws(String profile, String... args) throws Exception {
        return run(ExecutionRequest.of(new AwsCli("rds", "describe-db-instances", Arrays.asList(args), profile, null)));
    }

    private static void assertVault(Seen seen) {
        assertThat(seen.arguments()).doesNotContain("profile", "vault", "AKIAVAULT", SECRET);
        assertThat(seen.variables()).containsEntry("AWS_ACCESS_KEY_ID", "AKIAVAULT").containsEntry("AWS_SECRET_ACCESS_KEY", SECRET)
                .containsEntry("AWS_REGION", "eu-north-1").doesNotContainKeys("AWS_SESSION_TOKEN", "AWS_PROFILE");
    }

    @Test
    void aCallGetsTheCredentialsInThePlaceOfTheProfile() throws Exception {
        assertVault(aws("vault"));
        assertVault(aws(null, "--profile", "vault"));
        assertVault(aws("another", "--profile=vault"));
        assertVault(aws("another", "--profile", "x", "--profile", "vault"));
        var withoutKeys = Map.of("AWS_PROFILE", "vault", "AWS_ACCESS_KEY_ID", "");
        assertVault(run(ExecutionRequest.of(new AwsCli("rds", "describe-db-instances", List.of(), null, null)).withEnv(withoutKeys)));
        assertThat(aws("vault", "--max-items", "1").arguments()).isEqualTo("rds describe-db-instances --max-items 1 --output json");
    }

    @Test
    void soDoProgramsThatAreToUseTheProfile() throws Exception {
        var env = Map.of("AWS_PROFILE", "vault");
        assertVault(run(EngineFixture.exec("aws", "s3", "ls").withEnv(env)));
        assertVault(run(ExecutionRequest.of(new Command.Shell("aws s3 ls")).withEnv(env)));
        var script = Files.writeString(home.resolve("script.sh"), "aws s3 ls\n");
        assertVault(run(ExecutionRequest.of(new Command.Script(Command.Interpreter.SH, script, List.of())).withEnv(env)));
    }

    @Test
    void aProfileOfWhereThisProgramRunsHasWhatItNeedsOfThat() throws Exception {
        var expected = Map.of("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1/task");
        assertThat(aws("task").arguments()).contains("--profile task");
        for (var seen : List.of(aws("task"), aws("prod", "--profile", "task"), run(s3().withEnv(Map.of("AWS_PROFILE", "task"))))) {
            assertThat(seen.variables()).containsAllEntriesOf(expected).doesNotContainKey("AWS_ACCESS_KEY_ID");
        }
        assertThat(aws("prod").variables()).doesNotContainKey("AWS_CONTAINER_CREDENTIALS_FULL_URI");
        var own = Map.of("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1/own");
        assertThat(run(rds("task").withEnv(own)).variables()).containsAllEntriesOf(own);
    }

    private static ExecutionRequest s3() {
        return EngineFixture.exec("aws", "s3", "ls");
    }

    private static ExecutionRequest rds(String profile) {
        return ExecutionRequest.of(new AwsCli("rds", "describe-db-instances", List.of(), profile, null));
    }

    /** As botocore decides. */
    @Test
    void keysInTheEnvironmentCountMoreThanAProfileThere() throws Exception {
        var env = Map.of("AWS_PROFILE", "vault", "AWS_ACCESS_KEY_ID", "AKIAREQUEST", "AWS_SECRET_ACCESS_KEY", "its own");
        for (var request : List.of(s3(), ExecutionRequest.of(new Command.Shell("aws s3 ls")),
                rds(null))) {
            assertThat(run(request.withEnv(env)).variables()).containsAllEntriesOf(env);
        }
        var ofTheHost = rds(null).withEnv(Map.of("AWS_PROFILE", "vault"));
        assertThat(run(ofTheHost).variables()).containsEntry("AWS_ACCESS_KEY_ID", "AKIAHOST");
    }

    /** As botocore decides. */
    @Test
    void theOlderVariableCountsMore() throws Exception {
        assertVault(run(s3().withEnv(Map.of("AWS_DEFAULT_PROFILE", "vault"))));
        assertVault(run(s3().withEnv(Map.of("AWS_DEFAULT_PROFILE", "vault", "AWS_PROFILE", "prod"))));
        assertThat(run(s3().withEnv(Map.of("AWS_DEFAULT_PROFILE", "prod", "AWS_PROFILE", "vault"))).variables())
                .doesNotContainKey("AWS_SECRET_ACCESS_KEY").containsEntry("AWS_DEFAULT_PROFILE", "prod");
    }

    @Test
    void whatTheFilesSayOfTheDefaultProfileIsNotForThisOne() throws Exception {
        assertThat(aws("vault").variables()).containsEntry("AWS_CONFIG_FILE", "/dev/null").containsEntry("AWS_SHARED_CREDENTIALS_FILE", "/dev/null");
        assertThat(aws("prod").variables().get("AWS_CONFIG_FILE")).isNotEqualTo("/dev/null");
        var own = rds("vault").withEnv(Map.of("AWS_CONFIG_FILE", "/own"));
        assertThat(run(own).variables()).containsEntry("AWS_CONFIG_FILE", "/own").containsEntry("AWS_SHARED_CREDENTIALS_FILE", "/dev/null");

        assertThat(run(s3().withEnv(Map.of("AWS_PROFILE", "vault"))).variables()).containsEntry("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true");
        assertThat(run(s3().withEnv(Map.of("AWS_PROFILE", "prod"))).variables()).doesNotContainKey("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS");
        assertThat(run(s3().withEnv(Map.of("AWS_PROFILE", "vault", "AWS_ENDPOINT_URL", "http://localhost:1"))).variables())
                .containsEntry("AWS_ENDPOINT_URL", "http://localhost:1").doesNotContainKey("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS");
    }

    @Test
    void otherProfilesAreLeftToTheCli() throws Exception {
        for (var seen : List.of(aws("prod"), aws("vault", "--profile", "prod"), aws("vault", "--prof", "prod"))) {
            assertThat(seen.arguments()).contains("prod").doesNotContain("vault");
            assertThat(seen.variables()).doesNotContainKeys("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY");
        }
        assertThat(aws(null).variables()).containsEntry("AWS_ACCESS_KEY_ID", "AKIAHOST");
    }

    @Test
    void aRegionThatIsNamedCountsMore() throws Exception {
        var request = rds("vault");
        assertThat(run(request.withEnv(Map.of("AWS_REGION", "us-west-2"))).variables()).containsEntry("AWS_REGION", "us-west-2");
    }

    @Test
    void nothingRunsWithoutTheCredentials() throws Exception {
        locked = new IOException("the keyring is locked; try: unlock it");
        var result = fixture.run(rds("vault"));
        assertThat(result.status()).isEqualTo(ExecutionStatus.FAILED);
        assertThat(result.error()).contains("the keyring is locked; try: unlock it");
        assertThat(result.stdout()).isEmpty();
        locked = null;
        var broken = fixture.run(ExecutionRequest.of(new AwsCli("rds", "describe-db-instances", List.of(), "broken", null)));
        assertThat(broken.status()).isEqualTo(ExecutionStatus.FAILED);
        assertThat(broken.error()).contains("the list of key pairs is damaged");
    }

    @Test
    void anApprovalHoldsForTheseCredentialsAlone() {
        var request = ExecutionRequest.of(new AwsCli("rds", "stop-db-instance", List.of("--db-instance-identifier", "x"), "vault", null));
        var hash = fixture.engine.approvalHash(request);
        secret = "another secret under the same name";
        assertThat(fixture.engine.approvalHash(request)).isEqualTo(hash);
        credentials = "second";
        assertThat(fixture.engine.approvalHash(request)).isNotEqualTo(hash);
    }

    @Test
    void whoRunsACallInThisProcessIsToldWhichCredentialsWereApproved() throws Exception {
        var told = new ArrayList<String>();
        fixture.engine.addRunner(new CommandRunner() {
            @Override
            public boolean accepts(Command command) {
                return command instanceof Command.AwsSdk;
            }

            @Override
            public int run(ExecutionRequest request, Map<String, String> environment, BiConsumer<ExecutionEngine.Stream, String> output) {
                throw new AssertionError("without credentials");
            }

            @Override
            public int run(ExecutionRequest request, Map<String, String> environment, String approved,
                    BiConsumer<ExecutionEngine.Stream, String> output) {
                told.add(approved);
                return 0;
            }
        });
        for (var profile : new String[] { "vault", "prod", null }) {
            var result = fixture.run(ExecutionRequest.of(new Command.AwsSdk("rds", "describe-db-instances", null, profile, null)));
            assertThat(result.status()).as(result.error()).isEqualTo(ExecutionStatus.COMPLETED);
        }
        inKeychain = "default";
        fixture.run(ExecutionRequest.of(new Command.AwsSdk("rds", "describe-db-instances", null, null, null)));
        assertThat(told).containsExactly("first", null, null, "first");
    }

    @Test
    void noSecretIsKept() throws Exception {
        assertThat(aws("vault").variables()).containsValue(SECRET); // this aws prints it; nothing else does
        assertThat(fixture.engine.history(HistoryFilter.ALL).toString()).contains("vault").doesNotContain(SECRET);
        try (var files = Files.walk(home)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1)).as(file.toString()).doesNotContain(SECRET);
            }
        }
    }
}
