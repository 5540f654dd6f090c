package cloudops.scanner.sns.internal;

import static cloudops.scanner.spi.AwsJson.flag;
import static cloudops.scanner.spi.AwsJson.isTrue;
import static cloudops.scanner.spi.AwsJson.list;
import static cloudops.scanner.spi.AwsJson.number;
import static cloudops.scanner.spi.AwsJson.object;
import static cloudops.scanner.spi.AwsJson.required;
import static cloudops.scanner.spi.AwsJson.tags;
import static cloudops.scanner.spi.AwsJson.text;
import static cloudops.scanner.spi.Check.permitted;

import java.util.List;
import java.util.function.Consumer;

import org.osgi.service.component.annotations.Component;

import com.fasterxml.jackson.databind.JsonNode;

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
 * SNS: topics, from ListTopics and two calls a topic: GetTopicAttributes and ListTagsForResource.
 *
 * <p>Sources: https://docs.aws.amazon.com/sns/latest/api/API_GetTopicAttributes.html (attributes, all of them texts),
 * https://docs.aws.amazon.com/sns/latest/api/API_DeleteTopic.html (with all its subscriptions),
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsns.html (actions on topics).
 */
@Component
public final class SnsScanner implements ServiceScanner {

    static final ResourceType TOPIC = new ResourceType("sns_topic", "SNS topic", false);

    private static final List<String> ACTIONS = List.of("sns:GetTopicAttributes", "sns:SetTopicAttributes", "sns:DeleteTopic",
            "sns:Publish", "sns:Subscribe", "sns:ListSubscriptionsByTopic", "sns:TagResource", "sns:UntagResource");

    @Override
    public String serviceName() {
        return "sns";
    }

    @Override
    public List<ResourceType> resourceTypes() {
        return List.of(TOPIC);
    }

    @Override
    public void discover(ResourceType type, ScanContext context, Consumer<RawResource> sink) throws ScanException, InterruptedException {
        list(context.call("sns", "list-topics", object()), "Topics").forEach(topic -> sink.accept(new RawResource(type.name(), topic)));
    }

    @Override
    public RawResource describe(RawResource raw, ScanContext context) throws ScanException, InterruptedException {
        var arn = required(raw.data(), "TopicArn");
        return new Details(raw, context)
                .add("attributes", "sns", "get-topic-attributes", object().put("TopicArn", arn))
                .add("tags", "sns", "list-tags-for-resource", object().put("ResourceArn", arn))
                .described();
    }

    @Override
    public AwsResource transform(RawResource raw, ScanContext context) {
        var arn = required(raw.data(), "TopicArn");
        var name = arn.substring(arn.lastIndexOf(':') + 1);
        return new Found(TOPIC, name, arn, context)
                .tags(tags(raw.data(), "Tags")).facts(facts(raw.data())).resource();
    }

    private static Facts facts(JsonNode data) {
        var attributes = data.path("Attributes");
        return new Facts()
                .put("display_name", text(attributes, "DisplayName"))
                .put("fifo", attributes.isMissingNode() ? null : isTrue(attributes, "FifoTopic"))
                .put("subscriptions", subscriptions(data))
                .put("subscriptions_pending", number(attributes, "SubscriptionsPending"))
                .put("tracing", text(attributes, "TracingConfig"))
                .put("denied_details", Details.denied(data))
                .relation("encrypted_with", text(attributes, "KmsMasterKeyId"));
    }

    /** Those that are confirmed; null when it is not known how many. */
    private static Long subscriptions(JsonNode data) {
        return number(data, "Attributes", "SubscriptionsConfirmed");
    }

    @Override
    public List<String> actions(String resourceType) {
        return ACTIONS;
    }

    @Override
    public ResourceConstraints constraints(RawResource raw, AwsResource resource, IamPermissions permissions) {
        var subscriptions = subscriptions(raw.data());
        return new Verdicts()
                .neverRuns("a topic does not run")
                .canDelete(permitted(permissions, "sns:DeleteTopic"))
                .hasBackups(false, "SNS keeps no backups")
                .hasDependencies(subscriptions == null ? null : subscriptions > 0, subscriptions == null
                        ? "its subscriptions are not known" : "confirmed subscriptions: " + subscriptions)
                .custom("fifo", flag(raw.data(), "Attributes", "FifoTopic"))
                .build();
    }
}
