package cloudops.scanner.ec2.internal;

import static cloudops.scanner.spi.AwsJson.isTrue;
import static cloudops.scanner.spi.AwsJson.list;
import static cloudops.scanner.spi.AwsJson.text;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

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
 * One type of what EC2 has. Without state.
 *
 * <p>Source of ARNs and actions: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html.
 */
abstract class Ec2Type implements TypeScanner {

    /** As many as every listing here may be asked for (API_DescribeVolumes has the lowest bound). */
    private static final int PAGE = 500;

    private final ResourceType type;
    private final List<String> actions;

    Ec2Type(ResourceType type, List<String> actions) {
        this.type = type;
        this.actions = actions;
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
        elements(context, element -> sink.accept(new RawResource(type.name(), element)));
    }

    /** Hands each element of the listing to {@code sink}. */
    abstract void elements(ScanContext context, Consumer<JsonNode> sink) throws ScanException, InterruptedException;

    /** Hands on what a call answers in {@code member}. */
    static void called(ScanContext context, String operation, JsonNode request, String member, Consumer<JsonNode> sink)
            throws ScanException, InterruptedException {
        context.pages("ec2", operation, request, page -> list(page, member).forEach(sink));
    }

    /** A request that is answered in pages: EC2 answers one that names no size with everything at once, or refuses it where that is much. */
    static ObjectNode pagedRequest() {
        return object().put("MaxResults", PAGE);
    }

    /** @param arnEnd what follows {@code ec2:}, from the region on */
    final AwsResource resource(String id, String arnEnd, String name, String state, Map<String, String> tags, Facts facts,
            ScanContext context) {
        return new Found(type, id, "arn:" + context.partition() + ":ec2:" + arnEnd, context)
                .name(tags.getOrDefault("Name", name)).state(state).tags(tags).facts(facts).resource();
    }

    /** How the ARNs of what an account has in a region go on after {@code ec2:}. @param rest {@code instance/i-1} */
    static String ofAccount(ScanContext context, String rest) {
        return context.region() + ":" + context.accountId() + ":" + rest;
    }

    /** Holds unless a service of AWS, such as EKS Auto Mode, operates it and decides what else may be done to it. */
    static Check notOperated(JsonNode data) {
        var operator = text(data, "Operator", "Principal");
        return isTrue(data, "Operator", "Managed")
                ? Check.unknown((operator == null ? "a service of AWS" : operator) + " operates it and may not allow it") : Check.ok();
    }

    /** Holds unless AWS Backup made it: only that may delete it. */
    static Check notOfAwsBackup(AwsResource resource) {
        return Check.unless(resource.tags().containsKey("aws:backup:source-resource"), "AWS Backup manages it");
    }
}
