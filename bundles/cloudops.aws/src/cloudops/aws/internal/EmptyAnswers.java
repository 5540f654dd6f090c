package cloudops.aws.internal;

import java.util.Set;

import com.fasterxml.jackson.databind.JsonNode;
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

    private EmptyAnswers() {
    }

    /** @throws AwsException {@code PARSE} with code {@code EmptyAnswer} when a listing has nothing, not even an empty list */
    static void refuse(ObjectNode answer, AwsCall call) throws AwsException {
        if (answer.valueStream().allMatch(JsonNode::isNull) && lists(call)) {
            throw AwsErrors.exception(Problem.PARSE, "EmptyAnswer",
                    "the answer is empty, where AWS would send an empty list; is there something between us and AWS?", call);
        }
    }

    private static boolean lists(AwsCall call) {
        var operation = call.operation();
        return operation.equals("list-buckets")
                || (operation.startsWith("list-") || operation.startsWith("describe-")) && !SILENT.contains(ServiceNames.sdkName(call.service()));
    }
}
