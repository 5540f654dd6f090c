package cloudops.scanner.lambda.internal;

import static cloudops.scanner.spi.AwsJson.required;
import static cloudops.scanner.spi.AwsJson.text;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import cloudops.model.AwsResource;
import cloudops.model.ResourceConstraints;
import cloudops.scanner.spi.AwsJson;
import cloudops.scanner.spi.Check;
import cloudops.scanner.spi.Facts;
import cloudops.scanner.spi.ScanContext;
import cloudops.scanner.spi.ScanException;
import cloudops.scanner.spi.ServiceScanner.ResourceType;
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
final class Aliases {

    static final String NAME = "lambda_alias";
    static final ResourceType TYPE = new ResourceType(NAME, "Lambda alias", false);

    static final List<String> ACTIONS = List.of("lambda:InvokeFunction", "lambda:GetProvisionedConcurrencyConfig",
            "lambda:PutProvisionedConcurrencyConfig");

    /** Ours, beside the API's members: the function that an alias was listed of. */
    private static final String FUNCTION = "FunctionName";

    private Aliases() {
    }

    /** The aliases of a function; none when it has gone since it was listed. */
    static List<ObjectNode> of(JsonNode function, ScanContext context) throws ScanException, InterruptedException {
        var request = JsonNodeFactory.instance.objectNode().put(FUNCTION, required(function, FUNCTION));
        try {
            return AwsJson.list(context.call("lambda", "list-aliases", request), "Aliases").stream().filter(JsonNode::isObject)
                    .map(alias -> alias.<ObjectNode>deepCopy().setAll(request)).map(ObjectNode.class::cast).toList();
        } catch (ScanException e) {
            if ("NotFound".equals(e.code())) {
                return List.of();
            }
            throw e;
        }
    }

    static AwsResource resource(JsonNode data, ScanContext context) {
        var function = required(data, FUNCTION);
        var id = function + ":" + required(data, "Name");
        var given = text(data, "AliasArn");
        var arn = given != null ? given
                : "arn:" + context.partition() + ":lambda:" + context.region() + ":" + context.accountId() + ":function:" + id;
        var facts = new Facts()
                .put("function", function)
                .put("function_version", text(data, "FunctionVersion"))
                .put("description", text(data, "Description"))
                .put("other_versions", weights(data))
                .relation("alias_of", function);
        return new AwsResource(NAME, id, context.accountId(), context.accountName(), context.region(), "lambda", arn, id, null, Map.of(),
                context.startedAt(), null, null, facts.toMap());
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

    static ResourceConstraints constraints(JsonNode data) {
        return new Verdicts()
                .canStop(Check.no("an alias does not run"))
                .canStart(Check.no("an alias does not run"))
                .canDelete(Check.unknown("the right to delete it is one on its function, and not asked"))
                .hasDependencies(null, "what calls it is not known")
                .custom("splits_calls", weights(data) != null)
                .build();
    }
}
