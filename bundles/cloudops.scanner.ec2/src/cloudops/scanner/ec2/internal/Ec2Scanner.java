package cloudops.scanner.ec2.internal;

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

/** EC2: instances and EBS volumes. */
@Component
public final class Ec2Scanner implements ServiceScanner {

    @Override
    public String serviceName() {
        return "ec2";
    }

    @Override
    public List<ResourceType> resourceTypes() {
        return List.of(Instances.TYPE, Volumes.TYPE);
    }

    @Override
    public void discover(ResourceType type, ScanContext context, Consumer<RawResource> sink) throws ScanException, InterruptedException {
        var none = JsonNodeFactory.instance.objectNode();
        switch (type.name()) {
            case Instances.NAME -> {
                for (var reservation : AwsJson.list(context.call("ec2", "describe-instances", none), "Reservations")) {
                    AwsJson.list(reservation, "Instances").forEach(instance -> sink.accept(new RawResource(Instances.NAME, instance)));
                }
            }
            case Volumes.NAME -> AwsJson.list(context.call("ec2", "describe-volumes", none), "Volumes")
                    .forEach(volume -> sink.accept(new RawResource(Volumes.NAME, volume)));
            default -> throw unknown(type.name());
        }
    }

    @Override
    public AwsResource transform(RawResource raw, ScanContext context) {
        return switch (raw.resourceType()) {
            case Instances.NAME -> Instances.resource(raw.data(), context);
            case Volumes.NAME -> Volumes.resource(raw.data(), context);
            default -> throw unknown(raw.resourceType());
        };
    }

    @Override
    public List<String> actions(String resourceType) {
        return switch (resourceType) {
            case Instances.NAME -> Instances.ACTIONS;
            case Volumes.NAME -> Volumes.ACTIONS;
            default -> throw unknown(resourceType);
        };
    }

    @Override
    public ResourceConstraints constraints(RawResource raw, AwsResource resource, IamPermissions permissions) {
        return switch (raw.resourceType()) {
            case Instances.NAME -> Instances.constraints(raw.data(), resource, permissions);
            case Volumes.NAME -> Volumes.constraints(raw.data(), resource, permissions);
            default -> throw unknown(raw.resourceType());
        };
    }

    private static IllegalArgumentException unknown(String resourceType) {
        return new IllegalArgumentException("not a type of EC2: " + resourceType);
    }
}
