package cloudops.scanner.internal;

import cloudops.aws.AwsException;
import cloudops.aws.CallerIdentity;
import cloudops.aws.Profiles;

/**
 * An account that is scanned with the credentials of a profile.
 *
 * @param profile AWS profile; also what the account is called
 * @param identity whom AWS takes it for
 * @param homeRegion region that is asked what is not of a region: the profile's, else the first of the partition
 */
record Account(String profile, CallerIdentity identity, String homeRegion) {

    static Account of(String profile, Profiles profiles) throws AwsException, InterruptedException {
        var configured = profiles.get(profile).region();
        var identity = profiles.identity(profile);
        return new Account(profile, identity, configured != null ? configured : firstRegion(partition(identity)));
    }

    String id() {
        return identity.accountId();
    }

    String partition() {
        return partition(identity);
    }

    private static String partition(CallerIdentity identity) {
        return identity.arn().split(":", 3)[1];
    }

    /**
     * Where a partition's global services are.
     * Source: https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html
     */
    private static String firstRegion(String partition) {
        return switch (partition) {
            case "aws-cn" -> "cn-north-1";
            case "aws-us-gov" -> "us-gov-west-1";
            default -> "us-east-1";
        };
    }
}
