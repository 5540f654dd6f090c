package cloudops.aws.internal;

import java.util.Optional;
import java.util.Set;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import cloudops.aws.AwsCall;
import cloudops.aws.AwsException;
import cloudops.aws.AwsException.Problem;

/**
 * Tells "there is nothing" from "there was no answer". AWS names an empty list ({@code {"Functions": []}}); but a body that is empty, or a web
 * page with status 200, becomes no members at all in the CLI (its botocore takes any body for JSON that it cannot parse) and in the SDK.
 * Taken for an empty estate, it would have everything removed.
 */
final class EmptyAnswers {

    /** Services that leave empty lists out: SQS in all its JSON, S3 in all but the list of buckets. */
    private static final Set<String> SILENT = Set.of("sqs", "s3");
    /** What lies in a queue, and what is in a bucket, is read with other operations: these alone list parts of the estate. */
    private static final Set<String> QUEUES = Set.of("list-queues", "list-dead-letter-source-queues");
    /** What AWS alone says of a queue or a bucket that is not there, or that somebody may not see. */
    private static final Set<Problem> REFUSALS = Set.of(Problem.NOT_FOUND, Problem.ACCESS_DENIED, Problem.EXPLICIT_DENY);
    /** No queue's name ends like this unless somebody made it for the purpose; then AWS answers with its URL, which proves as much. */
    private static final String NO_QUEUE = "cloudops-asks-for-a-queue-that-is-not-there-3f0c5d1e";

    private EmptyAnswers() {
    }

    /** @throws AwsException {@code PARSE} with code {@code EmptyAnswer} when a listing has nothing, not even an empty list */
    static void refuse(ObjectNode answer, AwsCall call) throws AwsException {
        if (isEmpty(answer) && (lists(call) && !isSilent(call) || asksForAttributes(call))) {
            throw refused(call);
        }
    }

    /**
     * Whether {@code answer}, as a process of the CLI printed it, may be AWS's "there is nothing" as well as a web page. The SDK shows the body
     * itself, to {@link ForeignAnswers}.
     */
    static boolean isDoubtful(ObjectNode answer, AwsCall call) {
        return isEmpty(answer) && isSilent(call)
                && (ServiceNames.sdkName(call.service()).equals("sqs") ? QUEUES.contains(call.operation()) : lists(call));
    }

    /** A call to the same endpoint that AWS answers with an error, or with more than nothing; empty where we know of none. */
    static Optional<AwsCall> proof(AwsCall call) {
        return ServiceNames.sdkName(call.service()).equals("sqs")
                ? Optional.of(new AwsCall(call.service(), "get-queue-url", JsonNodeFactory.instance.objectNode().put("QueueName", NO_QUEUE),
                        call.profile(), call.region()))
                : Optional.empty();
    }

    /** Whether AWS itself answered the {@link #proof} with this, and not a proxy by its status alone. */
    static boolean isOfAws(AwsException refusal) {
        return REFUSALS.contains(refusal.problem()) && !refusal.code().matches("\\d+");
    }

    static AwsException refused(AwsCall call) {
        return AwsErrors.exception(Problem.PARSE, "EmptyAnswer",
                "the answer is empty, where AWS would send an empty list; is there something between us and AWS?", call);
    }

    /** Of a {@link #isDoubtful doubtful} answer, when nothing proves that it is AWS's. */
    static AwsException unproven(AwsCall call) {
        return AwsErrors.exception(Problem.PARSE, "EmptyAnswer",
                "the answer is empty, which from the AWS CLI may as well be a web page of something between us and AWS; try: the transport sdk", call);
    }

    private static boolean isEmpty(ObjectNode answer) {
        return answer.valueStream().allMatch(JsonNode::isNull);
    }

    private static boolean isSilent(AwsCall call) {
        return SILENT.contains(ServiceNames.sdkName(call.service())) && !call.operation().equals("list-buckets");
    }

    /** The plural counts for {@code get-rest-apis} and its like. */
    private static boolean lists(AwsCall call) {
        var operation = call.operation();
        return operation.startsWith("list-") || operation.startsWith("describe-") || operation.startsWith("get-") && operation.endsWith("s");
    }

    /** Every queue has some. */
    private static boolean asksForAttributes(AwsCall call) {
        return call.operation().equals("get-queue-attributes") && !call.params().path("AttributeNames").isEmpty();
    }
}
