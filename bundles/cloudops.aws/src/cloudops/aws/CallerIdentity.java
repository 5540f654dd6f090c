package cloudops.aws;

/**
 * Whom AWS takes a profile's credentials for.
 *
 * @param accountId 12 digits
 * @param arn as STS says: a user, or an assumed-role session
 * @param userId unique ID
 */
public record CallerIdentity(String accountId, String arn, String userId) {

    /** The ARN that IAM knows: for {@code arn:aws:sts::1:assumed-role/R/session} the role's, without its path; else the ARN itself. */
    public String principalArn() {
        var parts = arn.split(":", 6);
        if (parts.length == 6 && "sts".equals(parts[2]) && parts[5].startsWith("assumed-role/")) {
            return parts[0] + ":" + parts[1] + ":iam::" + parts[4] + ":role/" + parts[5].split("/")[1];
        }
        return arn;
    }

    /** The user's name or the session's. */
    public String username() {
        return arn.substring(arn.lastIndexOf('/') + 1);
    }
}
