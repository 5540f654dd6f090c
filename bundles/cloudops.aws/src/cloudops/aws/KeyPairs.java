package cloudops.aws;

import java.util.List;

import org.osgi.annotation.versioning.ProviderType;

/**
 * AWS key pairs that the user added by hand. They are in the operating system's keychain and nowhere else; each is a profile like those of the
 * AWS files, of the kind {@code keychain}. Thread-safe; blocks, perhaps for the system's own dialog.
 */
@ProviderType
public interface KeyPairs {

    /** Sorted by name. Asks no keychain. @throws AwsException {@code PARSE} when the list of them is damaged */
    List<AwsProfile> list() throws AwsException;

    /**
     * Puts a key pair into the keychain. AWS is not asked whether it is valid.
     *
     * @param name of the profile: letters, digits and {@code _-/.%@:+}; not {@code default}, which is what a call without a profile takes
     * @param region its default region; null for none
     * @param key left as it is, to be closed by the caller
     * @param replace whether it takes the place of an earlier one of this name
     * @throws AwsException {@code INVALID_CALL} for a name or key that cannot be one, or a name that is taken, by an AWS file or (without
     *         {@code replace}) another key pair; {@code NO_CREDENTIALS} when there is no keychain or it refused. Nothing is kept then
     */
    void add(String name, String region, AccessKey key, boolean replace) throws AwsException;

    /**
     * Removes a key pair from the keychain for good.
     *
     * @throws AwsException {@code UNKNOWN_PROFILE} when there is none of this name; {@code NO_CREDENTIALS} when the keychain does not give it
     *         up: then it stays
     */
    void remove(String name) throws AwsException;
}
