package cloudops.aws.internal;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

import cloudops.aws.AwsException;
import cloudops.aws.AwsException.Problem;
import cloudops.aws.internal.KeyPairFile.Pair;
import cloudops.model.Environment;
import software.amazon.awssdk.profiles.Profile;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.profiles.ProfileProperty;

/**
 * The two AWS files of the {@link Environment} and the key pairs of its home, and nothing else: never the user's own files where the environment
 * names others. Parsed anew when a file's time or size changed. Thread-safe.
 */
final class AwsFiles implements AwsErrors.Sessions {

    private record Stamp(Object config, Object credentials, Object keyPairs) {
    }

    /**
     * One state of the files; an equal {@code profiles} means that nothing changed.
     *
     * @param twice profiles that are in a file and in the keychain: nobody can tell which is meant
     */
    private record Parsed(Stamp stamp, ProfileFile profiles, Set<String> ofFiles, Set<String> twice) {
    }

    private final Environment environment;
    private final KeyPairFile keyPairs;
    private final Endpoints endpoints;
    private volatile Parsed parsed;

    AwsFiles(Environment environment) {
        this(environment, System.getenv());
    }

    /** @param variables of this process */
    AwsFiles(Environment environment, Map<String, String> variables) {
        this.environment = environment;
        endpoints = new Endpoints(environment, variables);
        keyPairs = new KeyPairFile(environment.home());
    }

    /** @throws AwsException {@code PARSE}, naming the file */
    ProfileFile read() throws AwsException {
        return parsed().profiles;
    }

    private Parsed parsed() throws AwsException {
        var stamp = new Stamp(stamp(environment.awsConfigFile()), stamp(environment.awsCredentialsFile()), stamp(keyPairs.path()));
        var last = parsed;
        if (last == null || !last.stamp.equals(stamp)) {
            // The credentials file comes first: where both define a property, the SDK and the CLI take this file's.
            var files = ProfileFile.aggregator()
                    .addFile(parse(environment.awsCredentialsFile(), ProfileFile.Type.CREDENTIALS))
                    .addFile(parse(environment.awsConfigFile(), ProfileFile.Type.CONFIGURATION));
            var ofFiles = files.build().profiles().keySet();
            var pairs = keyPairs.read().stream().collect(Collectors.partitioningBy(pair -> ofFiles.contains(pair.name())));
            last = new Parsed(stamp, files.addFile(asFile(pairs.get(false))).build(), ofFiles,
                    pairs.get(true).stream().map(Pair::name).collect(Collectors.toSet()));
            parsed = last;
        }
        return last;
    }

    private static ProfileFile asFile(List<Pair> pairs) {
        var text = new StringBuilder();
        for (var pair : pairs) {
            text.append("[profile ").append(pair.name()).append("]\n").append(ProfileCredentials.KEYCHAIN_ENTRY).append(" = ").append(pair.entry()).append('\n');
            if (pair.region() != null) {
                text.append(ProfileProperty.REGION).append(" = ").append(pair.region()).append('\n');
            }
        }
        return ProfileFile.builder().content(text.toString()).type(ProfileFile.Type.CONFIGURATION).build();
    }

    /** @throws AwsException {@code INVALID_CALL} when one of the AWS files has the profile, {@code PARSE} */
    void requireFree(String name) throws AwsException {
        if (parsed().ofFiles.contains(name)) {
            throw new AwsException(Problem.INVALID_CALL, "ProfileExists", "a profile '" + name + "' is in " + paths()
                    + ", and the keychain cannot have another of this name; try: another name, or cloudops keys remove-aws " + name, null);
        }
    }

    /** @throws AwsException {@code UNKNOWN_PROFILE}, with the names there are; {@code PARSE} */
    Profile profile(String name) throws AwsException {
        var files = parsed();
        if (files.twice.contains(name)) {
            requireFree(name);
        }
        var profile = files.profiles.profile(name);
        if (profile.isEmpty()) {
            throw unknown(name, files.profiles);
        }
        return profile.get();
    }

    /** What the user does when the session of a profile has ended. */
    @Override
    public String signIn(String name) {
        try {
            return ProfileCredentials.signIn(profile(name), read());
        } catch (AwsException e) {
            return "cloudops profiles validate " + name;
        }
    }

    @Override
    public boolean areLasting(String name) {
        try {
            var profile = profile(name);
            return "static".equals(ProfileCredentials.kind(profile)) && ProfileCredentials.sessionToken(profile).isEmpty();
        } catch (AwsException e) {
            return false;
        }
    }

    /**
     * Where calls of {@code service} go instead of AWS itself, by {@link Endpoints}; empty for AWS.
     *
     * @param service the CLI's name
     */
    Optional<URI> endpoint(Profile profile, String service) throws AwsException {
        return endpoints.of(profile, read(), service);
    }

    /** A variable that the SDK would obey where it must not, since {@link #endpoint} is empty; empty for none. */
    Optional<String> disobeyed(Profile profile, String service) {
        return endpoints.disobeyed(profile, service);
    }

    private AwsException unknown(String name, ProfileFile profiles) {
        var names = new TreeSet<>(profiles.profiles().keySet());
        var there = names.isEmpty() ? "there are none" : "there are: " + String.join(", ", names);
        return new AwsException(Problem.UNKNOWN_PROFILE, Problem.UNKNOWN_PROFILE.name(), "no profile '" + name + "' in " + paths() + "; "
                + there + "; try: aws configure --profile " + name, null);
    }

    private String paths() {
        return String.join(" or ", List.of(environment.awsConfigFile().toString(), environment.awsCredentialsFile().toString()));
    }

    private static ProfileFile parse(Path file, ProfileFile.Type type) throws AwsException {
        if (!Files.exists(file)) {
            return ProfileFile.builder().content("").type(type).build();
        }
        try (var content = Files.newInputStream(file)) {
            return ProfileFile.builder().content(content).type(type).build();
        } catch (IllegalArgumentException | IllegalStateException | IOException e) {
            throw new AwsException(Problem.PARSE, Problem.PARSE.name(), "cannot read the AWS file " + file + ": " + reasons(e), e);
        }
    }

    private static String reasons(Throwable failure) {
        var reasons = new ArrayList<String>();
        for (var cause = failure; cause != null; cause = cause.getCause()) {
            if (cause.getMessage() != null && reasons.stream().noneMatch(cause.getMessage()::equals)) {
                reasons.add(cause.getMessage());
            }
        }
        return String.join(": ", reasons);
    }

    private static Object stamp(Path file) {
        try {
            // by the provider, as an exception for each absent file of each call takes longer than the call's own work
            var attributes = file.getFileSystem().provider().readAttributesIfExists(file, BasicFileAttributes.class);
            return attributes == null ? "absent" : List.of(attributes.lastModifiedTime(), attributes.size(), String.valueOf(attributes.fileKey()));
        } catch (IOException unreadable) {
            return "absent";
        }
    }
}
