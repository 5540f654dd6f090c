package cloudops.backup;

import static java.util.Objects.requireNonNull;

import java.util.regex.Pattern;

/**
 * Where in S3 backups lie, and as whom to go there.
 *
 * @param bucket its name
 * @param prefix of all keys: empty, or ends with a slash
 * @param profile name of an AWS profile
 * @param region null for the profile's
 */
public record S3Location(String bucket, String prefix, String profile, String region) {

    /** Source: Amazon S3 user guide, "General purpose bucket naming rules". */
    private static final Pattern URI = Pattern.compile("s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/(.*))?", Pattern.DOTALL);

    public S3Location {
        requireNonNull(bucket, "bucket");
        requireNonNull(profile, "profile");
        prefix = prefix.isEmpty() || prefix.endsWith("/") ? prefix : prefix + "/";
    }

    /**
     * @param uri {@code s3://bucket/prefix}
     * @throws IllegalArgumentException when it is no such URI
     */
    public static S3Location parse(String uri, String profile, String region) {
        var parts = URI.matcher(uri);
        if (!parts.matches()) {
            throw new IllegalArgumentException("not the address of a bucket: '" + uri + "'; s3://bucket/folder is one");
        }
        var prefix = parts.group(2) == null ? "" : parts.group(2);
        if (prefix.startsWith("/") || prefix.contains("//") || prefix.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("not a folder in a bucket: '" + uri + "'; s3://bucket/folder is one");
        }
        return new S3Location(parts.group(1), prefix, profile, region);
    }

    @Override
    public String toString() {
        return "s3://" + bucket + "/" + prefix;
    }
}
