package cloudops.aws.internal;

import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.regex.Pattern;

import javax.net.ssl.SSLException;

import cloudops.aws.AwsException;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.HttpStatusFamily;

/**
 * A call of the SDK that failed, worded as the CLI words it, so that it reads the same whichever transport was taken. The exit codes are
 * those of CLI v2.
 */
final class CallFailedException extends Exception {

    private static final long serialVersionUID = 1L;

    private static final int PARAMETERS = 252;
    private static final int CONFIGURATION = 253;
    private static final int SERVICE = 254;
    private static final int OTHER = 255;

    private final int exitCode;

    private CallFailedException(int exitCode, String message, Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    int exitCode() {
        return exitCode;
    }

    /** A request that does not fit the operation. */
    static CallFailedException parameters(Exception mismatch) {
        return new CallFailedException(PARAMETERS, "Parameter validation failed:\n" + mismatch.getMessage(), mismatch);
    }

    /** Files, profile, region or credentials that cannot work. */
    static CallFailedException configuration(AwsException problem) {
        var opening = switch (problem.problem()) {
            case UNKNOWN_PROFILE -> "The config profile could not be found: ";
            case NO_CREDENTIALS -> "Unable to locate credentials: ";
            case EXPIRED_TOKEN -> "Error loading SSO Token: ";
            case PARSE -> "Unable to parse config file: ";
            default -> "";
        };
        return new CallFailedException(CONFIGURATION, opening + problem.getMessage(), problem);
    }

    /**
     * @param operation the API's name
     * @param endpoint for people
     */
    static CallFailedException of(SdkException failure, String operation, String endpoint) {
        return failure instanceof AwsServiceException refused
                ? new CallFailedException(SERVICE, refusal(refused, operation), refused)
                : new CallFailedException(OTHER, breakdown(failure, endpoint), failure);
    }

    /** Whether the SDK gave up because its thread was interrupted. */
    static boolean interrupted(Throwable failure) {
        for (var cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof AbortedException || cause instanceof InterruptedException) {
                return true;
            }
        }
        return false;
    }

    private static String refusal(AwsServiceException failure, String operation) {
        var details = failure.awsErrorDetails();
        var body = details == null || details.rawResponse() == null ? "" : details.rawResponse().asUtf8String();
        var code = orElse(details == null ? null : details.errorCode(), element("Code", body));
        var message = orElse(details == null ? null : details.errorMessage(), element("Message", body));
        // A body that is no error document at all (a proxy's HTML page): what is left is the status.
        return "An error occurred (" + orElse(code, String.valueOf(failure.statusCode())) + ") when calling the " + operation
                + " operation: " + orElse(message, reason(failure.statusCode()));
    }

    private static String orElse(String text, String other) {
        return text == null || text.isBlank() ? other : text;
    }

    /** What the SDK overlooks where an error document is nested in another way than it expects; the CLI does not mind. */
    private static String element(String name, String xml) {
        var found = Pattern.compile("<" + name + ">([^<]*)</" + name + ">").matcher(xml);
        return found.find() ? found.group(1) : null;
    }

    private static String reason(int status) {
        return switch (status) {
            case 400 -> "Bad Request";
            case 401 -> "Unauthorized";
            case 403 -> "Forbidden";
            case 404 -> "Not Found";
            case 429 -> "Too Many Requests";
            case 500 -> "Internal Server Error";
            case 502 -> "Bad Gateway";
            case 503 -> "Service Unavailable";
            case 504 -> "Gateway Timeout";
            default -> HttpStatusFamily.of(status).name();
        };
    }

    private static String breakdown(SdkException failure, String endpoint) {
        if (failure instanceof ApiCallTimeoutException) {
            return readTimeout(endpoint);
        }
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            var text = switch (cause) {
                case SocketTimeoutException late -> String.valueOf(late.getMessage()).toLowerCase(Locale.ROOT).startsWith("connect")
                        ? "Connect timeout on endpoint URL: \"" + endpoint + "\""
                        : readTimeout(endpoint);
                case ConnectException refused -> cannotConnect(endpoint);
                case NoRouteToHostException noRoute -> cannotConnect(endpoint);
                case UnknownHostException unknown -> cannotConnect(endpoint);
                case SocketException broken -> "Connection was closed before we received a valid response from endpoint URL: \"" + endpoint
                        + "\"";
                case SSLException untrusted -> "SSL validation failed for " + endpoint + " " + untrusted.getMessage();
                default -> null;
            };
            if (text != null) {
                return text;
            }
        }
        return String.valueOf(failure.getMessage());
    }

    private static String readTimeout(String endpoint) {
        return "Read timeout on endpoint URL: \"" + endpoint + "\"";
    }

    private static String cannotConnect(String endpoint) {
        return "Could not connect to the endpoint URL: \"" + endpoint + "\"";
    }
}
