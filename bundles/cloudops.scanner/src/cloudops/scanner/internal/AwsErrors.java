package cloudops.scanner.internal;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

import cloudops.aws.AwsException;
import cloudops.scanner.spi.ScanException;
import cloudops.scanner.spi.ScanException.Category;

/** Turns the failures of calls into those of a scan. */
final class AwsErrors {

    private AwsErrors() {
    }

    static ScanException toScan(AwsException e) {
        return new ScanException(category(e.problem()), code(e), e.code(), e.problem().retryable(), e.getMessage(), e);
    }

    /** {@code ACCESS_DENIED} → {@code AccessDenied}; for a problem without a type of ours the code that AWS gave. */
    private static String code(AwsException e) {
        return e.problem() == AwsException.Problem.OTHER ? e.code() : camel(e.problem());
    }

    static String camel(Enum<?> constant) {
        return Arrays.stream(constant.name().split("_"))
                .map(word -> word.charAt(0) + word.substring(1).toLowerCase(Locale.ROOT)).collect(Collectors.joining());
    }

    private static Category category(AwsException.Problem problem) {
        return switch (problem) {
            case UNKNOWN_PROFILE, NO_CREDENTIALS, CLOCK_SKEW, NO_CLI, NETWORK -> Category.EXECUTION;
            case PARSE -> Category.PARSING;
            case ACCESS_DENIED, EXPLICIT_DENY, THROTTLED, EXPIRED_TOKEN, DISABLED_REGION, NOT_FOUND, INVALID_CALL, SERVER_ERROR, OTHER ->
                Category.AWS_CLI;
        };
    }
}
