package cloudops.aws.internal;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Scheduler;

import cloudops.aws.AccessKey;
import cloudops.aws.AwsException;
import cloudops.aws.AwsException.Problem;
import cloudops.aws.AwsProfile;
import cloudops.aws.KeyPairs;
import cloudops.aws.internal.KeyPairFile.Pair;
import cloudops.execution.spi.ProfileVariables;
import cloudops.model.Environment;
import cloudops.model.SecretVault;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;

/**
 * The key pairs of a home: which there are is in a file, they themselves are in the keychain, an entry each. What was read is kept in memory for
 * a minute: a scan makes hundreds of calls.
 */
@Component(service = { KeyPairs.class, ProfileVariables.class, KeychainKeys.class })
public final class KeychainKeys implements KeyPairs, ProfileVariables {

    private static final Logger LOG = LoggerFactory.getLogger(KeychainKeys.class);

    private static final Duration KEPT = Duration.ofMinutes(1);

    private final KeyPairFile file;
    private final AwsFiles awsFiles;
    private final SecretVault vault;
    private final Map<String, String> variables;
    private final ReentrantLock reading = new ReentrantLock();
    /** By entries. The scheduler lets what has expired go, also when nobody asks any more. */
    private final Cache<String, AwsCredentials> known = Caffeine.newBuilder().expireAfterWrite(KEPT).scheduler(Scheduler.systemScheduler()).build();

    @Activate
    public KeychainKeys(@Reference Environment environment, @Reference SecretVault vault) {
        this(environment, vault, System.getenv());
    }

    /** @param variables of this process */
    KeychainKeys(Environment environment, SecretVault vault, Map<String, String> variables) {
        this.variables = variables;
        file = new KeyPairFile(environment.home());
        awsFiles = new AwsFiles(environment);
        this.vault = vault;
    }

    @Override
    public List<AwsProfile> list() throws AwsException {
        return file.read().stream().map(pair -> new AwsProfile(pair.name(), pair.region(), ProfileCredentials.KEYCHAIN)).toList();
    }

    @Override
    public void add(String name, String region, AccessKey key, boolean replace) throws AwsException {
        requireFit(name, region, key);
        awsFiles.requireFree(name);
        if (!replace && file.find(name).isPresent()) { // before the keychain is asked for anything
            throw there(name);
        }
        var added = new Pair(name, region, put(name, key));
        boolean listed = false;
        try {
            var change = file.put(added, replace);
            listed = change.made();
            if (!listed) {
                throw there(name);
            }
            change.before().ifPresent(this::forget);
        } finally {
            if (!listed && !mayBeListed(added)) {
                forget(added);
            }
        }
        LOG.info("key pair added to the keychain");
    }

    private static AwsException there(String name) {
        return refused("there is a key pair '" + name + "' already; try: --replace, or another name");
    }

    /** The list may name it although writing the list failed, and where that cannot be told. */
    private boolean mayBeListed(Pair added) {
        try {
            return file.read().contains(added);
        } catch (AwsException e) {
            LOG.warn("an entry of the keychain is kept, since the list of key pairs cannot be read entry={} why={}", added.entry(),
                    e.getMessage());
            return true;
        }
    }

    private static void requireFit(String name, String region, AccessKey key) throws AwsException {
        if (!KeyPairFile.NAME.matcher(name).matches()) {
            throw refused("not the name of a profile: '" + Printable.excerpt(name, 40) + "'; try: letters, digits and _-/.%@:+");
        }
        if (name.equals("default")) {
            throw refused("a key pair in the keychain cannot be the profile 'default', which is what calls without a profile take; try: another name");
        }
        if (region != null && !KeyPairFile.REGION.matcher(region).matches()) {
            throw refused("not the name of an AWS region: '" + Printable.excerpt(region, 40) + "'");
        }
        var flaw = KeyPairText.flaw(key);
        if (flaw.isPresent()) {
            throw refused(flaw.get());
        }
    }

    private String put(String name, AccessKey key) throws AwsException {
        var text = KeyPairText.encode(name, key);
        try {
            return vault.put(file.folder(), text);
        } catch (IOException e) {
            throw unavailable("the key pair was not added: " + e.getMessage(), e);
        } finally {
            Arrays.fill(text, (byte) 0);
        }
    }

    /** One that is in no list any more; at worst it stays in the keychain, unused. */
    private void forget(Pair pair) {
        known.invalidate(pair.entry());
        try {
            vault.remove(file.folder(), pair.entry());
        } catch (IOException e) {
            LOG.warn("an unused entry of the keychain stays behind entry={} why={}", pair.entry(), e.getMessage());
        }
    }

