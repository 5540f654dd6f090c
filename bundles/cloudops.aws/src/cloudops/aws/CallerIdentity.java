package cloudops.aws;

import java.time.Instant;

import cloudops.model.UserContext;

/**
 * Whom AWS takes a profile's credentials for.
 *
 * @param accountId 12 digits
 * @param arn as STS says: a user, or an assumed-role session
 * @param userId unique ID
 * @param expires when the credentials that were asked with end; null when they do not, or do not tell
 */
public record CallerIdentity(String accountId, String arn, String userId, Instant expires) {

    /** With credentials that do not tell when they end. */
    public CallerIdentity(String accountId, String arn, String userId) {
        this(accountId, arn, userId, null);
    }

    /** The ARN that IAM knows: for {@code arn:aws:sts::1:assumed-role/R/session} the role's, without its path; else the ARN itself. */
    public String principalArn() {
        var parts = arn.split(":", 6);
        if (parts.length == 6 && "sts".equals(parts[2]) && parts[5].startsWith("assumed-role/")) {
            return parts[0] + ":" + parts[1] + ":iam::" + parts[4] + ":role/" + parts[5].split("/")[1];
        }
        return arn;
    }

    /** The user's name or the session's; {@code root} for the root user. */
    public String username() {
        return arn.substring(Math.max(arn.lastIndexOf('/'), arn.lastIndexOf(':')) + 1);
    }

    /** Whether it is {@code user}: in the same role, for the name of a session may be another each time; else by the same name. */
    public boolean is(UserContext user) {
        var principal = principalArn();
        return user.roleArn() != null ? principal.equals(user.roleArn()) : principal.equals(arn) && username().equals(user.username());
    }
}
