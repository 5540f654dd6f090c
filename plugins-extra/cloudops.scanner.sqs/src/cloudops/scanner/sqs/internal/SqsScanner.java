package cloudops.scanner.sqs.internal;

import static cloudops.scanner.spi.AwsJson.flag;
import static cloudops.scanner.spi.AwsJson.isTrue;
import static cloudops.scanner.spi.AwsJson.number;
import static cloudops.scanner.spi.AwsJson.object;
import static cloudops.scanner.spi.AwsJson.required;
import static cloudops.scanner.spi.AwsJson.tags;
import static cloudops.scanner.spi.AwsJson.text;
import static cloudops.scanner.spi.AwsJson.texts;
import static cloudops.scanner.spi.AwsJson.time;
import static cloudops.scanner.spi.Check.permitted;

import java.util.List;
import java.util.function.Consumer;

import org.osgi.service.component.annotations.Component;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;

import cloudops.model.AwsResource;
import cloudops.model.IamPermissions;
import cloudops.model.ResourceConstraints;
import cloudops.scanner.spi.Details;
import cloudops.scanner.spi.Facts;
import cloudops.scanner.spi.Found;
import cloudops.scanner.spi.ScanContext;
import cloudops.scanner.spi.ScanException;
import cloudops.scanner.spi.ServiceScanner;
import cloudops.scanner.spi.Verdicts;

/**
 * SQS: queues, from ListQueues and two calls a queue: GetQueueAttributes and ListQueueTags. Counts of messages change by themselves and
 * are left out.
 *
 * <p>Sources: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ListQueues.html (pages only with MaxResults),
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html (attributes, all of them texts),
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteQueue.html (whatever it holds),
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsqs.html (actions on queues).
 */
@Component
public final class SqsScanner implements ServiceScanner {

    static final ResourceType QUEUE = new ResourceType("sqs_queue", "SQS queue", false);

    private static final List<String> ACTIONS = List.of("sqs:GetQueueAttributes", "sqs:SetQueueAttributes", "sqs:DeleteQueue",
            "sqs:PurgeQueue", "sqs:SendMessage", "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:StartMessageMoveTask", "sqs:TagQueue",
            "sqs:UntagQueue");

    /** As many as a page may have; without it the answer ends after so many queues. */
    private static final int PAGE = 1000;

    private static final ObjectMapper JSON = new ObjectMapper();

    @Override
    public String serviceName() {
        return "sqs";
    }

    @Override
    public List<ResourceType> resourceTypes() {
        return List.of(QUEUE);
    }

    @Override
    public void discover(ResourceType type, ScanContext context, Consumer<RawResource> sink) throws ScanException, InterruptedException {
        for (var url : texts(context.call("sqs", "list-queues", object().put("MaxResults", PAGE)), "QueueUrls")) {
            sink.accept(new RawResource(type.name(), object().put("QueueUrl", url)));
        }
    }

    @Override
    public RawResource describe(RawResource raw, ScanContext context) throws ScanException, InterruptedException {
        var queue = object().put("QueueUrl", required(raw.data(), "QueueUrl"));
        var all = queue.deepCopy();
        all.putArray("AttributeNames").add("All");
        return new Details(raw, context)
                .add("attributes", "sqs", "get-queue-attributes", all)
                .add("tags", "sqs", "list-queue-tags", queue)
                .described();
    }

    @Override
    public AwsResource transform(RawResource raw, ScanContext context) {
        var url = required(raw.data(), "QueueUrl");
        var name = url.substring(url.lastIndexOf('/') + 1);
        var given = text(raw.data(), "Attributes", "QueueArn");
        return new Found(QUEUE, name, given != null ? given : context.arn("sqs", name), context)
                .tags(tags(raw.data(), "Tags")).facts(facts(raw.data())).resource();
    }

    private static Facts facts(JsonNode data) {
        var attributes = data.path("Attributes");
        var redrive = redrive(attributes);
        return new Facts()
                .put("url", text(data, "QueueUrl"))
                .put("fifo", attributes.isMissingNode() ? null : isTrue(attributes, "FifoQueue"))
                .put("visibility_timeout_seconds", number(attributes, "VisibilityTimeout"))
                .put("retention_seconds", number(attributes, "MessageRetentionPeriod"))
                .put("delay_seconds", number(attributes, "DelaySeconds"))
                .put("maximum_message_bytes", number(attributes, "MaximumMessageSize"))
                .put("max_receive_count", number(redrive, "maxReceiveCount"))
                .put("managed_encryption", flag(attributes, "SqsManagedSseEnabled"))
                .put("create_time", time(attributes, "CreatedTimestamp"))
                .put("denied_details", Details.denied(data))
                .relation("has_dead_letter_queue", text(redrive, "deadLetterTargetArn"))
                .relation("encrypted_with", text(attributes, "KmsMasterKeyId"));
    }

    /** The redrive policy, which is JSON in a text; missing where there is none. */
    private static JsonNode redrive(JsonNode attributes) {
        try {
            var policy = text(attributes, "RedrivePolicy");
            return policy == null ? MissingNode.getInstance() : JSON.readTree(policy);
        } catch (JsonProcessingException noPolicy) {
            return MissingNode.getInstance();
        }
    }

    @Override
    public List<String> actions(String resourceType) {
        return ACTIONS;
    }

    @Override
    public ResourceConstraints constraints(RawResource raw, AwsResource resource, IamPermissions permissions) {
        return new Verdicts()
                .neverRuns("a queue does not run")
                .canDelete(permitted(permissions, "sqs:DeleteQueue"))
                .hasBackups(false, "SQS keeps no backups")
                .hasDependencies(null, "what sends to it and reads from it is not known")
                .custom("fifo", flag(raw.data(), "Attributes", "FifoQueue"))
                .build();
    }
}
