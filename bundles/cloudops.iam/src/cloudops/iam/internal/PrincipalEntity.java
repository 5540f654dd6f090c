package cloudops.iam.internal;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;

import cloudops.aws.AwsException;

/**
 * What IAM says of a user or a role.
 *
 * @param exactArn with its path; null when it is not known
 * @param boundaryArn policy that bounds its permissions; null for none, or when it is not known
 * @param gap why the boundary is not known; null when it is
 * @param passing whether the gap may close by itself soon
 * @param unreachable why AWS could not be asked as the principal at all; null when it could
 */
record PrincipalEntity(String exactArn, String boundaryArn, String gap, boolean passing, String unreachable) {

    /** Asks IAM; a failure is told in the result. */
    static PrincipalEntity read(IamCalls iam, String profile, Principal principal) throws InterruptedException {
        boolean user = principal.kind() == Principal.Kind.USER;
        var params = JsonNodeFactory.instance.objectNode().put(user ? "UserName" : "RoleName", principal.name());
        // STS gives the path of a user, but not of a role
        var knownArn = user ? principal.arn() : null;
        try {
            var entity = iam.call(profile, principal, user ? "get-user" : "get-role", params).path(user ? "User" : "Role");
            return new PrincipalEntity(entity.path("Arn").asText(knownArn),
                    entity.path("PermissionsBoundary").path("PermissionsBoundaryArn").asText(null), null, false, null);
        } catch (AwsException e) {
            return new PrincipalEntity(knownArn, null, "whether " + (user ? "user " : "role ") + principal.name()
                    + " has a permissions boundary could not be read (" + e.code() + ")",
                    e.problem().retryable() || IamCalls.unreachable(e), IamCalls.unreachable(e) ? IamCalls.whyUnreachable(e) : null);
        }
    }
}
