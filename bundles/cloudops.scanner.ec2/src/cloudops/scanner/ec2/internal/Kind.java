package cloudops.scanner.ec2.internal;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

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
 * One type of what EC2 has. Without state.
 *
 * <p>Source of ARNs and actions: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html.
 */
abstract class Kind {

    /** As many as every listing here may be asked for (API_DescribeVolumes has the lowest bound). */
    private static final int PAGE = 500;

    private final ResourceType type;
    private final List<String> actions;

    Kind(ResourceType type, List<String> actions) {
        this.type = type;
        this.actions = actions;
    }

    final ResourceType type() {
        return type;
    }

    final List<String> actions() {
        return actions;
    }

    /** Hands each element of the listing to {@code sink}. */
    abstract void discover(ScanContext context, Consumer<JsonNode> sink) throws ScanException, InterruptedException;

    abstract AwsResource resource(JsonNode data, ScanContext context);

    abstract ResourceConstraints constraints(JsonNode data, AwsResource resource, IamPermissions permissions);

    /** Hands on what a call answers in {@code member}. */
    static void called(ScanContext context, String operation, ObjectNode request, String member, Consumer<JsonNode> sink)
            throws ScanException, InterruptedException {
        context.pages("ec2", operation, request, page -> AwsJson.list(page, member).forEach(sink));
    }

    static ObjectNode request() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** A request that is answered in pages: EC2 answers one that names no size with everything at once, or refuses it where that is much. */
    static ObjectNode pagedRequest() {
        return request().put("MaxResults", PAGE);
    }

    /** @param arnEnd what follows {@code ec2:}, from the region on */
    final AwsResource resource(String id, String arnEnd, String name, String state, Map<String, String> tags, Facts facts,
            ScanContext context) {
        return new AwsResource(type.name(), id, context.accountId(), context.accountName(), context.region(), "ec2",
                "arn:" + context.partition() + ":ec2:" + arnEnd, tags.getOrDefault("Name", name), state, tags, context.startedAt(), null, null,
                facts.toMap());
    }

    /** How the ARNs of what an account has in a region go on after {@code ec2:}. @param rest {@code instance/i-1} */
    static String ofAccount(ScanContext context, String rest) {
        return context.region() + ":" + context.accountId() + ":" + rest;
    }

    /** Verdicts in which it neither stops nor starts. @param noun {@code a volume} */
    static Verdicts neverRunning(String noun) {
        var never = Check.no(noun + " does not run");
        return new Verdicts().canStop(never).canStart(never);
    }

    /** Holds unless AWS Backup made it: only that may delete it. */
    static Check notOfAwsBackup(AwsResource resource) {
        return Check.unless(resource.tags().containsKey("aws:backup:source-resource"), "AWS Backup manages it");
    }
}
