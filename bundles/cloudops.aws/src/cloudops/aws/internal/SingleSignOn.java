package cloudops.aws.internal;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.ReentrantLock;

import cloudops.aws.AwsException;
import cloudops.aws.AwsException.Problem;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.profiles.Profile;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.services.sso.SsoClient;
import software.amazon.awssdk.services.sso.model.GetRoleCredentialsRequest;
import software.amazon.awssdk.services.ssooidc.SsoOidcClient;

/**
 * Credentials of single sign-on profiles, of both forms: with a section {@code sso-session}, and the older one with {@code sso_start_url} in
 * the profile. {@code aws sso login} leaves a token in a file; it is exchanged for a role's keys, and renewed as the CLI does where it can be.
 * The SDK's own provider for it reads the user's default files, and says neither what mends it nor when the keys end.
 * Source: https://docs.aws.amazon.com/sdkref/latest/guide/feature-sso-credentials.html
 */
final class SingleSignOn {

    private static final String SESSION = "sso_session";
    /** A token is renewed this long before its end, so that none ends on its way. */
    private static final Duration EARLY = Duration.ofMinutes(5);

    private final ProfileFile files;
    private final Path cache;
    private final Clients clients;
    private final Clock clock = Clock.systemUTC();

    /** Clients that need no credentials. */
    interface Clients {
        SsoClient sso(Profile profile, String region) throws AwsException;

        SsoOidcClient oidc(Profile profile, String region) throws AwsException;
    }

    /**
     * @param section where the sign-on is described: the session's section, else the profile itself
     * @param name of its token: the session's, else the URL where one signs in
     */
    private record Settings(Profile profile, Profile section, String name) {

        String require(Profile where, String property) throws AwsException {
            var value = where.property(property).orElse("");
            if (value.isBlank()) {
                throw new AwsException(Problem.NO_CREDENTIALS, Problem.NO_CREDENTIALS.name(), "profile '" + profile.name() + "' lacks " + property
                        + (where == profile ? "" : " in its section [sso-session " + where.name() + "]")
                        + "; try: aws configure sso --profile " + profile.name(), null);
            }
            return value;
        }

        String region() throws AwsException {
            return require(section, "sso_region");
        }
    }

    /** @param cache folder with the tokens */
    SingleSignOn(ProfileFile files, Path cache, Clients clients) {
        this.files = files;
        this.cache = cache;
        this.clients = clients;
    }

    /** Where the CLI keeps the tokens, always: to it, the variable counts more than the system's list of users. */
    static Path cache() {
        return Path.of(System.getenv().getOrDefault("HOME", System.getProperty("user.home")), ".aws", "sso", "cache");
    }

    static boolean uses(Profile profile) {
        return profile.property(SESSION).isPresent() || profile.property("sso_start_url").isPresent();
    }

    /** The command that signs in, and so mends all but a wrong profile. */
    static String signIn(Profile profile) {
        return "aws sso login --profile " + profile.name();
    }

    /** @throws AwsException {@code NO_CREDENTIALS} when the profile lacks something, {@code EXPIRED_TOKEN} when the user is not signed in */
    AwsCredentialsProvider provider(Profile profile) throws AwsException {
        var settings = settings(profile);
        var account = settings.require(profile, "sso_account_id");
        var role = settings.require(profile, "sso_role_name");
        token(settings);
        return new RoleKeys(settings, account, role);
    }

    /** The keys of a role, asked for anew before they end. The SDK's provider for it does not tell when they do. */
    private final class RoleKeys implements AwsCredentialsProvider {
        private final Settings settings;
        private final SsoClient client;
        private final String account;
        private final String role;
        private final ReentrantLock asking = new ReentrantLock(); // of virtual threads, none of which must hold up its carrier
        private AwsSessionCredentials keys;

        RoleKeys(Settings settings, String account, String role) throws AwsException {
            this.settings = settings;
            this.client = clients.sso(settings.profile(), settings.region());
            this.account = account;
            this.role = role;
        }

        @Override
        public AwsCredentials resolveCredentials() {
            asking.lock();
            try {
                if (keys == null || keys.expirationTime().orElseThrow().isBefore(clock.instant().plus(EARLY))) {
                    keys = ask();
                }
                return keys;
            } finally {
                asking.unlock();
            }
        }

        private AwsSessionCredentials ask() {
            var answer = client.getRoleCredentials(GetRoleCredentialsRequest.builder().accountId(account).roleName(role)
                    .accessToken(freshToken(settings)).build()).roleCredentials();
            return AwsSessionCredentials.builder().accessKeyId(answer.accessKeyId()).secretAccessKey(answer.secretAccessKey())
                    .sessionToken(answer.sessionToken()).accountId(account).expirationTime(Instant.ofEpochMilli(answer.expiration())).build();
        }
    }

    private Settings settings(Profile profile) throws AwsException {
        var session = profile.property(SESSION);
        if (session.isEmpty()) {
            var settings = new Settings(profile, profile, null);
            return new Settings(profile, profile, settings.require(profile, "sso_start_url"));
        }
        var section = files.getSection("sso-session", session.get()).orElseThrow(() -> new AwsException(Problem.NO_CREDENTIALS,
                Problem.NO_CREDENTIALS.name(), "profile '" + profile.name() + "' has the sso_session '" + session.get()
                        + "', which does not exist; try: aws configure sso-session", null));
        return new Settings(profile, section, session.get());
    }

    /** For the SDK, which knows only exceptions of its own. */
    private String freshToken(Settings settings) {
        try {
            return token(settings).accessToken();
        } catch (AwsException e) {
            throw SdkClientException.create(e.getMessage(), e);
        }
    }

    private SsoToken token(Settings settings) throws AwsException {
        var profile = settings.profile();
        var file = SsoToken.file(cache, settings.name());
        var token = SsoToken.read(file).orElseThrow(() -> signedOut(profile, "is not signed in", null));
        if (token.endsBefore(clock.instant().plus(EARLY)) && token.renewable(clock.instant())) {
            try {
                return token.renewed(clients.oidc(profile, settings.region()), file, clock);
            } catch (SdkException e) {
                if (token.endsBefore(clock.instant())) {
                    throw signedOut(profile, "was signed in, but no longer (" + e.getMessage() + ")", e);
                }
            }
        }
        if (token.endsBefore(clock.instant())) {
            throw signedOut(profile, "was signed in until " + token.expiresAt(), null);
        }
        return token;
    }

    private static AwsException signedOut(Profile profile, String what, Exception cause) {
        return new AwsException(Problem.EXPIRED_TOKEN, Problem.EXPIRED_TOKEN.name(),
                "profile '" + profile.name() + "' " + what + "; try: " + signIn(profile), cause);
    }
}
