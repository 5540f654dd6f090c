package cloudops.scanner.s3.internal;

import java.util.List;
import java.util.function.Consumer;

import org.osgi.service.component.annotations.Component;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;

import cloudops.model.AwsResource;
import cloudops.model.IamPermissions;
import cloudops.model.ResourceConstraints;
import cloudops.scanner.spi.AwsJson;
import cloudops.scanner.spi.ScanContext;
import cloudops.scanner.spi.ScanException;
import cloudops.scanner.spi.ServiceScanner;

/** S3: buckets. One call lists those of all regions; all else takes calls a bucket. */
@Component
public final class S3Scanner implements ServiceScanner {

    /** As many as a page may have; a request with a parameter is answered with the region of each bucket by newer servers. */
    private static final int PAGE = 1000;

    @Override
    public String serviceName() {
        return "s3";
    }

    @Override
    public List<ResourceType> resourceTypes() {
        return List.of(Buckets.TYPE);
    }

    @Override
    public void discover(ResourceType type, ScanContext context, Consumer<RawResource> sink) throws ScanException, InterruptedException {
        context.pages("s3api", "list-buckets", JsonNodeFactory.instance.objectNode().put("MaxBuckets", PAGE),
                page -> AwsJson.list(page, "Buckets").forEach(bucket -> sink.accept(new RawResource(type.name(), bucket))));
    }

    @Override
    public RawResource describe(RawResource raw, ScanContext context) throws ScanException, InterruptedException {
        return new RawResource(raw.resourceType(), BucketDetails.added(raw.data(), context));
    }

    @Override
    public AwsResource transform(RawResource raw, ScanContext context) {
        return Buckets.resource(raw.data(), context);
    }

    @Override
    public List<String> actions(String resourceType) {
        return Buckets.ACTIONS;
    }

    @Override
    public ResourceConstraints constraints(RawResource raw, AwsResource resource, IamPermissions permissions) {
        return Buckets.constraints(raw.data(), permissions);
    }
}
