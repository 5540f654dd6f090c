package cloudops.aws.internal;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

import cloudops.aws.AwsCall;
import cloudops.aws.AwsException;
import cloudops.aws.AwsException.Problem;

/** Types failed calls from what they wrote to standard error: the AWS error code where the service answered, else the CLI's own words. */
final class AwsErrors {

    private static final int EXCERPT = 600;

    private static final Pattern SERVICE_ERROR = Pattern.compile(
            "An error occurred \\(([^)]+)\\) when calling the (\\S+) operation(?: \\([^)]*\\))?: ?(.*)", Pattern.DOTALL);

    /** Behind this the CLI appends what it could not read. */
    private static final Pattern BODY = Pattern.compile("(Unable to parse response.*?):\\s*b['\"].*", Pattern.DOTALL);

    private static final Set<String> DENIED = Set.of("AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError",
            "AuthorizationErrorException", "NotAuthorized", "AllAccessDisabled", "Forbidden", "403");
    private static final Set<String> THROTTLED = Set.of("RequestLimitExceeded", "TooManyRequests", "TooManyRequestsException", "SlowDown",
            "ProvisionedThroughputExceededException", "BandwidthLimitExceeded", "PriorRequestNotComplete", "EC2ThrottledException",
            "RequestThrottled", "RequestThrottledException", "429");
    /** AWS answers these both for keys that it does not know and in a region that the account has not enabled. */
    private static final Set<String> UNKNOWN_KEYS = Set.of("InvalidClientTokenId", "UnrecognizedClientException", "AuthFailure",
            "InvalidAccessKeyId", "SignatureDoesNotMatch", "IncompleteSignature", "InvalidSignatureException", "InvalidToken",
            "MissingAuthenticationToken", "MissingAuthenticationTokenException", "401");
    private static final Set<String> SERVER = Set.of("InternalError", "InternalFailure", "InternalServerError", "InternalServerException",
            "InternalServiceError", "InternalServiceErrorException", "ServiceUnavailable", "ServiceUnavailableException", "Unavailable",
            "ServiceFailure", "ServiceFailureException", "RequestTimeout", "RequestTimeoutException");
    private static final Set<String> EXPIRED = Set.of("ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired");

    /** Regions that every account has; all later ones must be enabled (AWS Account Management, "Enable or disable AWS Regions"). */
    private static final Set<String> ENABLED_BY_DEFAULT = Set.of("us-east-1", "us-east-2", "us-west-1", "us-west-2", "ap-south-1",
            "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-southeast-1", "ap-southeast-2", "ca-central-1", "eu-central-1",
            "eu-west-1", "eu-west-2", "eu-west-3", "eu-north-1", "sa-east-1");

    /** The CLI's words where no service answered; the first that matches counts. */
    private record Words(Pattern pattern, Problem problem) {
        static Words of(String regex, Problem problem) {
            return new Words(Pattern.compile(regex, Pattern.CASE_INSENSITIVE), problem);
        }
    }

    private static final List<Words> WORDS = List.of(
            Words.of("config profile .*could not be found", Problem.UNKNOWN_PROFILE),
            Words.of("unable to parse config file", Problem.PARSE),
            Words.of("token (has|is) expired|session (associated with this profile )?has expired|token .*does not exist"
                    + "|error loading sso token|error when retrieving token from sso", Problem.EXPIRED_TOKEN),
            Words.of("unable to locate credentials|partial credentials|unable to load credentials|credential_?process|source_profile"
                    + "|infinite loop in credential|assumerole|credential_source", Problem.NO_CREDENTIALS),
            Words.of("could not connect to the endpoint|connect timeout|read timeout|connection was closed|connection reset"
                    + "|failed to connect to proxy|ssl validation failed|connection aborted", Problem.NETWORK),
            // No error document of the API but, say, a proxy's HTML page with status 500.
            Words.of("unable to parse response", Problem.SERVER_ERROR),
            Words.of("unable to unmarshall|could not parse xml response", Problem.PARSE),
            Words.of("parameter validation failed|must specify a region|unknown options|invalid choice|usage:|supported format|is not one$"
                    + "|error parsing parameter|invalid endpoint|invalid json|are required", Problem.INVALID_CALL));

    private AwsErrors() {
    }

    /** @param stderr what the call wrote to standard error */
    static AwsException typed(String stderr, AwsCall call) {
        var refusal = SERVICE_ERROR.matcher(stderr);
        if (refusal.find()) {
            var code = refusal.group(1);
            var problem = problem(code, refusal.group(3), call.region());
            return exception(problem, code, code + ": " + refusal.group(3), call);
        }
        var problem = WORDS.stream().filter(words -> words.pattern.matcher(stderr).find()).map(Words::problem).findFirst()
                .orElse(Problem.OTHER);
        return exception(problem, problem.name(), BODY.matcher(stderr).replaceFirst("$1"), call);
    }

    /** @param what hostile text: control characters are taken out, and it is cut */
    static AwsException exception(Problem problem, String code, String what, AwsCall call) {
        var message = call.service() + " " + call.operation() + " (profile " + call.profile()
                + (call.region() == null ? "" : ", region " + call.region()) + "): "
                + Printable.excerpt(what, EXCERPT) + advice(problem, call);
        return new AwsException(problem, code, message, null);
    }

    private static Problem problem(String code, String message, String region) {
        if (DENIED.contains(code)) {
            return message.toLowerCase(Locale.ROOT).contains("explicit deny") ? Problem.EXPLICIT_DENY : Problem.ACCESS_DENIED;
        }
        if (THROTTLED.contains(code) || code.startsWith("Throttl")) {
            return Problem.THROTTLED;
        }
        if (EXPIRED.contains(code)) {
            return Problem.EXPIRED_TOKEN;
        }
        if (code.equals("OptInRequired") || code.equals("RegionDisabledException")) {
            return Problem.DISABLED_REGION;
        }
        if (UNKNOWN_KEYS.contains(code)) {
            return region == null || ENABLED_BY_DEFAULT.contains(region) || !region.matches("[a-z]{2}-[a-z]+-\\d")
                    ? Problem.NO_CREDENTIALS : Problem.DISABLED_REGION;
        }
        if (code.contains("NotFound") || code.startsWith("NoSuch") || code.equals("404")) {
            return Problem.NOT_FOUND;
        }
        if (SERVER.contains(code) || code.matches("5\\d\\d")) {
            return Problem.SERVER_ERROR;
        }
        if (code.startsWith("Invalid") || code.startsWith("Validation") || code.startsWith("Missing") || code.startsWith("Malformed")
                || code.startsWith("Unknown") || code.startsWith("Unsupported") || code.equals("400")) {
            return Problem.INVALID_CALL;
        }
        return Problem.OTHER;
    }

    private static String advice(Problem problem, AwsCall call) {
        return switch (problem) {
            case EXPIRED_TOKEN -> "; sign in again, for single sign-on with: aws sso login --profile " + call.profile();
            case DISABLED_REGION -> "; enable the region for the account or leave it out (or the keys are not valid)";
            case NETWORK -> "; check the network, the proxy and the endpoint URL";
            default -> "";
        };
    }
}
