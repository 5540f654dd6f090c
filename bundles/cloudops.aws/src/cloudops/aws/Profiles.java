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

    /**
     * The profile whose credentials belong to {@code accountId}: the first by name among those that {@link #identity} was asked about;
     * where none of them does, the others are asked as well, which blocks for as long as AWS takes to answer.
     *
     * @return null when there is none, or when the thread was interrupted (its flag is set then) before it was found
     */
    String profileOf(String accountId);
}
