package cloudops.aws.internal;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.interceptor.SdkExecutionAttribute;

/**
 * Refuses what cannot be an answer of AWS although its status is 200: nothing at all where something was asked for, and a web page, as the login page of a
 * network is. The SDK takes both for an answer without members, which would read as an account without resources.
 */
final class ForeignAnswers implements ExecutionInterceptor {

    private static final int OK = 200;
    private static final int PEEKED = 512;
    private static final Pattern READS = Pattern.compile("(BatchGet|Describe|Get|List|Lookup|Query|Scan|Search|Simulate).*");
    /** The start of a document, behind a byte order mark, an XML declaration and comments. */
    private static final Pattern WEB_PAGE = Pattern.compile("^\\W*(<\\?.*?\\?>\\s*|<!--.*?-->\\s*)*<(!doctype\\s+)?html\\b.*", Pattern.DOTALL);

    @Override
    public Optional<InputStream> modifyHttpResponseContent(Context.ModifyHttpResponse context, ExecutionAttributes attributes) {
        var body = context.responseBody();
        if (context.httpResponse().statusCode() != OK) {
            return body;
        }
        boolean reads = READS.matcher(attributes.getAttribute(SdkExecutionAttribute.OPERATION_NAME)).matches();
        if (body.isEmpty()) {
            return checked("", reads, body);
        }
        var content = new BufferedInputStream(body.get(), PEEKED);
        try {
            content.mark(PEEKED);
            var start = new String(content.readNBytes(PEEKED), StandardCharsets.ISO_8859_1);
            content.reset();
            return checked(start, reads, Optional.of(content));
        } catch (IOException e) {
            throw SdkClientException.create("Connection was closed before the answer ended", e);
        }
    }

    private static Optional<InputStream> checked(String start, boolean reads, Optional<InputStream> body) {
        if (reads && start.isBlank()) {
            throw foreign("it is empty");
        }
        if (WEB_PAGE.matcher(start.toLowerCase(Locale.ROOT)).matches()) {
            throw foreign("it is a web page");
        }
        return body;
    }

    private static SdkClientException foreign(String what) {
        return SdkClientException.create("Unable to unmarshall response: " + what + "; is there something between us and AWS?");
    }
}
