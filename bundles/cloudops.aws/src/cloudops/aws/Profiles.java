package cloudops.aws;

import java.util.List;

import cloudops.model.UserContext;

/** The AWS profiles of this machine: of the AWS files, read anew at each call, and the {@link KeyPairs}. Thread-safe. */
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

    /**
     * The profile of {@code accountId} that AWS takes for {@code user}: the same role, whatever its session is called, or the same user
     * name. Where none is: the only profile of the account, unless a profile failed that may be the user's. Profiles that
     * {@link #identity} was not asked about are asked as {@link #profileOf(String)} does.
     *
     * @param user whom the permissions were found for; null when that is not known: then it is the only profile of the account
     * @return never null
     * @throws AwsException when there is none, or several and none is the user's; the message names them and carries the failure of a
     *         profile that could not be asked, whose problem ({@code EXPIRED_TOKEN} before any other) it has; {@code NO_CREDENTIALS} where
     *         none failed; {@code PARSE} for a broken file
     */
    String profileOf(String accountId, UserContext user) throws AwsException, InterruptedException;
}
