package cloudops.scanner.spi;

import java.time.Instant;
import java.util.function.Consumer;

import org.osgi.annotation.versioning.ProviderType;

import com.fasterxml.jackson.databind.JsonNode;

/** The account and region that are being scanned, and the way to ask AWS about them. Thread-safe. */
@ProviderType
public interface ScanContext {

    /** The region of resources that have none, and of the scopes of global types. */
    String GLOBAL_REGION = "aws-global";

    /** 12 digits. */
    String accountId();

    /** What the user calls the account. */
    String accountName();

    /** AWS region; for global types the region that is asked. */
    String region();

    /** The partition of ARNs: {@code aws}, {@code aws-cn}, {@code aws-us-gov}. */
    String partition();

    /**
     * The ARN of a resource of this account and region, for services that do not tell it.
     *
     * @param service as ARNs name it
     * @param resource its last part: {@code db:orders}
     */
    default String arn(String service, String resource) {
        return "arn:" + partition() + ":" + service + ":" + region() + ":" + accountId() + ":" + resource;
    }

    /** When this scan began; the {@code lastSynced} of what it finds. */
    Instant startedAt();

    /**
     * Calls a read operation of an AWS API in this account and region; all pages, merged.
     *
     * @param service as the CLI names it; for S3 the API's own commands, {@code s3api}
     * @param operation as the CLI names it
     * @param params the request with the API's member names; an empty object for none
     * @return the CLI's JSON
     * @throws ScanException with what AWS answered
     */
    JsonNode call(String service, String operation, JsonNode params) throws ScanException, InterruptedException;

    /**
     * As {@link #call(String, String, JsonNode)}, for listings: hands on each page when it is there, so that memory need not hold all of a large estate.
     * What was handed on before a failure stays.
     *
     * @param each takes a page in the shape of the merged answer, from the calling thread
     */
    default void pages(String service, String operation, JsonNode params, Consumer<JsonNode> each) throws ScanException, InterruptedException {
        each.accept(call(service, operation, params));
    }

    /** As {@link #call(String, String, JsonNode)} in another region; for buckets, which are listed in one and live in another. */
    JsonNode call(String service, String operation, JsonNode params, String region) throws ScanException, InterruptedException;

    /**
     * Says that something could not be read that does not keep the resource at hand from being stored, such as the tags of a locked bucket.
     * The scope becomes PARTIAL and goes on.
     */
    void incomplete(ScanException problem);
}
