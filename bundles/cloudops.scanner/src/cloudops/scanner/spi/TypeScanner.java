package cloudops.scanner.spi;

import java.util.List;
import java.util.function.Consumer;

import org.osgi.annotation.versioning.ConsumerType;

import com.fasterxml.jackson.databind.JsonNode;

import cloudops.model.AwsResource;
import cloudops.model.IamPermissions;
import cloudops.model.ResourceConstraints;
import cloudops.scanner.spi.ServiceScanner.RawResource;
import cloudops.scanner.spi.ServiceScanner.ResourceType;

/**
 * Knows one resource type of a service that has several; {@link ServiceScannerOfTypes} makes a {@link ServiceScanner} of all of them. Each
 * method promises what that of the same name promises there.
 */
@ConsumerType
public interface TypeScanner {

    ResourceType type();

    /** Lists all resources of the type. */
    void discover(ScanContext context, Consumer<RawResource> sink) throws ScanException, InterruptedException;

    default RawResource describe(RawResource raw, ScanContext context) throws ScanException, InterruptedException {
        return raw;
    }

    AwsResource transform(JsonNode data, ScanContext context);

    List<String> actions();

    ResourceConstraints constraints(JsonNode data, AwsResource resource, IamPermissions permissions);
}