    @Override
    public void remove(String name) throws AwsException {
        var pair = file.find(name).orElseThrow(() -> new AwsException(Problem.UNKNOWN_PROFILE, Problem.UNKNOWN_PROFILE.name(),
                "there is no key pair '" + Printable.excerpt(name, 40) + "'; try: cloudops keys list-aws", null));
        known.invalidate(pair.entry());
        try {
            vault.remove(file.folder(), pair.entry());
        } catch (IOException e) {
            throw unavailable("the key pair '" + name + "' was not removed: " + e.getMessage(), e);
        }
        if (!file.remove(pair)) {
            throw refused("the key pair '" + name + "' was replaced meanwhile, and the new one is there; try: cloudops keys list-aws");
        }
        LOG.info("key pair removed from the keychain");
    }

    @Override
    public Optional<String> find(String profile) throws IOException {
        try {
            var pairs = file.read();
            if (pairs.isEmpty()) {
                return Optional.empty(); // then it does not depend on what the AWS files say, and whether they can be read
            }
            var named = pairs.stream().filter(pair -> pair.name().equals(profile)).findFirst();
            if (named.isPresent()) {
                awsFiles.requireFree(profile);
                return named.map(Pair::entry);
            }
            var files = awsFiles.read();
            return files.profile(profile).flatMap(there -> ProfileCredentials.keychainEntry(there, files));
        } catch (AwsException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    @Override
    public Map<String, String> surroundings(String profile) {
        try {
            var files = awsFiles.read();
            return files.profile(profile).map(there -> Surroundings.of(there, files, variables)).orElse(Map.of());
        } catch (AwsException e) {
            return Map.of(); // who reads the files next says what is wrong with them
        }
    }

    @Override
    public Map<String, String> variables(String profile, String credentials) throws IOException {
        try {
            var pair = pair(profile, credentials);
            var key = credentials(pair);
            var keys = new TreeMap<>(Map.of("AWS_ACCESS_KEY_ID", key.accessKeyId(), "AWS_SECRET_ACCESS_KEY", key.secretAccessKey()));
            if (key instanceof AwsSessionCredentials session) {
                keys.put("AWS_SESSION_TOKEN", session.sessionToken());
            }
            if (pair.region() != null) {
                keys.put("AWS_REGION", pair.region());
                keys.put("AWS_DEFAULT_REGION", pair.region());
            }
            return keys;
        } catch (AwsException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /** @throws AwsException {@code NO_CREDENTIALS} when the keychain does not have them or does not give them; {@code UNKNOWN_PROFILE} */
    AwsCredentials credentials(String profile) throws AwsException {
        return credentials(file.find(profile).orElseThrow(() -> new AwsException(Problem.UNKNOWN_PROFILE, Problem.UNKNOWN_PROFILE.name(),
                "the key pair '" + profile + "' was removed", null)));
    }

    /** The same, of no other entry. */
    AwsCredentials credentials(String profile, String entry) throws AwsException {
        return credentials(pair(profile, entry));
    }

    private Pair pair(String profile, String entry) throws AwsException {
        var named = file.find(profile);
        if (named.isEmpty() && file.read().stream().anyMatch(pair -> pair.entry().equals(entry))) {
            throw unavailable("profile '" + profile + "' takes its role with a key pair in the keychain, which only our own calls can; "
                    + "try: a session's keys in a profile", null);
        }
        return named.filter(there -> there.entry().equals(entry))
                .orElseThrow(() -> unavailable("the key pair '" + profile + "' is another one by now; try: do it again", null));
    }

    private AwsCredentials credentials(Pair pair) throws AwsException {
        reading.lock(); // one dialog of the keychain's is enough
        try {
            var before = known.getIfPresent(pair.entry());
            if (before != null) {
                return before;
            }
            var credentials = read(pair);
            known.put(pair.entry(), credentials);
            return credentials;
        } finally {
            reading.unlock();
        }
    }

    private AwsCredentials read(Pair pair) throws AwsException {
        try {
            var text = vault.get(file.folder(), pair.entry());
            try {
                return KeyPairText.decode(pair.name(), text).orElseThrow(() -> unavailable("the keychain has something else in the place of the key pair '"
                        + pair.name() + "'; try: cloudops keys add-aws " + pair.name() + " --replace", null));
            } finally {
                Arrays.fill(text, (byte) 0);
            }
        } catch (IOException e) {
            throw unavailable("the key pair of profile '" + pair.name() + "' cannot be had: " + e.getMessage()
                    + "; if it is lost: cloudops keys add-aws " + pair.name() + " --replace", e);
        }
    }

    private static AwsException refused(String message) {
        return new AwsException(Problem.INVALID_CALL, Problem.INVALID_CALL.name(), message, null);
    }

    private static AwsException unavailable(String message, Exception cause) {
        return new AwsException(Problem.NO_CREDENTIALS, "Keychain", message, cause);
    }
}
