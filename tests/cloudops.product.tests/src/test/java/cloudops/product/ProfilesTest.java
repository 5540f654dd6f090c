package cloudops.product;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import com.fasterxml.jackson.databind.JsonNode;

import cloudops.demo.Simulator;

/** What {@code cloudops profiles} says of all forms of profiles, and how both ways to AWS take those of an instance and a container. */
class ProfilesTest {

    private static final String CONFIG = """
            [profile keys]
            region = us-east-1
            [profile role]
            role_arn = arn:aws:iam::222222222222:role/ops/Jump
            source_profile = keys
            region = us-east-1
            [profile instance]
            role_arn = arn:aws:iam::333333333333:role/OnInstance
            credential_source = Ec2InstanceMetadata
            ec2_metadata_service_endpoint = @credentials
            region = us-east-1
            [profile container]
            role_arn = arn:aws:iam::333333333333:role/InContainer
            credential_source = EcsContainer
            region = us-east-1
            [profile variables]
            role_arn = arn:aws:iam::333333333333:role/OfVariables
            credential_source = Environment
            region = us-east-1
            [profile bare]
            region = us-east-1
            [profile process]
            credential_process = echo '{"Version": 1, "AccessKeyId": "ASIAEXAMPLE", "SecretAccessKey": "s", "SessionToken": "t", "Expiration": "2999-01-01T00:00:00Z"}'
            region = us-east-1
            """;
    private static final String BROKEN = """
            [sso-session corp]
            sso_start_url = https://corp.example/start
            sso_region = us-east-1
            [profile never-signed-in]
            sso_session = corp
            sso_account_id = 333333333333
            sso_role_name = Dev
            [profile signed-out]
            sso_start_url = https://old.example/start
            sso_region = us-east-1
            sso_account_id = 333333333333
            sso_role_name = Dev
            [profile over-signed-out]
            role_arn = arn:aws:iam::333333333333:role/Target
            source_profile = signed-out
            [profile no-session]
            sso_session = nowhere
            sso_account_id = 333333333333
            sso_role_name = Dev
            [profile half]
            aws_access_key_id = AKIAIOSFODNN7EXAMPLE
            [profile mfa]
            role_arn = arn:aws:iam::333333333333:role/Target
            source_profile = keys
            mfa_serial = arn:aws:iam::333333333333:mfa/ann
            [profile circle]
            role_arn = arn:aws:iam::333333333333:role/Target
            source_profile = circle
            [profile failing-process]
            credential_process = echo "vault is sealed" >&2; exit 3
            [profile aws-login]
            login_session = arn:aws:iam::111111111111:user/ann
            [profile nothing]
            region = us-east-1
            """;

    @TempDir
    static Path folder;

    private static Simulator simulator;
    private static CredentialServer credentials;
    private Product product;

    @BeforeAll
    static void start() throws Exception {
        simulator = Simulator.start();
        credentials = new CredentialServer();
    }

    @AfterAll
    static void stop() {
        credentials.close();
        simulator.close();
    }

    @BeforeEach
    void user() throws Exception {
        credentials.handedOut.clear();
        credentials.refused.clear();
        var home = Files.createTempDirectory(folder, "user");
        product = new Product(home).with("CLOUDOPS_HOME", home.resolve("home").toString()).with("CLOUDOPS_PASSPHRASE", "correct horse")
                .with("AWS_ENDPOINT_URL", simulator.endpoint().toString());
        Files.createDirectories(product.userHome.resolve(".aws"));
        Files.writeString(product.userHome.resolve(".aws/credentials"), "[keys]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = secret\n");
    }

    private void config(String text) throws Exception {
        Files.writeString(product.userHome.resolve(".aws/config"), text.replace("@credentials", credentials.uri().toString()));
    }

    /** As a shell on an instance, in a container, with a session's keys. */
    private void surroundings() {
        product.with("AWS_CONTAINER_CREDENTIALS_FULL_URI", credentials.uri() + "/container")
                .with("AWS_CONTAINER_AUTHORIZATION_TOKEN", CredentialServer.AUTHORIZATION).with("AWS_ACCESS_KEY_ID", "ASIAVARIABLE")
                .with("AWS_SECRET_ACCESS_KEY", "secret").with("AWS_SESSION_TOKEN", "session");
    }

    @Test
    void allThatWorkAreValid() throws Exception {
        config(CONFIG);
        surroundings();

        var run = product.run("profiles", "validate", "--json");

        assertThat(run.exit()).as(run.out() + run.err()).isZero();
        var principals = new HashMap<String, String>();
        run.json().forEach(profile -> principals.put(profile.path("profile").asText(), profile.path("principal").asText()));
        assertThat(principals).containsAllEntriesOf(Map.of("role", "arn:aws:iam::222222222222:role/Jump", "instance",
                "arn:aws:iam::333333333333:role/OnInstance", "container", "arn:aws:iam::333333333333:role/InContainer", "variables",
                "arn:aws:iam::333333333333:role/OfVariables")).containsOnlyKeys("keys", "role", "instance", "container", "variables", "bare", "process");
        assertThat(credentials.handedOut).containsOnly("instance", "container");
        assertThat(credentials.refused).isEmpty();
        assertThat(of(run.json(), "process").path("expires").asText()).isEqualTo("2999-01-01T00:00:00Z");
        assertThat(of(run.json(), "keys").hasNonNull("expires")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"instance, OnInstance, instance", "container, InContainer, container", "variables, OfVariables,"})
    void theCliTakesTheSameCredentials(String profile, String role, String source) throws Exception {
        config(CONFIG);
        surroundings();

        var run = product.run("exec", "--", "aws", "sts", "get-caller-identity", "--profile", profile);

        assertThat(run.exit()).as(run.out() + run.err()).isZero();
        assertThat(run.json().path("Arn").asText()).startsWith("arn:aws:sts::333333333333:assumed-role/" + role + "/");
        assertThat(credentials.refused).isEmpty();
        if (source != null) {
            assertThat(credentials.handedOut).containsOnly(source);
        }
    }

