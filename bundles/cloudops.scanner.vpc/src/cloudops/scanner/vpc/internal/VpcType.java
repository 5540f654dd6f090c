package cloudops.scanner.vpc.internal;

import static cloudops.scanner.spi.AwsJson.list;
import static cloudops.scanner.spi.AwsJson.object;
import static cloudops.scanner.spi.AwsJson.required;
import static cloudops.scanner.spi.AwsJson.tags;
import static cloudops.scanner.spi.AwsJson.text;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;

import cloudops.model.AwsResource;
import cloudops.scanner.spi.Check;
import cloudops.scanner.spi.Facts;
import cloudops.scanner.spi.Found;
import cloudops.scanner.spi.ScanContext;
import cloudops.scanner.spi.ScanException;
import cloudops.scanner.spi.ServiceScanner.RawResource;
import cloudops.scanner.spi.ServiceScanner.ResourceType;
import cloudops.scanner.spi.TypeScanner;

/**
 * One type of what a VPC is made of. Without state; each is listed by an operation of EC2.
 *
 * <p>A subnet, and what comes with it, may be shared by another account: its ARN names the owner, who alone may delete it. Sources:
 * https://docs.aws.amazon.com/vpc/latest/userguide/vpc-sharing.html,
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html (ARNs and actions).
 */
abstract class VpcType implements TypeScanner {

    private final ResourceType type;
    private final Listing listing;
    private final List<String> actions;

    /**
     * How EC2 lists a type.
     *
     * @param operation as the CLI names it
     * @param elements member of the answer with the list
     * @param id member of an element with its identifier
     * @param arn what the resource's ARN says before the identifier
     */
    record Listing(String operation, String elements, String id, String arn) {
    }

    /** @param actions without those on tags, which all types have */
    VpcType(ResourceType type, Listing listing, String... actions) {
        this.type = type;
        this.listing = listing;
        this.actions = Stream.concat(Stream.of(actions), Stream.of("ec2:CreateTags", "ec2:DeleteTags")).toList();
    }

    @Override
    public final ResourceType type() {
        return type;
    }

    @Override
    public final List<String> actions() {
        return actions;
    }

    @Override
    public final void discover(ScanContext context, Consumer<RawResource> sink) throws ScanException, InterruptedException {
        elements(context).forEach(element -> sink.accept(new RawResource(type.name(), element)));
    }

    /** The elements of the listing. */
    List<JsonNode> elements(ScanContext context) throws ScanException, InterruptedException {
        return list(context.call("ec2", listing.operation(), object()), listing.elements());
    }

    @Override
    public final AwsResource transform(JsonNode data, ScanContext context) {
        var id = required(data, listing.id());
        var owner = text(data, "OwnerId");
        var arn = "arn:" + context.partition() + ":ec2:" + context.region() + ":" + (owner != null ? owner : context.accountId()) + ":"
                + listing.arn() + "/" + id;
        var tags = labels(data);
        var name = tags.get("Name");
        var facts = facts(data).put("owner", context.accountId().equals(owner) ? null : owner);
        return new Found(type, id, arn, context)
                .name(name != null ? name : name(data)).state(state(data)).tags(tags).facts(facts).resource();
    }

    /** All tags. */
    Map<String, String> labels(JsonNode data) {
        return tags(data, "Tags");
    }

    /** EC2's word for its state; null where it has none. */
    String state(JsonNode data) {
        return text(data, "State");
    }

    /** What EC2 calls it where it has no Name tag; null for nothing. */
    String name(JsonNode data) {
        return null;
    }

    abstract Facts facts(JsonNode data);

    /** Holds when it is the account's own. */
    static Check owned(JsonNode data, AwsResource resource) {
        var owner = text(data, "OwnerId");
        return Check.unless(owner != null && !owner.equals(resource.accountId()), "it belongs to account " + owner);
    }
}
