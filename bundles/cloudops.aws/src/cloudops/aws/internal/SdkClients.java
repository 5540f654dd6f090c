package cloudops.aws.internal;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.Collectors;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

import cloudops.aws.AwsException;
import cloudops.aws.AwsException.Problem;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.SdkClient;
import software.amazon.awssdk.core.client.builder.SdkSyncClientBuilder;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.profiles.Profile;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sso.SsoClient;
import software.amazon.awssdk.services.ssooidc.SsoOidcClient;
import software.amazon.awssdk.services.sts.StsClient;

/**
 * SDK clients, one for each service, profile, region and endpoint, kept while they are used. They never retry: one client-side retry is
 * enough, and it is the caller's. They know no files but the environment's. Thread-safe.
 */
final class SdkClients implements AutoCloseable {

    private static final Duration UNUSED = Duration.ofMinutes(15);
    private static final Set<String> ENDPOINT_PROPERTIES = Set.of("endpoint_url", "services");

    /** @param files all profiles: changed credentials make another client */
    private record ClientKey(Class<?> type, Target target, ProfileFile files) {
    }

    private record CredentialsKey(String profile, Optional<URI> endpoint, ProfileFile files) {
    }

    private final AwsFiles files;
    private final KeychainKeys keychain;
    private final SdkHttpClient http = UrlConnectionHttpClient.builder().connectionTimeout(TimeLimits.CONNECT).socketTimeout(TimeLimits.READ).build();
    private final ScheduledExecutorService timeouts = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("cloudops-aws-timeouts").factory());
    private final Cache<ClientKey, SdkClient> clients = Caffeine.newBuilder().expireAfterAccess(UNUSED).build();
    private final Cache<CredentialsKey, AwsCredentialsProvider> credentials = Caffeine.newBuilder().expireAfterAccess(UNUSED).build();

    SdkClients(AwsFiles files, KeychainKeys keychain) {
        this.files = files;
        this.keychain = keychain;
    }

    /** Credentials of the profile, not yet fetched. @throws AwsException {@code NO_CREDENTIALS}, {@code UNKNOWN_PROFILE}, {@code PARSE} */
    AwsCredentialsProvider credentials(Target target) throws AwsException {
        var all = files.read();
        var key = new CredentialsKey(target.profile(), target.endpoint(), all);
        var known = credentials.getIfPresent(key);
        if (known != null) {
            return known;
        }
        var profile = files.profile(target.profile());
        requireObedience(StsClient.class, target.profile());
        var sts = Target.of(files, "sts", target.profile(), null);
        var signOn = new SingleSignOn(all, SingleSignOn.cache(), new SsoClients(all));
        var provider = new ProfileCredentials(all, keychain, source -> (StsClient) build(StsClient.class, sts, all, source), signOn, System.getenv())
                .provider(profile);
        return credentials.asMap().computeIfAbsent(key, absent -> provider);
    }

    SdkClient client(SdkService service, Target target) throws AwsException {
        return client(service.client(), target);
    }

    SdkClient client(Class<? extends SdkClient> type, Target target) throws AwsException {
        var all = files.read();
        var provider = credentials(target);
        requireObedience(type, target.profile());
        return clients.get(new ClientKey(type, target, all), key -> build(type, target, all, provider));
    }

    /** The SDK ignores no variable: it would send the profile's calls to what the profile says to ignore. */
    private void requireObedience(Class<? extends SdkClient> type, String profile) throws AwsException {
        var service = type.getPackageName().substring(ClientFinder.SERVICES.length());
        var disobeyed = files.disobeyed(files.profile(profile), service);
        if (disobeyed.isPresent()) {
            throw new AwsException(Problem.INVALID_CALL, "Endpoint", disobeyed.get() + " is set, which profile '" + profile
                    + "' ignores and the AWS SDK does not; try: unset " + disobeyed.get() + ", or the transport cli", null);
        }
    }

    /** What the SDK is to know of the profile: of endpoints nothing but what {@link Target} says. */
    private static ProfileFile settings(ProfileFile all, Target target) {
        var profile = all.profile(target.profile()).orElse(null);
        if (profile == null || target.endpoint().isPresent() || profile.properties().keySet().stream().noneMatch(ENDPOINT_PROPERTIES::contains)) {
            return all;
        }
        var lines = profile.properties().entrySet().stream()
                .filter(property -> !ENDPOINT_PROPERTIES.contains(property.getKey()) && property.getValue().lines().count() == 1)
                .map(property -> property.getKey() + " = " + property.getValue()).collect(Collectors.joining("\n"));
        return ProfileFile.builder().type(ProfileFile.Type.CONFIGURATION).content("[profile " + target.profile() + "]\n" + lines + "\n").build();
    }

    /** Clients of a single sign-on, which need no credentials. */
    private final class SsoClients implements SingleSignOn.Clients {
        private final ProfileFile all;

        SsoClients(ProfileFile all) {
            this.all = all;
        }

        @Override
        public SsoClient sso(Profile profile, String region) throws AwsException {
            return client(SsoClient.class, "sso", profile, region);
        }

        @Override
        public SsoOidcClient oidc(Profile profile, String region) throws AwsException {
            return client(SsoOidcClient.class, "sso-oidc", profile, region);
        }

        private <C extends SdkClient> C client(Class<C> type, String service, Profile profile, String region) throws AwsException {
            requireObedience(type, profile.name());
            var target = new Target(profile.name(), region, files.endpoint(profile, service));
            return type.cast(build(type, target, all, AnonymousCredentialsProvider.create()));
        }
    }

    /** Clients that are in use finish their calls. */
    @Override
    public void close() {
        clients.invalidateAll();
        credentials.invalidateAll();
        timeouts.shutdown();
        http.close();
    }

    @SuppressWarnings({"rawtypes", "unchecked"})
    private SdkClient build(Class<? extends SdkClient> type, Target target, ProfileFile all, AwsCredentialsProvider provider) {
        try {
            var builder = (AwsClientBuilder) SdkService.newClientBuilder(type);
            builder.region(Region.of(target.region()));
            builder.credentialsProvider(provider);
            target.endpoint().ifPresent(builder::endpointOverride);
            ((SdkSyncClientBuilder) builder).httpClient(http);
            builder.overrideConfiguration(builder.overrideConfiguration().toBuilder()
                    .retryStrategy(AwsRetryStrategy.doNotRetry())
                    .apiCallTimeout(TimeLimits.REQUEST)
                    .scheduledExecutorService(timeouts)
                    .addExecutionInterceptor(new ForeignAnswers())
                    .defaultProfileFile(settings(all, target))
                    .defaultProfileName(target.profile())
                    .build());
            forS3(type, builder, target);
            return (SdkClient) builder.build();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("no client of the AWS SDK: " + type.getName(), e);
        }
    }

    /** Buckets in the path, not in the host name, where there is no DNS for them; buckets of other regions as the CLI reaches them. */
    private static void forS3(Class<? extends SdkClient> type, Object builder, Target target) throws ReflectiveOperationException {
        if (type.getPackageName().equals(ClientFinder.SERVICES + "s3")) {
            var option = target.endpoint().isPresent() ? "forcePathStyle" : "crossRegionAccessEnabled";
            Class.forName(type.getName() + "Builder", false, type.getClassLoader()).getMethod(option, Boolean.class).invoke(builder, true);
        }
    }
}
