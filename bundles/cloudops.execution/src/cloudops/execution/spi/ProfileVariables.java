package cloudops.execution.spi;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * What the AWS files do not have of a profile. There are profiles that are in none of these files, since their credentials lie somewhere safer: a
 * process gets the credentials themselves in the place of such a profile's name, as variables of its environment. Thread-safe.
 */
@ConsumerType
public interface ProfileVariables {

    /**
     * Whether {@code profile} is such a one, or one of the AWS files that takes its role with the credentials of such a one. Asked whenever a
     * request is judged, so it asks no keychain and no person.
     *
     * @return what tells its credentials from any others: an approval holds for these alone; it is no secret. Empty for all other profiles
     * @throws IOException when that cannot be told, with a message for people: then the request does not run
     */
    Optional<String> find(String profile) throws IOException;

    /**
     * {@code AWS_ACCESS_KEY_ID} and its like. Asked when a process is about to start; may block for a keychain's dialog.
     *
     * @param credentials as {@link #find} told them
     * @throws IOException when they are not to be had, or the profile has others by now, or takes a role with them, with a message for people
     */
    Map<String, String> variables(String profile, String credentials) throws IOException;

    /**
     * What a process needs, of this program's own surroundings, to have the credentials of a profile of the AWS files: the variables that say where
     * a container's are, or the keys that the profile says to take from variables. Asked whenever a request is judged.
     *
     * @return names and values; empty for most profiles, and where the files cannot be read
     */
    default Map<String, String> surroundings(String profile) {
        return Map.of();
    }

    /** There are no such profiles. */
    ProfileVariables NONE = new ProfileVariables() {
        @Override
        public Optional<String> find(String profile) {
            return Optional.empty();
        }

        @Override
        public Map<String, String> variables(String profile, String credentials) throws IOException {
            throw new IOException("there is no profile '" + profile + "'");
        }
    };
}