    /** Where the user says that this is one. */
    @Test
    void aProfileWithoutCredentialsHasThoseOfTheInstance() throws Exception {
        config(CONFIG);
        product.with("AWS_EC2_METADATA_DISABLED", "false").with("AWS_EC2_METADATA_SERVICE_ENDPOINT", credentials.uri().toString());

        var run = product.run("profiles", "validate", "bare");
        assertThat(run.exit()).as(run.out() + run.err()).isZero();
        assertThat(credentials.handedOut).containsOnly("instance");
        credentials.handedOut.clear();
        var cli = product.run("exec", "--", "aws", "sts", "get-caller-identity", "--profile", "bare");
        assertThat(cli.exit()).as(cli.out() + cli.err()).isZero();
        assertThat(credentials.handedOut).containsOnly("instance");
        assertThat(credentials.refused).isEmpty();
    }

    private static JsonNode of(JsonNode validations, String profile) {
        return validations.valueStream().filter(each -> each.path("profile").asText().equals(profile)).findFirst().orElseThrow();
    }

    @Test
    void ofEachThatIsNotValidItSaysWhatMendsIt() throws Exception {
        config("[profile keys]\nregion = us-east-1\n" + BROKEN);
        var tokens = Files.createDirectories(product.userHome.resolve(".aws/sso/cache"));
        var name = MessageDigest.getInstance("SHA-1").digest("https://old.example/start".getBytes(StandardCharsets.UTF_8));
        Files.writeString(tokens.resolve(HexFormat.of().formatHex(name) + ".json"),
                "{\"startUrl\": \"https://old.example/start\", \"accessToken\": \"never to be shown\", \"expiresAt\": \"2020-01-01T00:00:00Z\"}");

        var run = product.run("profiles", "validate", "--json");

        assertThat(run.exit()).as(run.out() + run.err()).isEqualTo(3);
        assertThat(run.out() + run.err()).doesNotContain("never to be shown", "secret\"", "Exception", "null;");
        var said = new HashMap<String, String>();
        run.json().valueStream().filter(each -> !each.path("valid").asBoolean()).forEach(each -> said.put(each.path("profile").asText(),
                each.path("problem").asText() + ": " + each.path("error").asText() + " -> " + each.path("remedy").asText()));
        assertThat(said).hasSize(10);
        assertThat(said.get("never-signed-in")).startsWith("expired_token: ").contains("profile 'never-signed-in' is not signed in")
                .endsWith("-> aws sso login --profile never-signed-in");
        assertThat(said.get("signed-out")).startsWith("expired_token: ").contains("was signed in until 2020-01-01T00:00:00Z")
                .endsWith("-> aws sso login --profile signed-out");
        assertThat(said.get("over-signed-out")).startsWith("expired_token: ").endsWith("-> aws sso login --profile signed-out");
        assertThat(said.get("no-session")).startsWith("no_credentials: ").contains("'nowhere', which does not exist").endsWith("-> aws configure sso-session");
        assertThat(said.get("half")).startsWith("no_credentials: ").endsWith("-> aws configure --profile half");
        assertThat(said.get("mfa")).startsWith("no_credentials: ").contains("MFA", "aws sts get-session-token");
        assertThat(said.get("circle")).startsWith("no_credentials: ").contains("is its own source_profile");
        assertThat(said.get("failing-process")).startsWith("no_credentials: ").contains("vault is sealed");
        assertThat(said.get("aws-login")).endsWith("credential_process = aws configure export-credentials --profile aws-login --format process");
        assertThat(said.get("nothing")).startsWith("no_credentials: ").contains("-> aws configure --profile nothing");
    }

    @Test
    void aFileThatCannotBeReadIsNamedWithItsLine() throws Exception {
        config("[profile ok]\nregion = us-east-1\nthis line is none\n");

        for (var command : new String[] {"list", "validate"}) {
            var run = product.run("profiles", command);
            assertThat(run.exit()).isEqualTo(1);
            assertThat(run.err()).contains(product.userHome.resolve(".aws/config").toString()).contains("line 3").doesNotContain("Exception");
        }
    }

    @Test
    void whatIsNoProfileIsSaidWithThoseThatThereAre() throws Exception {
        config(CONFIG);
        var run = product.run("profiles", "validate", "keys", "it's $(gone)\u202e");
        assertThat(run.exit()).isEqualTo(3);
        assertThat(run.out()).contains("keys");
        assertThat(run.err()).contains("no profile 'it's $(gone)").contains("bare, container, instance, keys").doesNotContain("\u202e");
    }
}
