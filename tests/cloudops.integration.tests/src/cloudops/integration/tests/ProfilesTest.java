package cloudops.integration.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import cloudops.aws.AwsCall;
import cloudops.aws.AwsCaller;
import cloudops.aws.AwsCaller.Transport;
import cloudops.aws.AwsException;
import cloudops.aws.AwsException.Problem;
import cloudops.aws.Profiles;
import cloudops.demo.Simulator;
import cloudops.model.Environment;

/** Profiles that get their credentials from somewhere else, and their endpoint from the profile itself. */
class ProfilesTest {

    private static final Instant ENDS = Instant.now().plus(2, ChronoUnit.HOURS).truncatedTo(ChronoUnit.SECONDS);

    /** Another one each time: the CLI keeps the keys of a role's session for an hour, below the user's home, and another simulator does not know them. */
    private static final String SESSION = "ann-" + ProcessHandle.current().pid() + "-" + System.currentTimeMillis();

    private static Simulator simulator;

    @TempDir
    Path folder;
    private Services services;

    @BeforeAll
    static void start() throws Exception {
        simulator = Simulator.start();
    }

    @AfterAll
    static void stop() {
        simulator.close();
    }

    @AfterEach
    void close() {
        services.close();
    }

    private <T> T with(String config, Class<T> service) throws Exception {
        Files.writeString(folder.resolve("config"), config.replace("@here", "region = us-east-1\nendpoint_url = " + simulator.endpoint()));
        Files.writeString(folder.resolve("credentials"), "[keys]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = secret\n");
        services = new Services(new Environment(folder.resolve("home"), folder.resolve("config"), folder.resolve("credentials"),
                Optional.empty(), false, false), "throw-away".toCharArray());
        return services.get(service);
    }

    private static final String CHAIN = """
            [profile keys]
            @here
            [profile jump]
            role_arn = arn:aws:iam::222222222222:role/Jump
            source_profile = keys
            @here
            [profile target]
            role_arn = arn:aws:iam::333333333333:role/ops/Target
            source_profile = jump
            external_id = it's "this" one
            role_session_name = @session
            @here
            """.replace("@session", SESSION);

    @Test
    void aChainOfRolesEndsInTheLast() throws Exception {
        var profiles = with(CHAIN, Profiles.class);
        var target = profiles.identity("target");
        assertThat(target.accountId()).isEqualTo("333333333333");
        assertThat(target.principalArn()).startsWith("arn:aws:iam::333333333333:role/").endsWith("Target");
        assertThat(target.username()).isEqualTo(SESSION);
        assertThat(target.expires()).isAfter(Instant.now()).isBefore(Instant.now().plus(Duration.ofHours(13)));
        assertThat(profiles.identity("jump").accountId()).isEqualTo("222222222222");
        assertThat(profiles.identity("keys").expires()).isNull();
    }

    @ParameterizedTest
    @EnumSource(names = { "CLI", "SDK" })
    void bothTransportsTakeTheRole(Transport transport) throws Exception {
        var answer = with(CHAIN, AwsCaller.class).call(new AwsCall("sts", "get-caller-identity", null, "target", null), transport);
        assertThat(answer.path("Arn").textValue()).isEqualTo("arn:aws:sts::333333333333:assumed-role/Target/" + SESSION);
    }

    @Test
    void aProcessSaysWhenItsKeysEnd() throws Exception {
        var helper = Files.writeString(folder.resolve("it's a helper"), """
                echo '{"Version": 1, "AccessKeyId": "ASIAEXAMPLE", "SecretAccessKey": "s", "SessionToken": "t", "Expiration": "%s"}'
                """.formatted(ENDS));
        var identity = with("[profile vault]\ncredential_process = sh \"" + helper + "\"\n@here\n", Profiles.class).identity("vault");
        assertThat(identity.expires()).isEqualTo(ENDS);
    }

    @ParameterizedTest
    @EnumSource(names = { "CLI", "SDK" })
    void whoIsNotSignedInIsToldHow(Transport transport) throws Exception {
        var aws = with("""
                [sso-session cloudops-test-nobody]
                sso_start_url = https://cloudops-test-nobody.example/start
                sso_region = us-east-1
                [profile dev]
                sso_session = cloudops-test-nobody
                sso_account_id = 333333333333
                sso_role_name = Dev
                @here
                [profile role]
                role_arn = arn:aws:iam::333333333333:role/Target
                source_profile = dev
                @here
                """, AwsCaller.class);
        for (var profile : new String[] { "dev", "role" }) {
            var e = failure(aws, profile, transport);
            assertThat(e.problem()).as(e.getMessage()).isEqualTo(Problem.EXPIRED_TOKEN);
            assertThat(e).hasMessageEndingWith("; try: aws sso login --profile dev");
        }
    }

    private static AwsException failure(AwsCaller aws, String profile, Transport transport) throws InterruptedException {
        try {
            throw new AssertionError("answered " + aws.call(new AwsCall("ec2", "describe-vpcs", null, profile, null), transport));
        } catch (AwsException e) {
            return e;
        }
    }
}
