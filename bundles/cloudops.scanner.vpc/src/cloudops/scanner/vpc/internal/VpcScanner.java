package cloudops.scanner.vpc.internal;

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
 * VPCs and what they are made of. EC2's API has them, so calls, ARNs and actions are those of {@code ec2}; scans and resources know the
 * service as {@code vpc}, as the console does, so that networks can be scanned without machines.
 */
@Component
public final class VpcScanner implements ServiceScanner {

    static final String SERVICE = "vpc";

    private static final List<Kind> KINDS = List.of(new Networks(), new Subnets(), new SecurityGroups(), new RouteTables(),
            new NatGateways(), new InternetGateways(), new NetworkInterfaces(), new Endpoints());

    @Override
    public String serviceName() {
        return SERVICE;
    }

    @Override
    public List<String> eventSources() {
        return List.of("ec2");
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
                .orElseThrow(() -> new IllegalArgumentException("not a type of VPC: " + resourceType));
    }
}
