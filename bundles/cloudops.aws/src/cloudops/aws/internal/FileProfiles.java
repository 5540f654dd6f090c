package cloudops.aws.internal;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import cloudops.aws.AwsCall;
import cloudops.aws.AwsCaller;
import cloudops.aws.AwsCaller.Transport;
import cloudops.aws.AwsException;
import cloudops.aws.AwsException.Problem;
import cloudops.aws.AwsProfile;
import cloudops.aws.CallerIdentity;
import cloudops.aws.Profiles;
import cloudops.model.Environment;
import cloudops.model.UserContext;
import software.amazon.awssdk.profiles.Profile;
import software.amazon.awssdk.profiles.ProfileProperty;

/**
 * The profiles of the environment's two AWS files, as the SDK reads them: a name with a space or another character than letters, digits and
 * {@code _-/.%@:+} is left out. Remembers whom AWS took each for, by the profile's content at that time.
 */
@Component
public final class FileProfiles implements Profiles {

    private static final Logger LOG = LoggerFactory.getLogger(FileProfiles.class);

    private final AwsFiles files;
    private final AwsCaller aws;
    private final Expiries expiries;
    /** By the whole profile and not its name: other keys under an old name belong to somebody else. */
    private final ConcurrentMap<Profile, CallerIdentity> identities = new ConcurrentHashMap<>();

    /** Tells when the credentials of a profile end. */
    interface Expiries {
        Optional<Instant> of(String profile) throws AwsException, InterruptedException;
    }

    @Activate
    public FileProfiles(@Reference Environment environment, @Reference AwsCaller aws, @Reference SdkRunner sdk) {
        this(environment, aws, sdk::expiry);
    }

    FileProfiles(Environment environment, AwsCaller aws, Expiries expiries) {
        this.files = new AwsFiles(environment);
        this.aws = aws;
        this.expiries = expiries;
    }

    @Override
    public List<AwsProfile> list() throws AwsException {
        return sorted().stream().map(FileProfiles::describe).toList();
    }

    @Override
    public AwsProfile get(String name) throws AwsException {
        return describe(files.profile(name));
    }

    @Override
    public CallerIdentity identity(String name) throws AwsException, InterruptedException {
        var profile = files.profile(name);
        var answer = aws.call(new AwsCall("sts", "get-caller-identity", null, name, null), Transport.AUTO);
        var account = answer.path("Account").asText();
        if (!account.matches("\\d{12}") || !answer.path("Arn").isTextual()) {
            throw new AwsException(Problem.PARSE, Problem.PARSE.name(),
                    "sts get-caller-identity of profile '" + name + "' answered without account and ARN; is its endpoint AWS?", null);
        }
        var identity = new CallerIdentity(account, answer.get("Arn").textValue(), answer.path("UserId").asText(),
                expiries.of(name).orElse(null));
        identities.put(profile, identity);
        return identity;
    }

    @Override
    public String profileOf(String accountId) {
        try {
            var profiles = sorted();
            for (var profile : profiles) {
                if (belongs(identities.get(profile), accountId)) {
                    return profile.name();
                }
            }
            for (var profile : profiles) {
                if (!identities.containsKey(profile) && belongs(validated(profile), accountId)) {
                    return profile.name();
                }
            }
        } catch (AwsException e) {
            LOG.warn("aws files unreadable problem={}", e.problem());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return null;
    }

    @Override
    public String profileOf(String accountId, UserContext user) throws AwsException, InterruptedException {
        var byRemembered = sorted().stream().collect(Collectors.partitioningBy(identities::containsKey));
        var candidates = new ArrayList<String>();
        AwsException failure = null;
        for (var profile : Stream.concat(byRemembered.get(true).stream(), byRemembered.get(false).stream()).toList()) {
            try {
                var remembered = identities.get(profile);
                var identity = remembered == null ? identity(profile.name()) : remembered;
                if (belongs(identity, accountId)) {
                    if (user != null && identity.is(user)) {
                        return profile.name();
                    }
                    candidates.add(profile.name());
                }
            } catch (AwsException e) {
                LOG.info("aws profile skipped problem={} code={}", e.problem(), e.code());
                // To sign in again is what most often mends it, so no other failure hides that one.
                failure = failure == null || failure.problem() != Problem.EXPIRED_TOKEN ? e : failure;
            }
        }
        // The profile that failed may be the user's: another one must not stand in for it.
        if (candidates.size() == 1 && (user == null || failure == null)) {
            return candidates.getFirst();
        }
        throw notFound(accountId, user, candidates.stream().sorted().toList(), failure);
    }

    /** @param failure of a profile that could not be asked; null for none */
    private static AwsException notFound(String accountId, UserContext user, List<String> candidates, AwsException failure) {
        var message = candidates.isEmpty()
                ? "no AWS profile has credentials for account " + accountId + "; add one, or sign in with the one that has"
                : "account " + accountId + " has the profiles " + String.join(", ", candidates) + ", and "
                        + (user == null ? "it is not known for which of them the permissions were found"
                                : "none of them is " + (user.roleArn() == null ? user.username() : user.roleArn())
                                        + ", for whom the permissions were found")
                        + "; scan the account with the one to use";
        if (failure == null) {
            return new AwsException(Problem.NO_CREDENTIALS, Problem.NO_CREDENTIALS.name(), message, null);
        }
        return new AwsException(failure.problem(), failure.code(), message + " (a profile failed: " + failure.getMessage() + ")", failure);
    }

    private CallerIdentity validated(Profile profile) throws InterruptedException {
        try {
            return identity(profile.name());
        } catch (AwsException e) {
            LOG.info("aws profile skipped problem={} code={}", e.problem(), e.code());
            return null;
        }
    }

    private List<Profile> sorted() throws AwsException {
        return files.read().profiles().values().stream().sorted(Comparator.comparing(Profile::name)).toList();
    }

    private static boolean belongs(CallerIdentity identity, String accountId) {
        return identity != null && identity.accountId().equals(accountId);
    }

    private static AwsProfile describe(Profile profile) {
        return new AwsProfile(profile.name(), profile.property(ProfileProperty.REGION).orElse(null), ProfileCredentials.kind(profile));
    }
}
