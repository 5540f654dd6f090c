package cloudops.scanner.ec2.internal;

import java.util.List;
import java.util.function.Consumer;

import org.osgi.service.component.annotations.Component;

import cloudops.model.AwsResource;
import cloudops.model.IamPermissions;
import cloudops.model.ResourceConstraints;
import cloudops.scanner.spi.ScanContext;
import cloudops.scanner.spi.ScanException;
import cloudops.scanner.spi.ServiceScanner;

/** EC2: instances, EBS volumes and snapshots, images, key pairs and Elastic IP addresses. Its networks are another scanner's. */
@Component
public final class Ec2Scanner implements ServiceScanner {

    private static final List<Kind> KINDS = List.of(new Instances(), new Volumes(), new Snapshots(), new Images(), new KeyPairs(),
            new ElasticIps());

    @Override
    public String serviceName() {
        return "ec2";
    }

    @Override
    public List<ResourceType> resourceTypes() {
        return KINDS.stream().map(Kind::type).toList();
    }

    @Override
    public void discover(ResourceType type, ScanContext context, Consumer<RawResource> sink) throws ScanException, InterruptedException {
        kind(type.name()).discover(context, element -> sink.accept(new RawResource(type.name(), element)));
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
                .orElseThrow(() -> new IllegalArgumentException("not a type of EC2: " + resourceType));
    }
}
