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
 * that resource only; one from {@link #discover} fails the scope.
 */
@ConsumerType
public interface ServiceScanner {

    /** The service as the AWS CLI names it: {@code rds}. */
    String serviceName();

    /** The types it finds: {@code rds_instance}. Each is a scope of its own. */
    List<ResourceType> resourceTypes();

    /**
     * Lists all resources of one type in the context's account and region.
     *
     * @param sink takes each resource; blocks when the pipeline is full
     * @throws ScanException with what AWS answered; everything handed to the sink before stays
     * @throws InterruptedException when the scan is cancelled; let it pass
     */
    void discover(ResourceType type, ScanContext context, Consumer<RawResource> sink) throws ScanException, InterruptedException;

    /**
     * Turns raw data into a resource; without permissions and constraints, which the pipeline adds. Missing optional fields are normal.
     *
     * @throws IllegalArgumentException when the raw data has no identifier, with what is missing
     */
    AwsResource transform(RawResource raw, ScanContext context);

    /** IAM actions a user of such a resource cares about; the permissions of each resource are found for exactly these. */
    List<String> actions(String resourceType);

    /** What state, dependencies and permissions allow, each verdict with its reason. */
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
