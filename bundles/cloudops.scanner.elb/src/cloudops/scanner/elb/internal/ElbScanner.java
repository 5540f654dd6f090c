package cloudops.scanner.elb.internal;

import java.util.List;
import java.util.function.Consumer;

import org.osgi.service.component.annotations.Component;

import cloudops.model.AwsResource;
import cloudops.model.IamPermissions;
import cloudops.model.ResourceConstraints;
import cloudops.scanner.spi.ScanContext;
import cloudops.scanner.spi.ScanException;
import cloudops.scanner.spi.ServiceScanner;

/**
 * Elastic Load Balancing: Classic Load Balancers, which the CLI calls {@code elb}, and application, network and gateway ones with their
 * target groups, which it calls {@code elbv2}. Scans and resources know all of it as {@code elb}.
 */
@Component
public final class ElbScanner implements ServiceScanner {

    static final String SERVICE = "elb";

    private static final List<Kind> KINDS = List.of(new ClassicLoadBalancers(), new LoadBalancers(), new TargetGroups());

    @Override
    public String serviceName() {
        return SERVICE;
    }

    @Override
    public List<String> eventSources() {
        return List.of("elasticloadbalancing");
    }

    @Override
    public List<ResourceType> resourceTypes() {
        return KINDS.stream().map(Kind::type).toList();
    }

    @Override
    public void discover(ResourceType type, ScanContext context, Consumer<RawResource> sink) throws ScanException, InterruptedException {
        kind(type.name()).elements(context).forEach(element -> sink.accept(new RawResource(type.name(), element)));
    }

    @Override
    public RawResource describe(RawResource raw, ScanContext context) throws ScanException, InterruptedException {
        return new RawResource(raw.resourceType(), kind(raw.resourceType()).described(raw.data(), context));
    }

    @Override
    public AwsResource transform(RawResource raw, ScanContext context) {
        return kind(raw.resourceType()).resource(raw.data(), context);
    }

    @Override
    public List<String> actions(String resourceType) {
        return kind(resourceType).actions();
    }

    @Override
    public ResourceConstraints constraints(RawResource raw, AwsResource resource, IamPermissions permissions) {
        return kind(raw.resourceType()).constraints(raw.data(), resource, permissions);
    }

    private static Kind kind(String resourceType) {
        return KINDS.stream().filter(kind -> kind.type().name().equals(resourceType)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("not a type of Elastic Load Balancing: " + resourceType));
    }
}
