package cloudops.scanner.spi;

import java.util.List;
import java.util.function.Consumer;

import cloudops.model.AwsResource;
import cloudops.model.IamPermissions;
import cloudops.model.ResourceConstraints;

/**
 * A scanner of a service with several resource types, each of which has a class of its own. The component that extends it names the service:
 * {@code @Component(service = ServiceScanner.class)}; without, it would be none.
 */
public abstract class ServiceScannerOfTypes implements ServiceScanner {

    private final String serviceName;
    private final List<TypeScanner> types;

    /** @param serviceName as the AWS CLI names it: {@code ecs} */
    protected ServiceScannerOfTypes(String serviceName, TypeScanner... types) {
        this.serviceName = serviceName;
        this.types = List.of(types);
    }

    @Override
    public final String serviceName() {
        return serviceName;
    }

    @Override
    public final List<ResourceType> resourceTypes() {
        return types.stream().map(TypeScanner::type).toList();
    }

    @Override
    public final void discover(ResourceType type, ScanContext context, Consumer<RawResource> sink)
            throws ScanException, InterruptedException {
        of(type.name()).discover(context, sink);
    }

    @Override
    public final RawResource describe(RawResource raw, ScanContext context) throws ScanException, InterruptedException {
        return of(raw.resourceType()).describe(raw, context);
    }

    @Override
    public final AwsResource transform(RawResource raw, ScanContext context) {
        return of(raw.resourceType()).transform(raw.data(), context);
    }

    @Override
    public final List<String> actions(String resourceType) {
        return of(resourceType).actions();
    }

    @Override
    public final ResourceConstraints constraints(RawResource raw, AwsResource resource, IamPermissions permissions) {
        return of(raw.resourceType()).constraints(raw.data(), resource, permissions);
    }

    private TypeScanner of(String resourceType) {
        return types.stream().filter(each -> each.type().name().equals(resourceType)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("not a type of " + serviceName + ": " + resourceType));
    }
}
