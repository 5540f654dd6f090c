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
import java.util.TreeSet;

import cloudops.aws.AwsException;
import cloudops.aws.AwsException.Problem;
import cloudops.model.Environment;
import software.amazon.awssdk.profiles.Profile;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.profiles.ProfileProperty;

/**
 * The two AWS files of the {@link Environment} and nothing else: never the user's own ones where the environment names others. Parsed anew
 * when a file's time or size changed. Thread-safe.
 */
final class AwsFiles {

    private record Stamp(Object config, Object credentials) {
    }

    /** One state of the files; an equal {@code profiles} means that nothing changed. */
    private record Parsed(Stamp stamp, ProfileFile profiles) {
    }

    private final Environment environment;
    private volatile Parsed parsed;

    AwsFiles(Environment environment) {
        this.environment = environment;
    }

    /** @throws AwsException {@code PARSE}, naming the file */
    ProfileFile read() throws AwsException {
        var stamp = new Stamp(stamp(environment.awsConfigFile()), stamp(environment.awsCredentialsFile()));
        var last = parsed;
        if (last == null || !last.stamp.equals(stamp)) {
            // The credentials file comes first: where both define a property, the SDK and the CLI take this file's.
            var profiles = ProfileFile.aggregator()
                    .addFile(parse(environment.awsCredentialsFile(), ProfileFile.Type.CREDENTIALS))
                    .addFile(parse(environment.awsConfigFile(), ProfileFile.Type.CONFIGURATION))
                    .build();
            last = new Parsed(stamp, profiles);
            parsed = last;
        }
        return last.profiles;
    }

    /** @throws AwsException {@code UNKNOWN_PROFILE}, with the names there are; {@code PARSE} */
    Profile profile(String name) throws AwsException {
        var profiles = read();
        var profile = profiles.profile(name);
        if (profile.isEmpty()) {
            throw unknown(name, profiles);
        }
        return profile.get();
    }

    /**
     * Where calls of {@code service} go instead of AWS itself: what the environment says, else the profile's {@code services} section, else
     * the profile's {@code endpoint_url}.
     *
     * @param service the CLI's name
     */
    Optional<URI> endpoint(Profile profile, String service) throws AwsException {
        if (environment.endpointUrl().isPresent()) {
            return environment.endpointUrl();
        }
        var services = profile.property("services");
        var section = services.isPresent() ? read().getSection("services", services.get()) : Optional.<Profile>empty();
        var url = section.flatMap(values -> serviceEndpoint(values, service)).or(() -> profile.property(ProfileProperty.ENDPOINT_URL));
        try {
            return url.map(URI::create);
        } catch (IllegalArgumentException e) {
            throw new AwsException(Problem.PARSE, Problem.PARSE.name(), "endpoint_url of profile '" + profile.name() + "' in "
                    + environment.awsConfigFile() + " is no URL: " + e.getMessage(), e);
        }
    }

    /** The section has lines such as {@code elastic_load_balancing_v2.endpoint_url}: the service's ID with underscores. */
    private static Optional<String> serviceEndpoint(Profile section, String service) {
        var key = ServiceNames.sdkName(service) + ".endpointurl";
        return section.properties().entrySet().stream()
                .filter(property -> property.getKey().replace("_", "").equals(key))
                .map(Map.Entry::getValue)
                .findFirst();
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
            var attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return List.of(attributes.lastModifiedTime(), attributes.size(), String.valueOf(attributes.fileKey()));
        } catch (IOException absent) {
            return "absent";
        }
    }
}
