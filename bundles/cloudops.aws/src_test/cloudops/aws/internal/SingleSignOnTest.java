package cloudops.aws.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import cloudops.aws.AwsException;
import cloudops.aws.AwsException.Problem;
import cloudops.aws.internal.StubServer.Request;
import cloudops.json.Json;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.profiles.Profile;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sso.SsoClient;
import software.amazon.awssdk.services.ssooidc.SsoOidcClient;

class SingleSignOnTest {

    private static final String CONFIG = """
            [sso-session corp]
            sso_start_url = https://corp.example/start
            sso_region = eu-central-1
            [profile dev]
            sso_session = corp
            sso_account_id = 333333333333
            sso_role_name = Dev
            [profile old]
            sso_start_url = https://old.example/start
            sso_region = eu-central-1
            sso_account_id = 333333333333
            sso_role_name = Dev
            [profile no-account]
            sso_session = corp
            sso_role_name = Dev
            [profile no-role]
            sso_session = corp
            sso_account_id = 333333333333
            [profile no-session]
            sso_session = nobody
            sso_account_id = 333333333333
            sso_role_name = Dev
            [sso-session lost]
            sso_start_url = https://corp.example/start
            [profile no-region]
            sso_session = lost
            sso_account_id = 333333333333
            sso_role_name = Dev
            """;
    private static final Instant SOON = Instant.now().plus(8, ChronoUnit.HOURS).truncatedTo(ChronoUnit.SECONDS);

    @TempDir
    Path folder;
    private final AtomicReference<Request> portal = new AtomicReference<>();

    private record Clients(StubServer server) implements SingleSignOn.Clients {
        @Override
        public SsoClient sso(Profile profile, String region) {
            return SsoClient.builder().region(Region.of(region)).endpointOverride(server.endpoint())
                    .credentialsProvider(AnonymousCredentialsProvider.create()).httpClient(UrlConnectionHttpClient.create()).build();
        }

        @Override
        public SsoOidcClient oidc(Profile profile, String region) {
            return SsoOidcClient.builder().region(Region.of(region)).endpointOverride(server.endpoint())
                    .credentialsProvider(AnonymousCredentialsProvider.create()).httpClient(UrlConnectionHttpClient.create()).build();
        }
    }

    /** The portal and the token service of a single sign-on; refuses what is not exactly as documented. */
    private String serve(Request request) {
        portal.set(request);
        if (request.path().startsWith("/federation/credentials?")) {
            boolean known = request.headers().getOrDefault("x-amz-sso_bearer_token", "").startsWith("token-")
                    && request.path().contains("account_id=333333333333") && request.path().contains("role_name=Dev")
                    && !request.headers().containsKey("authorization");
            return known ? StubServer.response(200, "application/json", """
                    {"roleCredentials":{"accessKeyId":"ASIA1","secretAccessKey":"s","sessionToken":"t","expiration":%d}}"""
                    .formatted(SOON.toEpochMilli()))
                    : StubServer.response(401, "application/json", "{\"message\":\"Session token not found or invalid\","
                            + "\"__type\":\"UnauthorizedException\"}");
        }
        boolean renews = request.method().equals("POST") && request.path().equals("/token") && request.body().contains("\"refresh-1\"")
                && request.body().contains("\"refresh_token\"") && request.body().contains("\"client\"") && request.body().contains("\"hush\"");
        return renews ? StubServer.response(200, "application/json",
                "{\"accessToken\":\"token-2\",\"expiresIn\":28800,\"refreshToken\":\"refresh-2\",\"tokenType\":\"Bearer\"}")
                : StubServer.response(400, "application/json", "{\"error\":\"invalid_grant\",\"error_description\":\"no\"}");
    }

    private AwsSessionCredentials credentials(String profile) throws Exception {
        try (var server = new StubServer(this::serve)) {
            var files = new AwsFiles(new AwsFolder(folder).config(CONFIG).environment());
            return (AwsSessionCredentials) new SingleSignOn(files.read(), folder, new Clients(server)).provider(files.profile(profile))
                    .resolveCredentials();
        }
    }

    private Path token(String name, String json) throws Exception {
        return Files.writeString(SsoToken.file(folder, name), json);
    }

    private static String token(String accessToken, Object expiresAt, String more) {
        return "{\"startUrl\":\"https://corp.example/start\",\"region\":\"eu-central-1\",\"accessToken\":\"" + accessToken
                + "\",\"expiresAt\":\"" + expiresAt + "\"" + more + "}";
    }

    private static String renewable(String refreshToken, Instant registrationEnds) {
        return ",\"refreshToken\":\"" + refreshToken + "\",\"clientId\":\"client\",\"clientSecret\":\"hush\",\"registrationExpiresAt\":\""
                + registrationEnds + "\"";
    }

    private AwsException failure(String profile) throws Exception {
        try {
            throw new AssertionError("signed in as " + credentials(profile).accessKeyId());
        } catch (AwsException e) {
            return e;
        }
    }

