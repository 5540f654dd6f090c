package cloudops.aws.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import cloudops.aws.AwsException;
import cloudops.aws.AwsException.Problem;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.model.AssumeRoleRequest;
import software.amazon.awssdk.services.sts.model.AssumeRoleResponse;

class ProfileCredentialsTest {

    /** Hands out credentials whose key tells the role, and notes who asked. */
    private final class Sts implements StsClient {
        private final AwsCredentialsProvider caller;

        Sts(AwsCredentialsProvider caller) {
            this.caller = caller;
        }

        @Override
        public AssumeRoleResponse assumeRole(AssumeRoleRequest request) {
            asked.add(caller.resolveCredentials().accessKeyId() + " " + request.roleArn() + " " + request.roleSessionName() + " "
                    + request.externalId() + " " + request.durationSeconds());
            return AssumeRoleResponse.builder().credentials(c -> c.accessKeyId("ASIA-" + request.roleArn()).secretAccessKey("s")
                    .sessionToken("t").expiration(Instant.now().plus(Duration.ofHours(1)))).build();
        }

        @Override
        public String serviceName() {
            return SERVICE_NAME;
        }

        @Override
        public void close() {
            // nothing is open
        }
    }

    @TempDir
    Path folder;
    private final List<String> asked = new ArrayList<>();
    private Map<String, String> variables = Map.of();

    private AwsCredentialsProvider provider(String config, String name) throws AwsException {
        var aws = new AwsFolder(folder).config(config);
        var files = new AwsFiles(aws.environment());
        return new ProfileCredentials(files.read(), aws.keychain(), Sts::new, null, variables).provider(files.profile(name));
    }

    @Test
    void aRoleIsAssumedWithItsSource() throws Exception {
        var credentials = provider("""
                [profile keys]
                aws_access_key_id = AKIA1
                aws_secret_access_key = s
                [profile jump]
                role_arn = jump-role
                source_profile = keys
                [profile target]
                role_arn = target-role
                source_profile = jump
                role_session_name = ann
                external_id = ext
                duration_seconds = 900
                """, "target").resolveCredentials();
        assertThat(credentials.accessKeyId()).isEqualTo("ASIA-target-role");
        assertThat(asked).containsExactly("AKIA1 jump-role cloudops null null", "ASIA-jump-role target-role ann ext 900");
    }

    @Test
    void aProfileMayHoldTheKeysOfItsRole() throws Exception {
        provider("""
                [profile self]
                role_arn = r
                source_profile = self
                aws_access_key_id = AKIA1
                aws_secret_access_key = s
                """, "self").resolveCredentials();
        assertThat(asked).containsExactly("AKIA1 r cloudops null null");
    }

    @Test
    void keysAreTakenAsTheyAre() throws Exception {
        var credentials = provider("[default]\naws_access_key_id = AKIA1\naws_secret_access_key = s\naws_session_token = t\n", "default");
        assertThat(credentials.resolveCredentials()).isInstanceOfSatisfying(AwsSessionCredentials.class, keys -> {
            assertThat(keys.accessKeyId()).isEqualTo("AKIA1");
            assertThat(keys.sessionToken()).isEqualTo("t");
        });
    }

