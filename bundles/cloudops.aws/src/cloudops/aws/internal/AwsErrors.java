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

    /** Codes of {@link Problem#NETWORK}: no connection, no answer on it, an answer that broke off; and not tried because of any of these. */
    static final String CANNOT_CONNECT = "CannotConnect", NO_ANSWER = "NoAnswer", CONNECTION_LOST = "ConnectionLost",
            ENDPOINT_DOWN = "EndpointDown";

    private static final int EXCERPT = 600;
    private static final String TRY = "; try: ";

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
    private static final Set<String> EXPIRED = Set.of("ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired");
    /** EC2's word both for a session that has ended and for a clock that is far behind. */
    private static final String EXPIRED_REQUEST = "RequestExpired";
    /**
     * AWS takes requests of the last five minutes (S3: fifteen).
     * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/signature-v4-troubleshooting.html
     * and https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
     */
    private static final Set<String> SKEWED = Set.of("RequestTimeTooSkewed", "RequestInTheFuture");
    private static final Pattern SKEWED_SIGNATURE = Pattern.compile(
            "signature (expired|not yet current)|request timestamp.*(expired|must be within)", Pattern.CASE_INSENSITIVE);
    /** {@code AWS.SimpleQueueService.NonExistentQueue}, {@code StateMachineDoesNotExist}, {@code NoSuchBucket}, {@code InvalidInstanceID.NotFound} … */
    private static final Pattern NOT_THERE = Pattern.compile("NotFound|DoesNotExist|NonExistent|(^|\\.)NoSuch");
    /** A status without an error document: of AWS where the answer has no body, else of something between us and AWS, which knows of no resource. */
    private static final String STATUS_NOT_FOUND = "404";
    /** CloudFormation and Auto Scaling have no code for it. */
    private static final Pattern NOT_THERE_WORDS = Pattern.compile("does not exist\\W*$|\\bnot found\\W*$", Pattern.CASE_INSENSITIVE);
    /** The call by which a single sign-on becomes credentials: refused, the sign-on is over. */
    private static final String OF_SINGLE_SIGN_ON = "GetRoleCredentials";

    /** Regions that every account has; all later ones must be enabled (AWS Account Management, "Enable or disable AWS Regions"). */
    private static final Set<String> ENABLED_BY_DEFAULT = Set.of("us-east-1", "us-east-2", "us-west-1", "us-west-2", "ap-south-1",
            "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-southeast-1", "ap-southeast-2", "ca-central-1", "eu-central-1",
            "eu-west-1", "eu-west-2", "eu-west-3", "eu-north-1", "sa-east-1");

    /** The CLI's words where no service answered; the first that matches counts. */
    private record Words(Pattern pattern, Problem problem, String code) {
        static Words of(String regex, Problem problem) {
            return of(regex, problem, problem.name());
        }

        static Words of(String regex, Problem problem, String code) {
            return new Words(Pattern.compile(regex, Pattern.CASE_INSENSITIVE), problem, code);
        }
    }

    private static final List<Words> WORDS = List.of(
            Words.of("config profile .*could not be found", Problem.UNKNOWN_PROFILE),
            Words.of("unable to parse config file", Problem.PARSE),
            Words.of("^\\s*'\\w+Result'\\s*$", Problem.PARSE), // how the CLI says that the element which holds the answer is missing
            Words.of("token (has|is) expired|session (associated with this profile )?has expired|token .*does not exist"
                    + "|error loading sso token|error when retrieving token from sso", Problem.EXPIRED_TOKEN),
            Words.of("unable to locate credentials|partial credentials|unable to load credentials|credential_?process|source_profile"
                    + "|infinite loop in credential|assumerole|credential_source", Problem.NO_CREDENTIALS),
            Words.of("could not connect to the endpoint|connect timeout|failed to connect to proxy|ssl validation failed", Problem.NETWORK,
                    CANNOT_CONNECT),
            Words.of("read timeout", Problem.NETWORK, NO_ANSWER),
            Words.of("connection was closed|connection reset|connection aborted", Problem.NETWORK, CONNECTION_LOST),
            // No error document of the API but, say, a proxy's HTML page with status 500.
            Words.of("unable to parse response", Problem.SERVER_ERROR),
            Words.of("unable to unmarshall|could not parse xml response", Problem.PARSE),
            Words.of("parameter validation failed|must specify a region|unknown options|invalid choice|usage:|supported format|is not one$"
                    + "|error parsing parameter|invalid endpoint|invalid json|are required", Problem.INVALID_CALL));

    private AwsErrors() {
    }

    /** What is known of the credentials of profiles. */
    @FunctionalInterface
    interface Sessions {

        /** The command with which the user signs in to a profile. */
        String signIn(String profile);

        /** Whether they have no end, as those of a user that are not of a session. */
        default boolean areLasting(String profile) {
            return false;
        }
    }

    /** @param stderr what the call wrote to standard error */
    static AwsException typed(String stderr, AwsCall call, Sessions sessions) {
        var refusal = SERVICE_ERROR.matcher(stderr);
        if (refusal.find()) {
            var code = refusal.group(1);
            var problem = code.startsWith("Unauthorized") && refusal.group(2).equals(OF_SINGLE_SIGN_ON) ? Problem.EXPIRED_TOKEN
                    : problem(code, refusal.group(3), call, sessions);
            return exception(problem, code, code + ": " + refusal.group(3), advice(problem, call, sessions), call);
        }
        var words = WORDS.stream().filter(known -> known.pattern.matcher(stderr).find()).findFirst()
                .orElse(new Words(null, Problem.OTHER, Problem.OTHER.name()));
        return exception(words.problem, words.code, BODY.matcher(stderr).replaceFirst("$1"), advice(words.problem, call, sessions), call);
    }

    /** @param what hostile text: control characters are taken out, and it is cut; its own advice, after "; try: ", is kept */
    static AwsException exception(Problem problem, String code, String what, AwsCall call) {
        return exception(problem, code, what, "", call);
    }

    /** @param advice for a text that has none itself; empty for none */
    private static AwsException exception(Problem problem, String code, String what, String advice, AwsCall call) {
        var message = call.service() + " " + call.operation() + " (profile " + call.profile()
                + (call.region() == null ? "" : ", region " + call.region()) + "): "
                + Printable.excerpt(what, EXCERPT) + (advice.isEmpty() || what.contains(TRY) ? "" : TRY + advice);
        return new AwsException(problem, code, message, null);
    }

    private static Problem problem(String code, String message, AwsCall call, Sessions sessions) {
        if (code.equals(EXPIRED_REQUEST)) {
            return sessions.areLasting(call.profile()) ? Problem.CLOCK_SKEW : Problem.EXPIRED_TOKEN;
        }
        if (code.equals(STATUS_NOT_FOUND)) {
            return call.operation().startsWith("head-") ? Problem.NOT_FOUND : Problem.SERVER_ERROR;
        }
        if (SKEWED.contains(code) || SKEWED_SIGNATURE.matcher(message).find()) {
            return Problem.CLOCK_SKEW;
        }
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
            var region = call.region();
            return region == null || ENABLED_BY_DEFAULT.contains(region) || !region.matches("[a-z]{2}-[a-z]+-\\d")
                    ? Problem.NO_CREDENTIALS : Problem.DISABLED_REGION;
        }
        if (NOT_THERE.matcher(code).find() || code.equals("ValidationError") && NOT_THERE_WORDS.matcher(message.strip()).find()) {
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

    private static String advice(Problem problem, AwsCall call, Sessions sessions) {
        return switch (problem) {
            case EXPIRED_TOKEN -> sessions.signIn(call.profile());
            case CLOCK_SKEW -> "set the clock of this machine, on Linux with: timedatectl set-ntp true";
            case DISABLED_REGION -> "enable the region for the account, or leave it out (keys that AWS does not know look the same)";
            case NETWORK -> "check the network, the proxy and the endpoint URL";
            default -> "";
        };
    }
}
