package cloudops.aws.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import cloudops.aws.AwsCall;
import cloudops.aws.AwsException;
import cloudops.aws.AwsException.Problem;

class AwsErrorsTest {

    private static AwsException typed(String stderr, String region) {
        return AwsErrors.typed(stderr, new AwsCall("rds", "describe-db-instances", null, "prod", region), profile -> "aws sso login --profile " + profile);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "AccessDenied|User is not authorized to perform this|ACCESS_DENIED",
            "AccessDeniedException|no identity-based policy allows the action|ACCESS_DENIED",
            "UnauthorizedOperation|You are not authorized|ACCESS_DENIED",
            "403|Forbidden|ACCESS_DENIED",
            "AccessDenied|not authorized with an explicit deny in a service control policy|EXPLICIT_DENY",
            "Throttling|Rate exceeded|THROTTLED", "ThrottlingException|Rate exceeded|THROTTLED", "RequestLimitExceeded|x|THROTTLED",
            "TooManyRequestsException|x|THROTTLED", "SlowDown|x|THROTTLED", "429|x|THROTTLED",
            "ExpiredToken|x|EXPIRED_TOKEN", "ExpiredTokenException|x|EXPIRED_TOKEN", "RequestExpired|x|EXPIRED_TOKEN",
            "InvalidClientTokenId|x|NO_CREDENTIALS", "UnrecognizedClientException|x|NO_CREDENTIALS", "AuthFailure|x|NO_CREDENTIALS",
            "OptInRequired|x|DISABLED_REGION", "RegionDisabledException|x|DISABLED_REGION",
            "DBInstanceNotFound|x|NOT_FOUND", "InvalidInstanceID.NotFound|x|NOT_FOUND", "NoSuchTagSet|x|NOT_FOUND", "404|Not Found|SERVER_ERROR",
            "AWS.SimpleQueueService.NonExistentQueue|x|NOT_FOUND", "QueueDoesNotExist|x|NOT_FOUND", "StateMachineDoesNotExist|x|NOT_FOUND",
            "ResourceNotFoundException|x|NOT_FOUND", "ClusterNotFoundFault|x|NOT_FOUND", "NoSuchHostedZone|x|NOT_FOUND", "NotFound|x|NOT_FOUND",
            "ValidationError|Stack with id web does not exist|NOT_FOUND", "ValidationError|AutoScalingGroup name not found|NOT_FOUND",
            "ValidationError|Template error: does not exist is not a function|INVALID_CALL",
            "InternalError|x|SERVER_ERROR", "ServiceUnavailable|x|SERVER_ERROR", "500|Internal Server Error|SERVER_ERROR", "503|x|SERVER_ERROR",
            "ValidationError|x|INVALID_CALL", "ValidationException|x|INVALID_CALL", "InvalidParameterValue|x|INVALID_CALL",
            "SomethingNew|x|OTHER"})
    void typesTheServicesCodes(String code, String message, Problem problem) {
        var e = typed("\nAn error occurred (" + code + ") when calling the DescribeDBInstances operation: " + message + "\n", "us-east-1");
        assertThat(e.problem()).isEqualTo(problem);
        assertThat(e.code()).isEqualTo(code);
        assertThat(e).hasMessageContaining("rds describe-db-instances (profile prod, region us-east-1)").hasMessageContaining(message);
    }

    @Test
    void unknownKeysInARegionThatMustBeEnabledMeanThatItIsNot() {
        var text = "An error occurred (AuthFailure) when calling the DescribeInstances operation: not able to validate the credentials";
        assertThat(typed(text, "me-south-1").problem()).isEqualTo(Problem.DISABLED_REGION);
        assertThat(typed(text, "eu-west-1").problem()).isEqualTo(Problem.NO_CREDENTIALS);
        assertThat(typed(text, null).problem()).isEqualTo(Problem.NO_CREDENTIALS);
    }

    @Test
    void seesThroughTheClisNoteOnRetries() {
        var e = typed("An error occurred (Throttling) when calling the ListRoles operation (reached max retries: 4): Rate exceeded", null);
        assertThat(e.problem()).isEqualTo(Problem.THROTTLED);
        assertThat(e).hasMessageEndingWith("Throttling: Rate exceeded");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "Unable to locate credentials. You can configure credentials by running \"aws configure\".|NO_CREDENTIALS|",
            "Partial credentials found in shared-credentials-file, missing: aws_secret_access_key|NO_CREDENTIALS|",
            "The config profile (x) could not be found|UNKNOWN_PROFILE|",
            "Unable to parse config file: /home/u/.aws/config|PARSE|",
            "Could not connect to the endpoint URL: \"http://127.0.0.1:1/\"|NETWORK|CannotConnect",
            "Connect timeout on endpoint URL: \"https://ec2.us-east-1.amazonaws.com/\"|NETWORK|CannotConnect",
            "Read timeout on endpoint URL: \"None\"|NETWORK|NoAnswer",
            "Connection was closed before we received a valid response from endpoint URL: \"x\".|NETWORK|ConnectionLost",
            "Error when retrieving token from sso: Token has expired and refresh failed|EXPIRED_TOKEN|",
            "The SSO session associated with this profile has expired or is otherwise invalid.|EXPIRED_TOKEN|",
            "Could not parse XML response. (SDK Attempt Count: 1)|PARSE|", "'''DescribeDBInstancesResult'''|PARSE|",
            "Parameter validation failed: Unknown parameter in input|INVALID_CALL|",
            "You must specify a region. You can also configure your region by running \"aws configure\".|INVALID_CALL|",
            "Traceback (most recent call last)|OTHER|", "''|OTHER|"})
    void typesTheClisOwnWords(String text, Problem problem, String code) {
        assertThat(typed(text, null).problem()).isEqualTo(problem);
        assertThat(typed(text, null).code()).isEqualTo(code == null ? problem.name() : code);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "RequestTimeTooSkewed|The difference between the request time and the current time is too large.",
            "RequestInTheFuture|x",
            "SignatureDoesNotMatch|Signature expired: 20260101T000000Z is now earlier than 20260101T010000Z (20260101T011500Z - 15 min.)",
            "AccessDenied|Request timestamp: Thu, 01 Jan 2026 00:00:00 GMT expired. It must be within 300 secs/ of server time.",
            "InvalidSignatureException|Signature not yet current: 20260101T020000Z is still later than 20260101T011500Z"})
    void aWrongClockIsNoWrongKey(String code, String message) {
        var e = typed("An error occurred (" + code + ") when calling the ListRoles operation: " + message, "me-south-1");
        assertThat(e.problem()).isEqualTo(Problem.CLOCK_SKEW);
        assertThat(e.problem().retryable()).isFalse();
        assertThat(e).hasMessageContaining("; try: set the clock of this machine");
    }

    /** It would have the resource removed from the estate. */
    @Test
    void aPageThatIsNotThereIsNoResourceThatIsNotThere() {
        var text = "An error occurred (404) when calling the HeadBucket operation: Not Found";
        assertThat(typed(text, null).problem()).isEqualTo(Problem.SERVER_ERROR);
        var head = new AwsCall("s3api", "head-bucket", null, "prod", null);
        assertThat(AwsErrors.typed(text, head, profile -> "").problem()).isEqualTo(Problem.NOT_FOUND);
    }

    /** Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html */
    @Test
    void aRequestThatExpiredIsOfASessionOrOfAWrongClock() {
        var text = "An error occurred (RequestExpired) when calling the DescribeVpcs operation: Request has expired.";
        assertThat(typed(text, "us-east-1").problem()).isEqualTo(Problem.EXPIRED_TOKEN);
        var lasting = new AwsErrors.Sessions() {
            @Override
            public String signIn(String profile) {
                throw new AssertionError("nobody signs in to keys");
            }

            @Override
            public boolean areLasting(String profile) {
                return profile.equals("prod");
            }
        };
        var e = AwsErrors.typed(text, new AwsCall("ec2", "describe-vpcs", null, "prod", "us-east-1"), lasting);
        assertThat(e.problem()).isEqualTo(Problem.CLOCK_SKEW);
        assertThat(e).hasMessageContaining("; try: set the clock of this machine");
    }

    @Test
    void aSignatureThatIsWrongIsAWrongKey() {
        var text = "An error occurred (SignatureDoesNotMatch) when calling the ListRoles operation: The request signature we calculated "
                + "does not match the signature you provided.";
        assertThat(typed(text, "us-east-1").problem()).isEqualTo(Problem.NO_CREDENTIALS);
    }

    @Test
    void namesTheCommandThatSignsIn() {
        assertThat(typed("An error occurred (ExpiredToken) when calling the ListRoles operation: x", null))
                .hasMessageEndingWith("; try: aws sso login --profile prod");
        var refused = typed("An error occurred (UnauthorizedException) when calling the GetRoleCredentials operation: Session token not found or "
                + "invalid", null);
        assertThat(refused.problem()).isEqualTo(Problem.EXPIRED_TOKEN);
        assertThat(typed("Error loading SSO Token: profile 'p' is not signed in; try: aws sso login --profile p", null))
                .as("advice is given once").hasMessageEndingWith("not signed in; try: aws sso login --profile p");
    }

    @Test
    void anHtmlPageIsAServerErrorAndIsNotRepeated() {
        var e = typed("Unable to parse response (syntax error: line 1, column 0), invalid XML received. Further retries may succeed:\n"
                + "b'<!doctype html>\\n<title>500 Internal Server Error</title>'", null);
        assertThat(e.problem()).isEqualTo(Problem.SERVER_ERROR);
        assertThat(e).hasMessageNotContaining("doctype");
    }

    @Test
    void messagesAreFitForATerminal() {
        var e = typed("An error occurred (X) when calling the Y operation: \u001B[31mred\u001B[0m \u202Eflipped\nsecond " + "long ".repeat(1000), null);
        assertThat(e.getMessage()).doesNotContain("\u001B", "\u202E", "\n").hasSizeLessThan(800).contains("red", "second");
    }
}
