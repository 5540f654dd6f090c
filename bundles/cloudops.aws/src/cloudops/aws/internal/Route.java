package cloudops.aws.internal;

import java.net.URI;
import java.util.Set;

import cloudops.aws.AwsException;

/**
 * What calls have in common that share a fate: AWS limits them together, and a dead endpoint is dead for all of them.
 *
 * @param account 12 digits; "profile NAME" while it is not known
 * @param region {@code aws-global} for services that have one endpoint for all
 * @param service as the SDK names it
 * @param host where the calls go: the endpoint's URL, or the service and region of AWS
 */
record Route(String account, String region, String service, String host) {

    private static final String ALL = "aws-global";
    /**
     * They answer alike in all regions.
     * Source: https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/global-services.html
     */
    private static final Set<String> GLOBAL = Set.of("iam", "organizations", "account", "route53", "cloudfront", "globalaccelerator");

    /** @param service the CLI's name */
    static Route of(Target target, String service, AwsFiles files, Accounts accounts) throws AwsException {
        var name = ServiceNames.sdkName(service);
        var region = GLOBAL.contains(name) ? ALL : target.region();
        return new Route(accounts.of(files.profile(target.profile())), region, name,
                target.endpoint().map(URI::toString).orElse(name + " in " + region));
    }
}
