package cloudops.scanner.lambda.internal;

import static cloudops.scanner.spi.AwsJson.list;
import static cloudops.scanner.spi.AwsJson.number;
import static cloudops.scanner.spi.AwsJson.object;
import static cloudops.scanner.spi.AwsJson.required;
import static cloudops.scanner.spi.AwsJson.text;
import static cloudops.scanner.spi.AwsJson.texts;

import java.util.List;
import java.util.function.Consumer;

import com.fasterxml.jackson.databind.JsonNode;

import cloudops.model.AwsResource;
import cloudops.model.IamPermissions;
import cloudops.model.ResourceConstraints;
import cloudops.scanner.spi.Check;
import cloudops.scanner.spi.Facts;
import cloudops.scanner.spi.Found;
import cloudops.scanner.spi.ScanContext;
import cloudops.scanner.spi.ScanException;
import cloudops.scanner.spi.ServiceScanner.RawResource;
import cloudops.scanner.spi.ServiceScanner.ResourceType;
import cloudops.scanner.spi.TypeScanner;
import cloudops.scanner.spi.Verdicts;

/**
 * Lambda layers, from ListLayers: each with its latest version.
 *
 * <p>The actions are those on layers only: those on versions of a layer would look denied when they are asked of the layer's own ARN. Sources:
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html,
 * https://docs.aws.amazon.com/lambda/latest/api/API_ListLayers.html (members),
 * https://docs.aws.amazon.com/lambda/latest/api/API_DeleteLayerVersion.html (version by version; functions keep what they use).
 */
final class Layers implements TypeScanner {

    private static final ResourceType TYPE = new ResourceType("lambda_layer", "Lambda layer", false);

    private static final List<String> ACTIONS = List.of("lambda:PublishLayerVersion");

    private static final String LATEST = "LatestMatchingVersion";

    @Override
    public ResourceType type() {
        return TYPE;
    }

    @Override
    public List<String> actions() {
        return ACTIONS;
    }

    @Override
    public void discover(ScanContext context, Consumer<RawResource> sink) throws ScanException, InterruptedException {
        context.pages("lambda", "list-layers", object(),
                page -> list(page, "Layers").forEach(each -> sink.accept(new RawResource(TYPE.name(), each))));
    }

    @Override
    public AwsResource transform(JsonNode data, ScanContext context) {
        var name = required(data, "LayerName");
        var given = text(data, "LayerArn");
        var arn = given != null ? given : context.arn("lambda", "layer:" + name);
        var facts = new Facts()
                .put("latest_version", number(data, LATEST, "Version"))
                .put("latest_version_created", text(data, LATEST, "CreatedDate"))
                .put("description", text(data, LATEST, "Description"))
                .put("runtimes", texts(data, LATEST, "CompatibleRuntimes"))
                .put("architectures", texts(data, LATEST, "CompatibleArchitectures"))
                .put("license", text(data, LATEST, "LicenseInfo"));
        return new Found(TYPE, name, arn, context)
                .facts(facts).resource();
    }

    @Override
    public ResourceConstraints constraints(JsonNode data, AwsResource layer, IamPermissions permissions) {
        return new Verdicts()
                .neverRuns("a layer does not run")
                .canDelete(Check.unknown("it goes with the last of its versions, and the right to delete these is not asked"))
                .hasDependencies(null, "which functions use it is not known; they would keep a copy")
                .build();
    }
}
