package cloudops.aws.internal;

import java.net.URI;
import java.util.Optional;
import java.util.Set;

import cloudops.aws.AwsException;
import cloudops.aws.AwsException.Problem;
import software.amazon.awssdk.profiles.Profile;
import software.amazon.awssdk.profiles.ProfileProperty;

/**
 * Where a call goes and as whom.
 *
 * @param endpoint replaces AWS's own; empty for that
 */
record Target(String profile, String region, Optional<URI> endpoint) {

    /** Their endpoints do not depend on a region, or answer for all of them; the CLI does without a region for them, too. */
    private static final Set<String> WITHOUT_REGION = Set.of("iam", "sts", "s3", "route53", "cloudfront", "organizations",
            "globalaccelerator");
    private static final String HOME_REGION = "us-east-1";

    /**
     * @param service the CLI's name
     * @param region null for the profile's
     * @throws AwsException {@code UNKNOWN_PROFILE}, {@code PARSE}, {@code INVALID_CALL} when there is no region
     */
    static Target of(AwsFiles files, String service, String profileName, String region) throws AwsException {
        var profile = files.profile(profileName);
        return new Target(profileName, region(service, profile, region), files.endpoint(profile, service));
    }

    private static String region(String service, Profile profile, String asked) throws AwsException {
        var region = asked != null ? asked : profile.property(ProfileProperty.REGION)
                .filter(text -> !text.isBlank()).orElse(WITHOUT_REGION.contains(ServiceNames.sdkName(service)) ? HOME_REGION : null);
        if (region == null) {
            throw new AwsException(Problem.INVALID_CALL, "NoRegion", "You must specify a region: profile '" + profile.name()
                    + "' has none; try: aws configure set region us-east-1 --profile " + profile.name(), null);
        }
        if (!region.matches("[a-z0-9-]{2,40}")) {
            throw new AwsException(Problem.INVALID_CALL, "InvalidRegion", "not the name of an AWS region: '"
                    + Printable.excerpt(region, 40) + "'" + (asked != null ? "" : "; try: aws configure set region us-east-1 --profile " + profile.name()),
                    null);
        }
        return region;
    }
}
