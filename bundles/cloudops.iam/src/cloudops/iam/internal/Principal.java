package cloudops.iam.internal;

import cloudops.aws.CallerIdentity;
import cloudops.model.UserContext;

/**
 * Whom permissions are asked for.
 *
 * @param kind what IAM knows it as
 * @param name of the user or the role, without path
 * @param sessionName of the user or the role session
 * @param arn IAM's ARN; for roles without their path, which STS leaves out
 * @param accountId 12 digits
 * @param userId as {@code aws:userid} has it
 */
record Principal(Kind kind, String name, String sessionName, String arn, String accountId, String userId) {

    enum Kind {
        USER, ROLE, ROOT,
        /** Federated users and whatever else AWS may name: no policies can be found for it. */
        OTHER
    }

    static Principal of(CallerIdentity identity) {
        var arn = identity.principalArn();
        var resource = arn.substring(arn.lastIndexOf(':') + 1);
        var kind = Kind.OTHER;
        if (arn.contains(":iam::")) {
            kind = resource.equals("root") ? Kind.ROOT
                    : resource.startsWith("user/") ? Kind.USER : resource.startsWith("role/") ? Kind.ROLE : Kind.OTHER;
        }
        var name = resource.substring(resource.lastIndexOf('/') + 1);
        return new Principal(kind, name, kind == Kind.ROOT ? name : identity.username(), arn, identity.accountId(), identity.userId());
    }

    UserContext userContext() {
        return new UserContext(sessionName, kind == Kind.ROLE ? arn : null, null);
    }

    /** Region of the IAM endpoint of the principal's partition; null where the profile's region has to tell. */
    String iamRegion() {
        return switch (arn.split(":", 3)[1]) {
            case "aws" -> "us-east-1";
            case "aws-cn" -> "cn-north-1";
            case "aws-us-gov" -> "us-gov-west-1";
            default -> null;
        };
    }

    /**
     * What policies may ask about the principal (IAM User Guide, "AWS global condition context keys"), for requests that it sends itself.
     *
     * @param exactArn the ARN with its path; null when it is not known
     */
    ContextKeys context(String exactArn) {
        var keys = ContextKeys.NOTHING_KNOWN.with("aws:PrincipalAccount", accountId).with("aws:userid", userId)
                .with("aws:PrincipalType", kind == Kind.USER ? "User" : "AssumedRole").with("aws:PrincipalIsAWSService", "false")
                .with("aws:ViaAWSService", "false");
        keys = kind == Kind.USER ? keys.with("aws:username", name) : keys.without("aws:username");
        return exactArn == null ? keys : keys.with("aws:PrincipalArn", exactArn);
    }
}
