package cloudops.aws;

import java.util.function.Function;

import org.osgi.annotation.versioning.ProviderType;

import software.amazon.awssdk.core.SdkClient;

/**
 * Clients of the AWS SDK with the credentials and the endpoint of a profile, for the product's own use of AWS where bodies stream, which
 * {@link AwsCaller} does not do. It is the caller's to have asked whoever must consent. Thread-safe.
 */
@ProviderType
public interface AwsClients {

    /**
     * Runs {@code work} with a client, again after throttling, server errors and, once, a broken connection.
     *
     * @param client its type: {@code S3Client.class}
     * @param call what is done, to name it in errors; its {@code params} are not used
     * @param work must bear to be run again
     * @throws AwsException with the typed cause
     * @throws InterruptedException when interrupted; the call is cancelled
     */
    <C extends SdkClient, T> T call(Class<C> client, AwsCall call, Function<C, T> work) throws AwsException, InterruptedException;
}
