package cloudops.aws;

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
