package cloudops.aws.internal;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Set;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import cloudops.json.Json;

/**
 * What the CLI does to requests and answers beyond the API's own shapes, and the SDK does not; source: the event handlers of the CLI's
 * library, botocore. Without them the two transports would differ.
 */
final class CliQuirks {

    /** Members of IAM's answers that hold a URL-encoded JSON policy. */
    private static final Set<String> POLICIES = Set.of("AssumeRolePolicyDocument", "Document", "PolicyDocument");
    private static final Set<String> URL_ENCODED_LISTS = Set.of("ListObjects", "ListObjectsV2", "ListObjectVersions");

    private CliQuirks() {
    }

    /** Changes the request as the CLI would before it sends it. */
    static void before(String service, String operation, ObjectNode params) {
        switch (ServiceNames.sdkName(service)) {
            case "ec2" -> {
                if ("RunInstances".equals(operation) && params.path("UserData").isTextual()) {
                    params.put("UserData", Base64.getEncoder().encodeToString(
                            params.get("UserData").textValue().getBytes(StandardCharsets.UTF_8)));
                }
            }
            case "s3" -> {
                // A key may hold characters that XML cannot; both libraries decode the encoded form again.
                if (URL_ENCODED_LISTS.contains(operation) && !params.has("EncodingType")) {
                    params.put("EncodingType", "url");
                }
            }
            default -> {
                // the others are sent as they are
            }
        }
    }

    /** Changes the answer as the CLI would before it prints it. */
    static void after(String service, String operation, ObjectNode answer) {
        switch (ServiceNames.sdkName(service)) {
            case "iam" -> decodePolicies(answer);
            case "ec2" -> {
                if ("GetConsoleOutput".equals(operation) && answer.path("Output").isTextual()) {
                    answer.put("Output", new String(Base64.getMimeDecoder().decode(answer.get("Output").textValue()),
                            StandardCharsets.UTF_8));
                }
                if ("DescribeImages".equals(operation)) {
                    answer.path("Images").forEach(CliQuirks::publicAsTheApiCallsIt);
                }
            }
            case "s3" -> {
                if ("GetBucketLocation".equals(operation) && answer.path("LocationConstraint").asText().isEmpty()) {
                    answer.remove("LocationConstraint"); // us-east-1
                }
                if (URL_ENCODED_LISTS.contains(operation)) {
                    // Made up by the SDK while it decodes; S3 sends no empty ones.
                    answer.properties().removeIf(member -> member.getValue().isArray() && member.getValue().isEmpty());
                }
            }
            default -> {
                // the others are printed as they are
            }
        }
    }

    /** The SDK gives this one member another name, as it would be a word of Java's. */
    private static void publicAsTheApiCallsIt(JsonNode image) {
        if (image instanceof ObjectNode object && object.has("PublicLaunchPermissions")) {
            object.set("Public", object.remove("PublicLaunchPermissions"));
        }
    }

    private static void decodePolicies(JsonNode node) {
        if (node instanceof ArrayNode list) {
            list.forEach(CliQuirks::decodePolicies);
        } else if (node instanceof ObjectNode object) {
            for (var member : object.properties()) {
                if (POLICIES.contains(member.getKey()) && member.getValue().isTextual()) {
                    member.setValue(policy(member.getValue().textValue()));
                } else {
                    decodePolicies(member.getValue());
                }
            }
        }
    }

    /** The policy as JSON; the text as it came when it is none. */
    private static JsonNode policy(String encoded) {
        try {
            // In this encoding a plus is a plus, where the decoder takes it for the space of a form.
            return Json.mapper().readTree(URLDecoder.decode(encoded.replace("+", "%2B"), StandardCharsets.UTF_8));
        } catch (JsonProcessingException | IllegalArgumentException noPolicy) {
            return JsonNodeFactory.instance.textNode(encoded);
        }
    }
}
