package cloudops.scanner.vpc.internal;

import static cloudops.scanner.spi.AwsJson.required;
import static cloudops.scanner.spi.AwsJson.tags;
import static cloudops.scanner.spi.AwsJson.text;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;

import cloudops.model.AwsResource;
import cloudops.model.IamPermissions;
import cloudops.model.ResourceConstraints;
import cloudops.scanner.spi.AwsJson;
import cloudops.scanner.spi.Check;
import cloudops.scanner.spi.Facts;
import cloudops.scanner.spi.ScanContext;
import cloudops.scanner.spi.ScanException;
import cloudops.scanner.spi.ServiceScanner.ResourceType;
import cloudops.scanner.spi.Verdicts;

/**
 * One type of what a VPC is made of. Without state; each is listed by an operation of EC2.
 *
 * <p>A subnet, and what comes with it, may be shared by another account: its ARN names the owner, who alone may delete it. Sources:
 * https://docs.aws.amazon.com/vpc/latest/userguide/vpc-sharing.html,
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html (ARNs and actions).
 */
abstract class Kind {

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
    Kind(ResourceType type, Listing listing, String... actions) {
        this.type = type;
        this.listing = listing;
        this.actions = Stream.concat(Stream.of(actions), Stream.of("ec2:CreateTags", "ec2:DeleteTags")).toList();
    }

    final ResourceType type() {
        return type;
    }

    final List<String> actions() {
        return actions;
    }

    /** The elements of the listing. */
    List<JsonNode> elements(ScanContext context) throws ScanException, InterruptedException {
        return AwsJson.list(context.call("ec2", listing.operation(), JsonNodeFactory.instance.objectNode()), listing.elements());
    }

    final AwsResource resource(JsonNode data, ScanContext context) {
        var id = required(data, listing.id());
        var owner = text(data, "OwnerId");
        var arn = "arn:" + context.partition() + ":ec2:" + context.region() + ":" + (owner != null ? owner : context.accountId()) + ":"
                + listing.arn() + "/" + id;
        var tags = labels(data);
        var name = tags.get("Name");
        var facts = facts(data).put("owner", context.accountId().equals(owner) ? null : owner);
        return new AwsResource(type.name(), id, context.accountId(), context.accountName(), context.region(), VpcScanner.SERVICE, arn,
                name != null ? name : name(data), state(data), tags, context.startedAt(), null, null, facts.toMap());
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

    abstract ResourceConstraints constraints(JsonNode data, AwsResource resource, IamPermissions permissions);

    /** Verdicts in which it neither stops nor starts. @param noun {@code a subnet} */
    static Verdicts neverRunning(String noun) {
        var never = Check.no(noun + " does not run");
        return new Verdicts().canStop(never).canStart(never);
    }

    /** Holds when it is the account's own. */
    static Check owned(JsonNode data, AwsResource resource) {
        var owner = text(data, "OwnerId");
        return Check.unless(owner != null && !owner.equals(resource.accountId()), "it belongs to account " + owner);
    }

    /** The texts of a list of texts, sorted. */
    static List<String> words(JsonNode data, String member) {
        return AwsJson.list(data, member).stream().map(JsonNode::asText).filter(text -> !text.isBlank()).sorted().toList();
    }
}
