package cloudops.aws;

import java.util.function.Consumer;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * Reads AWS through the execution engine. Pages are followed to the end; throttling, server errors and broken connections are retried with
 * exponential backoff and jitter. Calls of one account, region and service share a rate, which goes down when AWS throttles and slowly
 * comes back. An endpoint that does not answer is left alone for half a minute: calls to it fail at once, with {@code NETWORK}. Thread-safe;
 * blocks the calling (virtual) thread.
 */
public interface AwsCaller {

    /**
     * @return the answer in the JSON shape of the AWS CLI, all pages merged; the same for both transports
     * @throws AwsException with the typed cause
     * @throws InterruptedException when interrupted; the call is cancelled
     */
    JsonNode call(AwsCall call, Transport transport) throws AwsException, InterruptedException;

    /**
     * As {@link #call}, but hands on each page when it is there, so that a listing of any length needs the memory of one page: where the SDK answers an
     * operation in pages; elsewhere all are one page.
     *
     * @param each takes a page in the shape of the merged answer, from the calling thread; the next one is asked for when it returns
     * @throws AwsException with the typed cause; pages that were handed on before are not taken back
     */
    default void pages(AwsCall call, Transport transport, Consumer<JsonNode> each) throws AwsException, InterruptedException {
        each.accept(call(call, transport));
    }

    /** How a call reaches AWS. */
    enum Transport {
        /** {@link #SDK} where the service's client is present, else {@link #CLI}. */
        AUTO,
        /** A process of the AWS CLI a call. */
        CLI,
        /** The AWS SDK for Java, in-process. */
        SDK
    }
}
