package cloudops.aws.internal;

import java.lang.reflect.InvocationTargetException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

import cloudops.aws.AwsException;
import cloudops.aws.AwsException.Problem;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.SdkClient;
import software.amazon.awssdk.core.client.builder.SdkSyncClientBuilder;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.profiles.Profile;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.profiles.ProfileProperty;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sts.StsClient;

/**
 * SDK clients, one for each service, profile, region and endpoint, kept while they are used. They never retry: one client-side retry is
 * enough, and it is the caller's. They know no files but the environment's. Thread-safe.
 */
final class SdkClients implements AutoCloseable {

    private static final Duration CONNECT = Duration.ofSeconds(2);
    private static final Duration READ = Duration.ofSeconds(60);
    private static final Duration CALL = Duration.ofMinutes(2);
    private static final Duration UNUSED = Duration.ofMinutes(15);

    /** Their endpoints do not depend on a region, or they answer for all of them; as the CLI does where no region is set. */
    private static final Set<String> WITHOUT_REGION = Set.of("iam", "sts", "s3", "route53", "cloudfront", "organizations", "globalaccelerator");
    private static final String HOME_REGION = "us-east-1";

    /** @param files all profiles: changed credentials make another client */
    private record ClientKey(Class<?> type, Target target, ProfileFile files) {
    }

    private record CredentialsKey(String profile, Optional<URI> endpoint, ProfileFile files) {
    }

    /** Where a call goes and as whom. */
    record Target(String profile, String region, Optional<URI> endpoint) {
    }

    private final AwsFiles files;
    private final SdkHttpClient http = UrlConnectionHttpClient.builder().connectionTimeout(CONNECT).socketTimeout(READ).build();
    private final ScheduledExecutorService timeouts = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("cloudops-aws-timeouts").factory());
    private final Cache<ClientKey, SdkClient> clients = Caffeine.newBuilder().expireAfterAccess(UNUSED).build();
    private final Cache<CredentialsKey, AwsCredentialsProvider> credentials = Caffeine.newBuilder().expireAfterAccess(UNUSED).build();

    SdkClients(AwsFiles files) {
        this.files = files;
    }

    /**
     * @param service the CLI's name
     * @param region null for the profile's
     * @throws AwsException {@code UNKNOWN_PROFILE}, {@code PARSE}, {@code INVALID_CALL} when there is no region
     */
    Target target(String service, String profileName, String region) throws AwsException {
        var profile = files.profile(profileName);
        return new Target(profileName, region(service, profile, region), files.endpoint(profile, service));
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
        var endpoint = files.endpoint(profile, "sts");
        var region = region("sts", profile, null);
        var provider = new ProfileCredentials(all, source -> (StsClient) build(StsClient.class,
                new Target(target.profile(), region, endpoint), all, source)).provider(profile);
        return credentials.asMap().computeIfAbsent(key, absent -> provider);
    }

    SdkClient client(SdkService service, Target target) throws AwsException {
        var all = files.read();
        var provider = credentials(target);
        return clients.get(new ClientKey(service.client(), target, all), key -> build(service.client(), target, all, provider));
    }

    /** Clients that are in use finish their calls. */
    @Override
    public void close() {
        clients.invalidateAll();
        credentials.invalidateAll();
        timeouts.shutdown();
        http.close();
    }

    private static String region(String service, Profile profile, String asked) throws AwsException {
        var region = asked != null ? asked : profile.property(ProfileProperty.REGION)
                .orElse(WITHOUT_REGION.contains(ServiceNames.sdkName(service)) ? HOME_REGION : null);
        if (region == null) {
            throw new AwsException(Problem.INVALID_CALL, "NoRegion", "You must specify a region; "
                    + "profile '" + profile.name() + "' has none; try: aws configure set region us-east-1 --profile " + profile.name(), null);
        }
        if (!region.matches("[a-z0-9-]{2,40}")) {
            throw new AwsException(Problem.INVALID_CALL, "InvalidRegion", "region '" + region + "' is not one", null);
        }
        return region;
    }

    @SuppressWarnings({"rawtypes", "unchecked"})
    private SdkClient build(Class<? extends SdkClient> type, Target target, ProfileFile all, AwsCredentialsProvider provider) {
        try {
            var builderMethod = type.getMethod("builder");
            var builder = (AwsClientBuilder) builderMethod.invoke(null);
            builder.region(Region.of(target.region()));
            builder.credentialsProvider(provider);
            target.endpoint().ifPresent(builder::endpointOverride);
            ((SdkSyncClientBuilder) builder).httpClient(http);
            builder.overrideConfiguration(builder.overrideConfiguration().toBuilder()
                    .retryStrategy(AwsRetryStrategy.doNotRetry())
                    .apiCallTimeout(CALL)
                    .scheduledExecutorService(timeouts)
                    .defaultProfileFile(all)
                    .defaultProfileName(target.profile())
                    .build());
            forS3(builderMethod.getReturnType(), builder, target);
            return (SdkClient) builder.build();
        } catch (InvocationTargetException e) {
            throw new IllegalStateException("cannot make a client of " + type.getName(), e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("no client of the AWS SDK: " + type.getName(), e);
        }
    }

    /** Buckets in the path, not in the host name, where there is no DNS for them; buckets of other regions as the CLI reaches them. */
    private static void forS3(Class<?> builderType, Object builder, Target target) throws ReflectiveOperationException {
        if (builderType.getPackageName().equals(ClientFinder.SERVICES + "s3")) {
            var option = target.endpoint().isPresent() ? "forcePathStyle" : "crossRegionAccessEnabled";
            builderType.getMethod(option, Boolean.class).invoke(builder, true);
        }
    }
}
