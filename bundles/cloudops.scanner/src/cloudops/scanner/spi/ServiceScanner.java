package cloudops.scanner.spi;

import java.util.List;
import java.util.function.Consumer;

import org.osgi.annotation.versioning.ConsumerType;

import com.fasterxml.jackson.databind.JsonNode;

import cloudops.model.AwsResource;
import cloudops.model.IamPermissions;
import cloudops.model.ResourceConstraints;

/**
 * Knows one AWS service: how to list its resources and what their raw data means. Register it as an OSGi service; it is used from then on
 * and no longer once it is gone.
 *
 * <p>A scanner holds no state, starts no process and no thread: it asks {@link ScanContext#call}. Its methods are called from many virtual
 * threads at once; none takes or returns null unless it says so. A runtime exception from {@link #transform} or {@link #constraints} fails
 * that resource only; one from {@link #discover} fails the scope. {@link AwsJson}, {@link Facts} and {@link Verdicts} do the small things
 * that every scanner needs.
 */
@ConsumerType
public interface ServiceScanner {

    /**
     * The service as the AWS CLI names it: {@code rds}; where there is more than one scanner for it, a name of its own, {@code vpc}. Its
     * resources have it as their {@link AwsResource#service}.
     */
    String serviceName();

    /** The types it finds, called after the service: {@code rds_instance}. Each is a scope of its own; one that is called otherwise is not scanned. */
    List<ResourceType> resourceTypes();

    /**
     * Lists all resources of one type in the context's account and region.
     *
     * @param sink takes each resource, from the calling thread; blocks while the pipeline is full; throws
     *        {@link java.util.concurrent.CancellationException} when the scan is cancelled, let it pass
     * @throws ScanException with what AWS answered; everything handed to the sink before stays
     * @throws InterruptedException when the scan is cancelled; let it pass
     */
    void discover(ResourceType type, ScanContext context, Consumer<RawResource> sink) throws ScanException, InterruptedException;

    /**
     * Adds what the listing does not tell and takes calls of its own, such as the tags of a bucket. Called for many resources at once,
     * unlike {@link #discover}, so this is the place for calls a resource. As it is unless overridden.
     *
     * @return the resource with what was added, in a copy of its data
     * @throws ScanException the resource is then left as the estate has it and its scope is PARTIAL; with code {@code NotFound} it has gone
     *         since it was listed and is left out without an error
     */
    default RawResource describe(RawResource raw, ScanContext context) throws ScanException, InterruptedException {
        return raw;
    }

    /**
     * What of a resource as it was listed tells whether it has changed since: an incremental scan asks nothing more about a resource of which
     * this is as it was. Overridden where a listing holds what changes by itself (latest restorable time, last use), which is left out then.
     *
     * @param listed as {@link #discover} gave it, not described; not to be changed
     */
    default JsonNode lasting(RawResource listed) {
        return listed.data();
    }

    /**
     * The services whose events in EventBridge concern this one, as in an event's {@code source} without {@code aws.}: those of a VPC come
     * from {@code ec2}.
     * Source: https://docs.aws.amazon.com/eventbridge/latest/ref/events.html
     */
    default List<String> eventSources() {
        return List.of(serviceName());
    }

    /**
     * Turns raw data into a resource; without permissions and constraints, which the pipeline adds. Missing optional fields are normal.
     * The same data must give the same resource, and what changes by itself (latest restorable time, free space) is left out: a resource
     * that differs is embedded and written again.
     *
     * @throws IllegalArgumentException when the raw data has no identifier, with what is missing
     */
    AwsResource transform(RawResource raw, ScanContext context);

    /** IAM actions a user of such a resource cares about; the permissions of each resource are found for exactly these. */
    List<String> actions(String resourceType);

    /** What state, dependencies and permissions allow, each verdict with its reason. Asks nobody: it judges what is there. */
    ResourceConstraints constraints(RawResource raw, AwsResource resource, IamPermissions permissions);

    /**
     * One type a scanner finds.
     *
     * @param name {@code rds_instance}
     * @param label for people, also part of what is embedded: {@code RDS database instance}
     * @param global whether one call answers for all regions; it is then scanned once an account
     */
    record ResourceType(String name, String label, boolean global) {
    }

    /**
     * One resource as AWS describes it.
     *
     * @param resourceType {@code rds_instance}
     * @param data the resource's element of the CLI's JSON, with what further calls added
     */
    record RawResource(String resourceType, JsonNode data) {
    }
}
