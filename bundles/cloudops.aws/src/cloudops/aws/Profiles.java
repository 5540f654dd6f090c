package cloudops.aws;

import java.util.List;

/** The AWS profiles of this machine, read anew from the files at each call. Thread-safe. */
public interface Profiles {

    /** All profiles, sorted by name; empty when there are no AWS files. @throws AwsException {@code PARSE} for a broken file */
    List<AwsProfile> list() throws AwsException;

    /** @throws AwsException {@code UNKNOWN_PROFILE}, with the names there are; {@code PARSE} */
    AwsProfile get(String name) throws AwsException;

    /**
     * Asks AWS (STS GetCallerIdentity) who the profile is.
     *
     * @throws AwsException {@code UNKNOWN_PROFILE}, {@code NO_CREDENTIALS}, {@code EXPIRED_TOKEN}, {@code NETWORK} …
     */
    CallerIdentity identity(String name) throws AwsException, InterruptedException;

    /** The profile whose credentials belong to {@code accountId}, among those that were used or validated; null when there is none. */
    String profileOf(String accountId);
}
