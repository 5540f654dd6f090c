package cloudops.scanner.contract;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import cloudops.json.Json;

/**
 * How resources are identified, and which types the links between them lead to, from {@code shapes.json}: the other end of a link is found
 * only where the scanner that makes it writes the identifier or ARN as the scanner of the other type does.
 *
 * <p>Source of ARNs: the service authorization reference, https://docs.aws.amazon.com/service-authorization/latest/reference/.
 *
 * @param types resource type, or in words what is not scanned → its shape
 * @param links type of a link → what it may lead to
 */
record Shapes(Map<String, Shape> types, Map<String, List<String>> links) {

    /**
     * @param id pattern of the identifier
     * @param arn pattern of the ARN after the partition, in which words in capitals stand for patterns; null for what has none
     */
    record Shape(String id, String arn) {

        boolean isId(String text) {
            return text.matches(id) && !text.startsWith("arn:");
        }

        boolean isArn(String text) {
            return arn != null && Pattern.matches("arn:aws(-[a-z-]+)?:" + arn.replace("ID", "(" + id + ")").replace("/PATH/", "/([!-~]+/)?")
                    .replace("REGION", "[a-z]{2,}(-[a-z]+)+-[0-9]").replace("ACCOUNT", "[0-9]{12}"), text);
        }
    }

    static Shapes read() throws IOException {
        try (var in = Shapes.class.getResourceAsStream("shapes.json")) {
            return Json.mapper().readValue(in, Shapes.class);
        }
    }

    /** Whether {@code target} is the identifier or ARN of something that a link of the type may lead to. */
    boolean leads(String link, String target) {
        return links.getOrDefault(link, List.of()).stream().map(types::get).anyMatch(shape -> shape.isId(target) || shape.isArn(target));
    }
}
