package cloudops.scanner.lambda.internal;

import java.util.List;
import java.util.function.Consumer;

import org.osgi.service.component.annotations.Component;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;

import cloudops.model.AwsResource;
import cloudops.model.IamPermissions;
import cloudops.model.ResourceConstraints;
import cloudops.scanner.spi.AwsJson;
import cloudops.scanner.spi.ScanContext;
import cloudops.scanner.spi.ScanException;
import cloudops.scanner.spi.ServiceScanner;

/** Lambda: functions, their aliases, and layers. One call lists functions or layers; tags take a call a function, as do aliases. */
@Component
public final class LambdaScanner implements ServiceScanner {

    @Override
    public String serviceName() {
        return "lambda";
    }

    @Override
    public List<ResourceType> resourceTypes() {
        return List.of(Functions.TYPE, Aliases.TYPE, Layers.TYPE);
    }

    @Override
    public void discover(ResourceType type, ScanContext context, Consumer<RawResource> sink) throws ScanException, InterruptedException {
        switch (type.name()) {
            case Functions.NAME -> list("list-functions", "Functions", type, context, sink);
            case Aliases.NAME -> {
                for (var function : functions(context)) {
                    Aliases.of(function, context).forEach(alias -> sink.accept(new RawResource(type.name(), alias)));
                }
            }
            case Layers.NAME -> list("list-layers", "Layers", type, context, sink);
            default -> throw unknown(type.name());
        }
    }

    private static void list(String operation, String member, ResourceType type, ScanContext context, Consumer<RawResource> sink)
            throws ScanException, InterruptedException {
        context.pages("lambda", operation, JsonNodeFactory.instance.objectNode(),
                page -> AwsJson.list(page, member).forEach(each -> sink.accept(new RawResource(type.name(), each))));
    }

    /** Without the values of their environment variables, which the execution engine cuts out. */
    private static List<JsonNode> functions(ScanContext context) throws ScanException, InterruptedException {
        return AwsJson.list(context.call("lambda", "list-functions", JsonNodeFactory.instance.objectNode()), "Functions");
    }

    @Override
    public RawResource describe(RawResource raw, ScanContext context) throws ScanException, InterruptedException {
        return raw.resourceType().equals(Functions.NAME) ? new RawResource(Functions.NAME, FunctionTags.added(raw.data(), context)) : raw;
    }

    @Override
    public AwsResource transform(RawResource raw, ScanContext context) {
        return switch (raw.resourceType()) {
            case Functions.NAME -> Functions.resource(raw.data(), context);
            case Aliases.NAME -> Aliases.resource(raw.data(), context);
            case Layers.NAME -> Layers.resource(raw.data(), context);
            default -> throw unknown(raw.resourceType());
        };
    }

    @Override
    public List<String> actions(String resourceType) {
        return switch (resourceType) {
            case Functions.NAME -> Functions.ACTIONS;
            case Aliases.NAME -> Aliases.ACTIONS;
            case Layers.NAME -> Layers.ACTIONS;
            default -> throw unknown(resourceType);
        };
    }

    @Override
    public ResourceConstraints constraints(RawResource raw, AwsResource resource, IamPermissions permissions) {
        return switch (raw.resourceType()) {
            case Functions.NAME -> Functions.constraints(raw.data(), permissions);
            case Aliases.NAME -> Aliases.constraints(raw.data());
            case Layers.NAME -> Layers.constraints();
            default -> throw unknown(raw.resourceType());
        };
    }

    private static IllegalArgumentException unknown(String resourceType) {
        return new IllegalArgumentException("not a type of Lambda: " + resourceType);
    }
}