    @Test
    void theFileOfATokenIsWhereTheCliPutsIt() {
        // sha1sum of "corp"
        assertThat(SsoToken.file(Path.of("cache"), "corp")).isEqualTo(Path.of("cache", "ee0bfd2552fbd840c02cc48b6e823320543c450f.json"));
    }

    @Test
    void aTokenGivesTheKeysOfARole() throws Exception {
        token("corp", token("token-1", SOON, ""));
        var credentials = credentials("dev");
        assertThat(credentials.accessKeyId()).isEqualTo("ASIA1");
        assertThat(credentials.sessionToken()).isEqualTo("t");
        assertThat(credentials.expirationTime()).contains(SOON);
        assertThat(portal.get().headers()).containsEntry("x-amz-sso_bearer_token", "token-1");
    }

    @Test
    void theOlderFormHasATokenOfItsUrl() throws Exception {
        token("https://old.example/start", token("token-old", SOON.toString().replace("Z", "UTC"), ""));
        assertThat(credentials("old").accessKeyId()).isEqualTo("ASIA1");
        assertThat(portal.get().headers()).containsEntry("x-amz-sso_bearer_token", "token-old");
    }

    @ParameterizedTest
    @ValueSource(strings = {"dev", "old"})
    void whoIsNotSignedInIsToldHow(String profile) throws Exception {
        var e = failure(profile);
        assertThat(e.problem()).isEqualTo(Problem.EXPIRED_TOKEN);
        assertThat(e).hasMessage("profile '" + profile + "' is not signed in; try: aws sso login --profile " + profile);
    }

    @Test
    void aTokenThatEndedSaysWhen() throws Exception {
        token("corp", token("token-1", "2026-01-01T00:00:00Z", ""));
        var e = failure("dev");
        assertThat(e.problem()).isEqualTo(Problem.EXPIRED_TOKEN);
        assertThat(e).hasMessage("profile 'dev' was signed in until 2026-01-01T00:00:00Z; try: aws sso login --profile dev");
    }

    @Test
    void aTokenThatEndedIsRenewedAndKept() throws Exception {
        var file = token("corp", token("token-1", "2026-01-01T00:00:00Z", renewable("refresh-1", SOON) + ",\"theirs\":1"));
        assertThat(credentials("dev").accessKeyId()).isEqualTo("ASIA1");
        assertThat(portal.get().headers()).containsEntry("x-amz-sso_bearer_token", "token-2");
        var kept = Json.mapper().readTree(file.toFile());
        assertThat(kept.path("accessToken").textValue()).isEqualTo("token-2");
        assertThat(kept.path("refreshToken").textValue()).isEqualTo("refresh-2");
        assertThat(kept.path("theirs").intValue()).isEqualTo(1);
        assertThat(Instant.parse(kept.path("expiresAt").textValue())).isAfter(Instant.now());
        try (var left = Files.list(folder)) {
            assertThat(left.map(path -> path.getFileName().toString())).noneMatch(name -> name.endsWith(".tmp"));
        }
    }

    @Test
    void aRenewalThatIsRefusedNeedsALogin() throws Exception {
        token("corp", token("token-1", "2026-01-01T00:00:00Z", renewable("refresh-0", SOON)));
        assertThat(failure("dev")).returns(Problem.EXPIRED_TOKEN, AwsException::problem)
                .hasMessageContaining("no longer").hasMessageEndingWith("; try: aws sso login --profile dev").hasMessageNotContaining("hush");
        token("corp", token("token-1", "2026-01-01T00:00:00Z", renewable("refresh-1", Instant.EPOCH)));
        assertThat(failure("dev").problem()).isEqualTo(Problem.EXPIRED_TOKEN);
    }

    @Test
    void aTokenThatThePortalDoesNotKnowIsRefused() throws Exception {
        token("corp", token("revoked", SOON, ""));
        assertThatThrownBy(() -> credentials("dev")).isInstanceOf(SdkException.class).hasMessageContaining("Session token not found or invalid");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"no-account|lacks sso_account_id; try: aws configure sso --profile no-account",
            "no-role|lacks sso_role_name", "no-session|has the sso_session 'nobody', which does not exist",
            "no-region|lacks sso_region in its section [sso-session lost]"})
    void saysWhatIsMissing(String profile, String message) throws Exception {
        token("corp", token("token-1", SOON, ""));
        token("lost", token("token-1", SOON, ""));
        assertThat(failure(profile)).returns(Problem.NO_CREDENTIALS, AwsException::problem).hasMessageContaining(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{\"accessToken\":\"token-1\"}", "{\"accessToken\":\"token-1\",\"expiresAt\":\"soon\"}", "token-1", "[]"})
    void aFileThatIsNoTokenIsNamedAndNotQuoted(String text) throws Exception {
        var file = token("corp", text);
        assertThat(failure("dev")).returns(Problem.PARSE, AwsException::problem).hasMessageContaining(file.toString())
                .hasMessageNotContaining("token-1").hasNoCause();
    }
}
