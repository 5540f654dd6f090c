package cloudops.scanner.lambda.internal;

import static cloudops.scanner.spi.AwsJson.list;
import static cloudops.scanner.spi.AwsJson.object;
import static cloudops.scanner.spi.AwsJson.required;
import static cloudops.scanner.spi.AwsJson.text;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

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
 * Aliases of Lambda functions, from ListAliases, a call a function. Two functions may have aliases of one name, so an alias is identified as
 * {@code function:alias}.
 *
 * <p>The actions are those on aliases only: {@code lambda:DeleteAlias} and {@code lambda:UpdateAlias} are granted on the function and could
 * look denied when they are asked of the alias's own ARN. Sources:
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html,
 * https://docs.aws.amazon.com/lambda/latest/api/API_AliasConfiguration.html (members).
 */
final class Aliases implements TypeScanner {

    private static final ResourceType TYPE = new ResourceType("lambda_alias", "Lambda alias", false);

    private static final List<String> ACTIONS = List.of("lambda:InvokeFunction", "lambda:GetProvisionedConcurrencyConfig",
            "lambda:PutProvisionedConcurrencyConfig");

    /** Ours, beside the API's members: the function that an alias was listed of. */
    private static final String FUNCTION = "FunctionName";

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
        for (var function : Functions.listed(context)) {
            of(function, context).forEach(alias -> sink.accept(new RawResource(TYPE.name(), alias)));
        }
    }

    /** The aliases of a function; none when it has gone since it was listed. */
    private static List<ObjectNode> of(JsonNode function, ScanContext context) throws ScanException, InterruptedException {
        var request = object().put(FUNCTION, required(function, FUNCTION));
        try {
            return list(context.call("lambda", "list-aliases", request), "Aliases").stream().filter(JsonNode::isObject)
                    .map(alias -> alias.<ObjectNode>deepCopy().setAll(request)).map(ObjectNode.class::cast).toList();
        } catch (ScanException e) {
            if ("NotFound".equals(e.code())) {
                return List.of();
            }
            throw e;
        }
    }

    @Override
    public AwsResource transform(JsonNode data, ScanContext context) {
        var function = required(data, FUNCTION);
        var id = function + ":" + required(data, "Name");
        var given = text(data, "AliasArn");
        var arn = given != null ? given : context.arn("lambda", "function:" + id);
        var facts = new Facts()
                .put("function", function)
                .put("function_version", text(data, "FunctionVersion"))
                .put("description", text(data, "Description"))
                .put("other_versions", weights(data))
                .relation("alias_of", function);
        return new Found(TYPE, id, arn, context)
                .facts(facts).resource();
    }

    /** Version → the part of the calls that it gets, between 0 and 1; null when all go to the alias's one version. */
    private static Map<String, Double> weights(JsonNode data) {
        var weights = new TreeMap<String, Double>();
        for (var weight : data.path("RoutingConfig").path("AdditionalVersionWeights").properties()) {
            if (weight.getValue().isNumber()) {
                weights.put(weight.getKey(), weight.getValue().doubleValue());
            }
        }
        return weights.isEmpty() ? null : weights;
    }

    @Override
    public ResourceConstraints constraints(JsonNode data, AwsResource alias, IamPermissions permissions) {
        return new Verdicts()
                .neverRuns("an alias does not run")
                .canDelete(Check.unknown("the right to delete it is one on its function, and not asked"))
                .hasDependencies(null, "what calls it is not known")
                .custom("splits_calls", weights(data) != null)
                .build();
    }
}
