package cloudops.scanner.elb.internal;

import static cloudops.scanner.spi.AwsJson.list;
import static cloudops.scanner.spi.AwsJson.object;
import static cloudops.scanner.spi.AwsJson.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import com.fasterxml.jackson.databind.JsonNode;

import cloudops.scanner.spi.AwsJson;
import cloudops.scanner.spi.Details;
import cloudops.scanner.spi.ScanContext;
import cloudops.scanner.spi.ScanException;
import cloudops.scanner.spi.ServiceScanner.RawResource;

/**
 * How tags are asked for, which the listings do not tell. A batch whose tags may not be read is reported once; any other failure is thrown.
 *
 * <p>Sources: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeTags.html and
 * https://docs.aws.amazon.com/elasticloadbalancing/2012-06-01/APIReference/API_DescribeTags.html (20 at most; one that has gone fails all).
 *
 * @param service as the CLI names it
 * @param parameter of the request, with the list of whose tags
 * @param id member by which the listing knows whose they are
 * @param answerId member by which the answer does
 */
record TagCall(String service, String parameter, String id, String answerId) {

    /** Member that is added to an element of a listing. */
    static final String TAGS = "Tags";

    private static final int BATCH = 20;

    /** Copies of {@code listed} with their tags; one that has gone meanwhile is left out. */
    List<RawResource> tagged(List<RawResource> listed, ScanContext context) throws ScanException, InterruptedException {
        // without an identifier there is nothing to ask for; what is missing is said when it is transformed
        var tagged = new ArrayList<>(listed.stream().filter(each -> id(each) == null).toList());
        var known = listed.stream().filter(each -> id(each) != null).toList();
        for (int from = 0; from < known.size(); from += BATCH) {
            tagged.addAll(batch(known.subList(from, Math.min(from + BATCH, known.size())), context));
        }
        return tagged;
    }

    private String id(RawResource listed) {
        return text(listed.data(), id);
    }

    private List<RawResource> batch(List<RawResource> batch, ScanContext context) throws ScanException, InterruptedException {
        var request = object();
        batch.stream().map(this::id).forEach(request.putArray(parameter)::add);
        try {
            var answer = list(context.call(service, "describe-tags", request), "TagDescriptions");
            return batch.stream().map(each -> new Details(each, context).set(TAGS, tags(id(each), answer)).described()).toList();
        } catch (ScanException e) {
            if ("NotFound".equals(e.code())) {
                return batch.size() == 1 ? List.of() : halves(batch, context);
            }
            if (!e.denied()) {
                throw e;
            }
            context.incomplete(e);
            return batch.stream().map(each -> new Details(each, context).deny("tags").described()).toList();
        }
    }

    private List<RawResource> halves(List<RawResource> batch, ScanContext context) throws ScanException, InterruptedException {
        var middle = batch.size() / 2;
        var both = new ArrayList<>(batch(batch.subList(0, middle), context));
        both.addAll(batch(batch.subList(middle, batch.size()), context));
        return both;
    }

    private JsonNode tags(String whose, List<JsonNode> answer) {
        return answer.stream().filter(each -> whose.equals(text(each, answerId))).map(each -> each.get(TAGS)).filter(Objects::nonNull)
                .findFirst().orElseGet(AwsJson::object);
    }
}
