package cloudops.iam.internal;

/**
 * What a policy is asked about.
 *
 * @param action such as {@code rds:StopDBInstance}
 * @param resourceArn the resource
 * @param context the condition context, as far as it is known
 */
record PolicyRequest(String action, String resourceArn, ContextKeys context) {

    /** @param principal context of the caller; region and account of the resource are added where its ARN names them */
    static PolicyRequest of(String action, String resourceArn, ContextKeys principal) {
        var segments = resourceArn.split(":", 6);
        var context = principal;
        if (segments.length == 6 && segments[0].equals("arn")) {
            context = segments[3].isEmpty() ? context : context.with("aws:RequestedRegion", segments[3]);
            context = segments[4].isEmpty() ? context : context.with("aws:ResourceAccount", segments[4]);
        }
        return new PolicyRequest(action, resourceArn, context);
    }
}
