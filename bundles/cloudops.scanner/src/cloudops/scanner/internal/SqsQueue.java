package cloudops.scanner.internal;

import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import cloudops.aws.AwsCall;
import cloudops.aws.AwsClients;
import cloudops.aws.AwsException;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;

/**
 * A queue of SQS. To receive and to delete are no reads of AWS, which is all that scans may ask for otherwise: the user allows it by naming the
 * queue in the settings.
 */
final class SqsQueue implements EventQueue {

    private static final Logger LOG = LoggerFactory.getLogger(SqsQueue.class);

    /** The most that SQS gives, or takes, at once. */
    private static final int BATCH = 10;

    /** The longest that SQS waits. */
    private static final Duration LONG_POLL = Duration.ofSeconds(20);

    /** So long is a message ours; most scans of what one names are done by then. */
    private static final Duration VISIBILITY = Duration.ofMinutes(5);

    private final AwsClients clients;
    private final String profile;
    private final String region;
    private final String url;

    /** @param region null for the profile's */
    SqsQueue(AwsClients clients, String profile, String region, String url) {
        this.clients = clients;
        this.profile = profile;
        this.region = region;
        this.url = url;
    }

    @Override
    public List<Message> receive(Duration atMost) throws AwsException, InterruptedException {
        // without a wait SQS answers at once, and would be asked again and again until a wait of less than a second is over
        var wait = (int) Math.clamp(atMost.toSeconds(), 1, LONG_POLL.toSeconds());
        var answer = call("receive-message", sqs -> sqs.receiveMessage(request -> request.queueUrl(url).maxNumberOfMessages(BATCH)
                .waitTimeSeconds(wait).visibilityTimeout((int) VISIBILITY.toSeconds())
                .messageSystemAttributeNames(MessageSystemAttributeName.APPROXIMATE_RECEIVE_COUNT)));
        return answer.messages().stream().map(message -> new Message(message.receiptHandle(), message.body(),
                Integer.parseInt(message.attributes().getOrDefault(MessageSystemAttributeName.APPROXIMATE_RECEIVE_COUNT, "1")))).toList();
    }

    @Override
    public void delete(List<Message> messages) throws AwsException, InterruptedException {
        for (int from = 0; from < messages.size(); from += BATCH) {
            var batch = messages.subList(from, Math.min(messages.size(), from + BATCH));
            var entries = IntStream.range(0, batch.size())
                    .mapToObj(i -> DeleteMessageBatchRequestEntry.builder().id("m" + i).receiptHandle(batch.get(i).handle()).build()).toList();
            var failed = call("delete-message-batch", sqs -> sqs.deleteMessageBatch(request -> request.queueUrl(url).entries(entries))).failed();
            if (!failed.isEmpty()) {
                LOG.warn("messages of the queue could not be deleted and come again count={} code={}", failed.size(), failed.getFirst().code());
            }
        }
    }

    private <T> T call(String operation, Function<SqsClient, T> work) throws AwsException, InterruptedException {
        return clients.call(SqsClient.class, new AwsCall("sqs", operation, null, profile, region), work);
    }
}
