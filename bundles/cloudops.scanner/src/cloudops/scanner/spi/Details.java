package cloudops.scanner.spi;

import java.util.List;
import java.util.Optional;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import cloudops.scanner.spi.ServiceScanner.RawResource;

/**
 * Adds to a listed resource what calls of its own tell, for {@link ServiceScanner#describe}. A call that is denied is noted and reported:
 * the resource is there and shall be found with what is known. Any other failure fails the resource, so that the estate keeps what it knows
 * of it. Not thread-safe.
 */
public final class Details {

    private static final String DENIED = "DeniedDetails";

    private final String resourceType;
    private final ObjectNode data;
    private final ScanContext context;

    public Details(RawResource listed, ScanContext context) {
        this.resourceType = listed.resourceType();
        this.data = listed.data().deepCopy();
        this.context = context;
    }

    /** A call to AWS. */
    @FunctionalInterface
    public interface Call {
        JsonNode answer() throws ScanException, InterruptedException;
    }

    /**
     * Adds the members of an answer to the data; one that is there already is replaced.
     *
     * @param detail what it tells, for people: {@code tags}
     * @param service as {@link ScanContext#call} takes it, as are the others
     */
    public Details add(String detail, String service, String operation, JsonNode request) throws ScanException, InterruptedException {
        ask(detail, () -> context.call(service, operation, request))
                .ifPresent(answer -> answer.properties().forEach(member -> data.set(member.getKey(), member.getValue())));
        return this;
    }

    /** What a call tells, which is not added yet; empty where it is denied. @param detail what it tells, for people: {@code tags} */
    public Optional<JsonNode> ask(String detail, Call call) throws ScanException, InterruptedException {
        try {
            return Optional.of(call.answer());
        } catch (ScanException e) {
            if (!e.denied()) {
                throw e;
            }
            deny(detail);
            context.incomplete(e);
            return Optional.empty();
        }
    }

    /** Adds a member to the data; one that is there already is replaced. */
    public Details set(String member, JsonNode value) {
        data.set(member, value);
        return this;
    }

    /** Notes a detail as denied that was asked for many resources at once, so that who asked reports it once. */
    public Details deny(String detail) {
        data.withArray(DENIED).add(detail);
        return this;
    }

    /** What is known so far; later calls may need it. */
    public JsonNode data() {
        return data;
    }

    /** The resource with what was added. */
    public RawResource described() {
        return new RawResource(resourceType, data);
    }

    /** Details of a resource that were denied, for the fact {@code denied_details}. @param data of a described resource */
    public static List<String> denied(JsonNode data) {
        return AwsJson.texts(data, DENIED);
    }
}
