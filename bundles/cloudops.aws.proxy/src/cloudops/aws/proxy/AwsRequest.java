package cloudops.aws.proxy;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A request to AWS. Where it belongs is read from its version 4 signature, {@code Credential=KEY/20260101/us-west-2/rds/aws4_request}, which is not checked.
 *
 * @param method {@code GET}, {@code POST} …
 * @param target path and query as they came
 * @param headers names in lower case
 * @param body empty for none
 */
public record AwsRequest(String method, String target, Map<String, String> headers, byte[] body) {

    private static final Pattern CREDENTIAL = Pattern.compile("Credential=([^/]+)/\\d+/([^/]+)/([^/]+)/aws4_request");
    private static final Pattern ACTION = Pattern.compile("(?:^|[&?])Action=([A-Za-z]+)");

    public AwsRequest {
        headers = Map.copyOf(headers);
    }

    /** Whose key signed it; empty for an unsigned request. */
    public String accessKey() {
        return credential(1);
    }

    /** AWS region; empty for an unsigned request. */
    public String region() {
        return credential(2);
    }

    /** The name that the service signs with: {@code ec2}, {@code elasticloadbalancing}; empty for an unsigned request. */
    public String service() {
        return credential(3);
    }

    /** {@code DescribeInstances}; method and path where the API names no operation, as in {@code GET /bucket}. */
    public String operation() {
        var target = headers.get("x-amz-target");
        if (target != null) {
            return target.substring(target.lastIndexOf('.') + 1);
        }
        var action = ACTION.matcher(text());
        if (action.find()) {
            return action.group(1);
        }
        action = ACTION.matcher(this.target);
        return action.find() ? action.group(1) : method + " " + this.target.split("\\?", 2)[0];
    }

    /** The body; the parameters of APIs that take them as a form. */
    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    AwsRequest with(String otherTarget, byte[] otherBody) {
        return new AwsRequest(method, otherTarget, headers, otherBody);
    }

    private String credential(int part) {
        Matcher scope = CREDENTIAL.matcher(headers.getOrDefault("authorization", ""));
        return scope.find() ? scope.group(part) : "";
    }
}
