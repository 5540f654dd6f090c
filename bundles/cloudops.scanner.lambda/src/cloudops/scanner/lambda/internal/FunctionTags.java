package cloudops.scanner.lambda.internal;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import cloudops.scanner.spi.AwsJson;
import cloudops.scanner.spi.ScanContext;
import cloudops.scanner.spi.ScanException;

/**
 * Asks for the tags of a function, which ListFunctions does not tell. Where that is denied, it is noted in {@link #DENIED} and reported: the
 * function is there and shall be found. Any other failure fails the function, so that the estate keeps what it knows of it.
 *
 * <p>Source: https://docs.aws.amazon.com/lambda/latest/api/API_ListTags.html (a map, not a list of keys and values).
 */
final class FunctionTags {

    static final String DENIED = "Denied";

    private static final String TAGS = "Tags";

    private FunctionTags() {
    }

    /** A copy of a function's element of the listing, with its tags. */
    static ObjectNode added(JsonNode listed, ScanContext context) throws ScanException, InterruptedException {
        ObjectNode function = listed.deepCopy();
        var arn = AwsJson.text(listed, "FunctionArn");
        if (arn == null) {
            return function;
        }
        try {
            var answer = context.call("lambda", "list-tags", JsonNodeFactory.instance.objectNode().put("Resource", arn));
            function.set(TAGS, answer.path(TAGS));
        } catch (ScanException e) {
            if (!"AccessDenied".equals(e.code()) && !"ExplicitDeny".equals(e.code())) {
                throw e;
            }
            function.withArray(DENIED).add("tags");
            context.incomplete(e);
        }
        return function;
    }

    /** Sorted by key; empty when there are none. */
    static Map<String, String> of(JsonNode function) {
        var tags = new TreeMap<String, String>();
        function.path(TAGS).properties().forEach(tag -> tags.put(tag.getKey(), tag.getValue().asText("")));
        return Collections.unmodifiableMap(tags);
    }
}
