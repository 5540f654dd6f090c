package cloudops.scanner.elb.internal;

import static cloudops.scanner.spi.AwsJson.required;
import static cloudops.scanner.spi.AwsJson.text;

import java.util.ArrayList;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import cloudops.scanner.spi.AwsJson;
import cloudops.scanner.spi.ScanContext;
import cloudops.scanner.spi.ScanException;

/**
 * Asks for what the listings do not tell. What may not be asked is noted in {@link #DENIED} and reported: the resource is there and shall be
 * found. Any other failure is thrown.
 *
 * <p>Sources: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeTags.html and
 * https://docs.aws.amazon.com/elasticloadbalancing/2012-06-01/APIReference/API_DescribeTags.html (20 at most; one that has gone fails all).
 */
final class Details {

    /** Members that are added to an element of a listing. */
    static final String TAGS = "Tags";
    static final String DENIED = "Denied";

    private static final int BATCH = 20;

    private Details() {
    }

    /**
     * Where tags are asked for.
     *
     * @param service as the CLI names it
     * @param parameter of the request, with the list of whose tags
     * @param id member by which the listing and the answer know a resource: whose they are
     */
    record TagCall(String service, String parameter, String id, String answerId) {
    }

    /** Copies of {@code listed} with their tags; one that has gone meanwhile is left out. */
    static List<JsonNode> tagged(List<JsonNode> listed, TagCall call, ScanContext context) throws ScanException, InterruptedException {
        var tagged = new ArrayList<JsonNode>(listed.size());
        var known = listed.stream().filter(each -> text(each, call.id()) != null).toList();
        for (int from = 0; from < known.size(); from += BATCH) {
            tagged.addAll(batch(known.subList(from, Math.min(from + BATCH, known.size())), call, context));
        }
        // without an identifier there is nothing to ask for; what is missing is said when it is transformed
        listed.stream().filter(each -> text(each, call.id()) == null).forEach(tagged::add);
        return tagged;
    }

    private static List<JsonNode> batch(List<JsonNode> batch, TagCall call, ScanContext context) throws ScanException, InterruptedException {
        var request = JsonNodeFactory.instance.objectNode();
        var ids = request.putArray(call.parameter());
        batch.forEach(each -> ids.add(required(each, call.id())));
        try {
            var answer = AwsJson.list(context.call(call.service(), "describe-tags", request), "TagDescriptions");
            return batch.stream().map(each -> withTags(each, answer, call)).toList();
        } catch (ScanException e) {
            if ("NotFound".equals(e.code())) {
                return batch.size() == 1 ? List.of() : halves(batch, call, context);
            }
            requireDenied(e);
            context.incomplete(e);
            return batch.stream().map(each -> (JsonNode) noted("tags", each.deepCopy())).toList();
        }
    }

    private static List<JsonNode> halves(List<JsonNode> batch, TagCall call, ScanContext context) throws ScanException, InterruptedException {
        var middle = batch.size() / 2;
        var both = new ArrayList<>(batch(batch.subList(0, middle), call, context));
        both.addAll(batch(batch.subList(middle, batch.size()), call, context));
        return both;
    }

    private static JsonNode withTags(JsonNode listed, List<JsonNode> answer, TagCall call) {
        ObjectNode copy = listed.deepCopy();
        var id = text(listed, call.id());
        answer.stream().filter(each -> id.equals(text(each, call.answerId()))).findFirst().ifPresent(each -> copy.set(TAGS, each.path(TAGS)));
        return copy;
    }

    /**
     * A copy of {@code listed} with the answer of one more call.
     *
     * @param what the detail's name, should it be denied
     * @param member of the answer, which is added under the same name
     */
    static JsonNode with(String what, JsonNode listed, String operation, ObjectNode request, String member, ScanContext context)
            throws ScanException, InterruptedException {
        ObjectNode copy = listed.deepCopy();
        try {
            copy.set(member, context.call("elbv2", operation, request).path(member));
        } catch (ScanException e) {
            requireDenied(e);
            context.incomplete(e);
            noted(what, copy);
        }
        return copy;
    }

    private static ObjectNode noted(String what, ObjectNode data) {
        data.withArray(DENIED).add(what);
        return data;
    }

    private static void requireDenied(ScanException e) throws ScanException {
        if (!"AccessDenied".equals(e.code()) && !"ExplicitDeny".equals(e.code())) {
            throw e;
        }
    }
}
