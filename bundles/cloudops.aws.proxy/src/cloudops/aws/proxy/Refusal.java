package cloudops.aws.proxy;

import java.util.Set;

import cloudops.aws.proxy.Answer.Reply;

/**
 * An error document in the form of the API that was called. Codes and forms:
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html, https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html,
 * https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html, https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html.
 */
final class Refusal {

    /** Of all others that take a form, errors look the same. */
    private enum Protocol {
        EC2, S3, QUERY, JSON
    }

    private static final Set<String> REST_XML = Set.of("route53", "cloudfront");

    private Refusal() {
    }

    /** @param fault one that AWS answers with an error document */
    static Reply of(Fault fault, AwsRequest request) {
        var protocol = protocol(request);
        return switch (fault) {
            case ACCESS_DENIED -> document(403, denied(protocol), "User: arn:aws:iam::123456789012:user/ops is not authorized to perform: "
                    + request.service() + ":" + request.operation() + " because no identity-based policy allows the action", protocol);
            case EXPLICIT_DENY -> document(403, denied(protocol), "User: arn:aws:iam::123456789012:user/ops is not authorized to perform: "
                    + request.service() + ":" + request.operation() + " with an explicit deny in a service control policy", protocol);
            case THROTTLED, THROTTLED_30_PERCENT -> switch (protocol) {
                case EC2 -> document(503, "RequestLimitExceeded", "Request limit exceeded.", protocol);
                case S3 -> document(503, "SlowDown", "Please reduce your request rate.", protocol);
                case QUERY -> document(400, "Throttling", "Rate exceeded", protocol);
                case JSON -> document(400, "ThrottlingException", "Rate exceeded", protocol);
            };
            case SERVER_ERROR -> document(500, protocol == Protocol.EC2 || protocol == Protocol.S3 ? "InternalError" : "InternalFailure",
                    "An internal error has occurred", protocol);
            case DISABLED_REGION -> switch (protocol) {
                case EC2 -> document(401, "AuthFailure", "AWS was not able to validate the provided access credentials", protocol);
                case S3 -> document(403, "InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records.", protocol);
                case QUERY -> document(403, "InvalidClientTokenId", "The security token included in the request is invalid.", protocol);
                case JSON -> document(400, "UnrecognizedClientException", "The security token included in the request is invalid.", protocol);
            };
            case EXPIRED_TOKEN -> switch (protocol) {
                case EC2 -> document(400, "RequestExpired", "Request has expired.", protocol);
                case S3 -> document(400, "ExpiredToken", "The provided token has expired.", protocol);
                case QUERY -> document(403, "ExpiredToken", "The security token included in the request is expired", protocol);
                case JSON -> document(400, "ExpiredTokenException", "The security token included in the request is expired", protocol);
            };
            case WRONG_CLOCK -> switch (protocol) {
                case EC2, QUERY -> document(403, "SignatureDoesNotMatch", SKEWED, protocol);
                case S3 -> document(403, "RequestTimeTooSkewed", "The difference between the request time and the current time is too large.", protocol);
                case JSON -> document(400, "InvalidSignatureException", SKEWED, protocol);
            };
            case BAD_GATEWAY, GARBAGE, LOGIN_PAGE, EMPTY, CUT_OFF, HANG, RESET, SLOW -> throw new IllegalArgumentException(fault + " is no error document");
        };
    }

    private static final String SKEWED = "Signature expired: 20200101T000000Z is now earlier than 20260101T000000Z (20260101T001500Z - 15 min.)";

    private static String denied(Protocol protocol) {
        return switch (protocol) {
            case EC2 -> "UnauthorizedOperation";
            case S3, QUERY -> "AccessDenied";
            case JSON -> "AccessDeniedException";
        };
    }

    private static Protocol protocol(AwsRequest request) {
        return switch (request.service()) {
            case "ec2" -> Protocol.EC2;
            case "s3" -> Protocol.S3;
            default -> request.text().contains("Action=") || REST_XML.contains(request.service()) ? Protocol.QUERY : Protocol.JSON;
        };
    }

    private static Reply document(int status, String code, String message, Protocol protocol) {
        var error = "<Code>" + code + "</Code><Message>" + message + "</Message>";
        return switch (protocol) {
            case EC2 -> Reply.of(status, "text/xml", "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response><Errors><Error>" + error
                    + "</Error></Errors><RequestID>00000000-0000-0000-0000-000000000000</RequestID></Response>");
            case S3 -> Reply.of(status, "application/xml", "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error>" + error
                    + "<RequestId>0000000000000000</RequestId></Error>");
            case QUERY -> Reply.of(status, "text/xml", "<ErrorResponse><Error><Type>" + (status < 500 ? "Sender" : "Receiver") + "</Type>" + error
                    + "</Error><RequestId>00000000-0000-0000-0000-000000000000</RequestId></ErrorResponse>");
            case JSON -> Reply.of(status, "application/x-amz-json-1.1", "{\"__type\":\"" + code + "\",\"message\":\"" + message + "\"}");
        };
    }
}
