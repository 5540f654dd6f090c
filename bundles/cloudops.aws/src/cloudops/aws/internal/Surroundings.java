package cloudops.aws.internal;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import software.amazon.awssdk.profiles.Profile;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.profiles.ProfileProperty;

/**
 * What a process of the CLI needs of our own variables to have the credentials of a profile. Processes get none but these: with others, a call
 * could be made by somebody else than the profile.
 */
final class Surroundings {

    private static final Set<String> KEYS = Set.of("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN");
    private static final Set<String> CONTAINER = Set.of("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
    private static final String INSTANCE_DISABLED = "AWS_EC2_METADATA_DISABLED";

    private Surroundings() {
    }

    /**
     * @param variables ours
     * @return those for the process; empty for most profiles
     */
    static Map<String, String> of(Profile profile, ProfileFile files, Map<String, String> variables) {
        var source = ProfileCredentials.source(profile, files);
        if (source.property(ProfileProperty.WEB_IDENTITY_TOKEN_FILE).isPresent()) {
            return Map.of();
        }
        return switch (ProfileCredentials.kind(source)) {
            case "assume-role" -> ofSource(source.property(ProfileProperty.CREDENTIAL_SOURCE).orElse(""), variables);
            case "none" -> only(CONTAINER, variables);
            default -> Map.of();
        };
    }

    private static Map<String, String> ofSource(String source, Map<String, String> variables) {
        return switch (source) {
            case "Environment" -> only(KEYS, variables);
            case "EcsContainer" -> only(CONTAINER, variables);
            // whoever writes this into a profile says that it is an instance
            case "Ec2InstanceMetadata" -> Map.of(INSTANCE_DISABLED, variables.getOrDefault(INSTANCE_DISABLED, "false"));
            default -> Map.of();
        };
    }

    private static Map<String, String> only(Set<String> names, Map<String, String> variables) {
        var only = new TreeMap<>(variables);
        only.keySet().retainAll(names);
        return only;
    }
}
