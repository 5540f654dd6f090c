package cloudops.model;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/**
 * Who the permissions of a resource were found for.
 *
 * @param username IAM user or role session name
 * @param roleArn the role behind an assumed-role session, else null
 * @param sessionExpires end of the session, null when it has none or it is not known
 */
public record UserContext(String username, String roleArn, Instant sessionExpires) {

    public UserContext {
        requireNonNull(username, "username");
    }
}