    private Path helper() throws IOException {
        return Files.writeString(folder.resolve("it's a helper"), """
                env > "$(dirname "$0")/seen"
                echo '{"Version": 1, "AccessKeyId": "AKIA-'"$1"'", "SecretAccessKey": "s"}'
                """);
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aProcessGivesKeys() throws Exception {
        var credentials = provider("[default]\ncredential_process = sh \"" + helper() + "\" \"a b\"\naws_account_id = 111111111111\n", "default")
                .resolveCredentials();
        assertThat(credentials.accessKeyId()).isEqualTo("AKIA-a b");
        assertThat(credentials.accountId()).contains("111111111111");
        assertThat(Files.readAllLines(folder.resolve("seen"))).noneMatch(line -> line.startsWith("CLOUDOPS_"))
                .anyMatch(line -> line.startsWith("PATH="));
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aProcessDoesNotSeeOurVariables() throws Exception {
        var line = "sh \"" + helper() + "\" x";
        var builder = new ProcessBuilder().redirectOutput(ProcessBuilder.Redirect.DISCARD).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().putAll(Map.of("CLOUDOPS_PASSPHRASE", "hush $(secret)", "CLOUDOPS_HOME", "home", "VAULT_TOKEN", "theirs"));
        assertThat(builder.command(ProfileCredentials.command(line, builder.environment().keySet())).start().waitFor()).isZero();
        assertThat(Files.readAllLines(folder.resolve("seen"))).contains("VAULT_TOKEN=theirs")
                .noneMatch(seen -> seen.contains("CLOUDOPS_") || seen.contains("hush"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "region = x|has no credentials; try: aws configure --profile p",
            "aws_access_key_id = AKIA|lacks aws_access_key_id or aws_secret_access_key",
            "role_arn = r|has a role_arn but neither",
            "role_arn =#source_profile = keys|has an empty role_arn; try: ",
            "role_arn = r#web_identity_token_file = /nowhere/it's a token|has the web_identity_token_file /nowhere/it's a token, which cannot be read",
            "role_arn = r#credential_source = Elsewhere|has the credential_source 'Elsewhere'; try: Environment",
            "login_session = arn:aws:iam::111111111111:user/ann|credential_process = aws configure export-credentials --profile p",
            "role_arn = r#source_profile = nobody|has the source_profile 'nobody', which does not exist",
            "role_arn = r#source_profile = p|is its own source_profile",
            "role_arn = r#source_profile = q|is its own source_profile",
            "role_arn = r#source_profile = q#mfa_serial = m|asks for an MFA code",
            "role_arn = r#source_profile = keys#duration_seconds = long|duration_seconds that is no number"})
    void saysWhyAProfileCannotWork(String lines, String message) {
        var config = "[profile p]\n" + lines.replace('#', '\n') + "\n[profile q]\nrole_arn = r2\nsource_profile = p\n[profile keys]\n"
                + AwsFolder.KEYS;
        assertThatThrownBy(() -> provider(config, "p")).isInstanceOfSatisfying(AwsException.class,
                e -> assertThat(e.problem()).isEqualTo(Problem.NO_CREDENTIALS)).hasMessageContaining("profile 'p'")
                .hasMessageContaining(message);
    }

    /** What it printed may be half a secret. */
    @ParameterizedTest
    @DisabledOnOs(OS.WINDOWS)
    @CsvSource(delimiter = '|', value = {
            "echo SECRET|printed no JSON object", "echo|printed no JSON object", "echo '[]'|",
            "echo '{\"SecretAccessKey\": \"SECRET'|printed no JSON object",
            "echo '{\"Version\": 1, \"SecretAccessKey\": \"SECRET\"}'|AccessKeyId cannot be empty.",
            "echo '{\"Version\": 2, \"SecretAccessKey\": \"SECRET\"}'|Unsupported credential version: 2",
            "echo SECRET; echo the vault is sealed >&2; exit 3|(3) with error message: the vault is sealed"})
    void saysWhyAProcessGaveNothing(String line, String why) throws Exception {
        var provider = provider("[default]\ncredential_process = " + line + "\n", "default");
        var failure = catchThrowableOfType(IllegalStateException.class, provider::resolveCredentials);
        assertThat(ProfileCredentials.processFailed("default", failure))
                .hasMessageStartingWith("profile 'default': its credential_process failed: ").hasMessageContaining(why == null ? "" : why)
                .hasMessageNotContaining("SECRET").hasMessageEndingWith("; try: run it by hand").hasNoCause();
    }

    private static String keys(String id) {
        return "{\"Code\":\"Success\",\"Type\":\"AWS-HMAC\",\"AccessKeyId\":\"" + id + "\",\"SecretAccessKey\":\"s\",\"Token\":\"t\",\"Expiration\":\""
                + Instant.now().plus(Duration.ofHours(1)) + "\"}";
    }

    @Test
    void inAContainerTheContainersCredentialsAreTaken() throws Exception {
        try (var server = new StubServer(200, "application/json", keys("ASIACONTAINER"))) {
            System.setProperty("aws.containerCredentialsFullUri", server.endpoint() + "/credentials");
            variables = Map.of("AWS_CONTAINER_CREDENTIALS_FULL_URI", server.endpoint() + "/credentials");
            assertThat(provider("[profile box]\nregion = us-east-1\n", "box").resolveCredentials().accessKeyId()).isEqualTo("ASIACONTAINER");
            provider("[profile r]\nrole_arn = r\ncredential_source = EcsContainer\n", "r").resolveCredentials();
            assertThat(asked).containsExactly("ASIACONTAINER r cloudops null null");
        } finally {
            System.clearProperty("aws.containerCredentialsFullUri");
        }
    }

    @Test
    void onAnInstanceTheInstancesCredentialsAreTaken() throws Exception {
        try (var server = new StubServer(request -> switch (request.method() + " " + request.path()) {
            case "PUT /latest/api/token" -> StubServer.response(200, "text/plain", "imds-token");
            case "GET /latest/meta-data/iam/security-credentials/" -> answer(request, "TheRole");
            case "GET /latest/meta-data/iam/security-credentials/TheRole" -> answer(request, keys("ASIAINSTANCE"));
            default -> StubServer.response(404, "text/plain", "");
        })) {
            variables = Map.of("AWS_EC2_METADATA_DISABLED", "false");
            var endpoint = "ec2_metadata_service_endpoint = " + server.endpoint() + "\n";
            assertThat(provider("[profile box]\n" + endpoint, "box").resolveCredentials().accessKeyId()).isEqualTo("ASIAINSTANCE");
            provider("[profile r]\nrole_arn = r\ncredential_source = Ec2InstanceMetadata\n" + endpoint, "r").resolveCredentials();
            assertThat(asked).containsExactly("ASIAINSTANCE r cloudops null null");
        }
    }

    private static String answer(StubServer.Request request, String body) {
        return "imds-token".equals(request.headers().get("x-aws-ec2-metadata-token")) ? StubServer.response(200, "text/plain", body)
                : StubServer.response(401, "text/plain", "");
    }

    @Test
    void theSessionTokensNameOfOldIsUnderstood() throws Exception {
        assertThat(provider("[default]\naws_access_key_id = AKIA1\naws_secret_access_key = s\naws_security_token = t\n", "default")
                .resolveCredentials()).isInstanceOfSatisfying(AwsSessionCredentials.class, keys -> assertThat(keys.sessionToken()).isEqualTo("t"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"sso|aws sso login --profile sso", "role|aws sso login --profile sso", "login|aws login --profile login",
            "process|run the credential_process of profile process by hand, and sign in as it says",
            "keys|put the keys of a new session into profile keys", "circle|sign in again", "lost|sign in again"})
    void namesWhatSignsIn(String profile, String command) throws Exception {
        var files = new AwsFiles(new AwsFolder(folder).config("""
                [profile sso]
                sso_session = corp
                [profile jump]
                role_arn = r
                source_profile = sso
                [profile role]
                role_arn = r
                source_profile = jump
                [profile circle]
                role_arn = r
                source_profile = circle
                [profile lost]
                role_arn = r
                source_profile = nobody
                [profile login]
                login_session = arn:aws:iam::111111111111:user/ann
                [profile process]
                credential_process = helper
                [profile keys]
                """ + AwsFolder.KEYS).environment());
        assertThat(files.signIn(profile)).isEqualTo(command);
        assertThat(files.signIn("nobody")).isEqualTo("cloudops profiles validate nobody");
    }
}
