package cloudops.trial.echo;

import java.util.List;
import java.util.function.Consumer;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;

import cloudops.model.AwsResource;
import cloudops.model.IamPermissions;
import cloudops.model.ResourceConstraints;
import cloudops.scanner.spi.Facts;
import cloudops.scanner.spi.ScanContext;
import cloudops.scanner.spi.ScanException;
import cloudops.scanner.spi.ServiceScanner;

/** A scanner that needs, after its first call, a class of its own and classes of others that it has not used before. */
public final class EchoScanner implements ServiceScanner {

    @Override
    public String serviceName() {
        return "echo";
    }

    @Override
    public List<ResourceType> resourceTypes() {
        return List.of(new ResourceType("echo_sound", "Echo", false));
    }

    @Override
    public void discover(ResourceType type, ScanContext context, Consumer<RawResource> sink) throws ScanException, InterruptedException {
        context.call("echo", "list-sounds", JsonNodeFactory.instance.objectNode());
        sink.accept(Late.found());
    }

    @Override
    public AwsResource transform(RawResource raw, ScanContext context) {
        throw new IllegalArgumentException("nobody asks for it");
    }

    @Override
    public List<String> actions(String resourceType) {
        return List.of();
    }

    @Override
    public ResourceConstraints constraints(RawResource raw, AwsResource resource, IamPermissions permissions) {
        return ResourceConstraints.UNKNOWN;
    }

    private static final class Late {
        static RawResource found() {
            return new RawResource("echo_sound", JsonNodeFactory.instance.objectNode().put("said", new Facts().put("hello", 1).toMap().toString()));
        }
    }
}
