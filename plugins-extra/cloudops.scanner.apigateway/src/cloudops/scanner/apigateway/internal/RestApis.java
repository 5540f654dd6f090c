package cloudops.scanner.apigateway.internal;

import static cloudops.scanner.spi.AwsJson.flag;
import static cloudops.scanner.spi.AwsJson.list;
import static cloudops.scanner.spi.AwsJson.object;
import static cloudops.scanner.spi.AwsJson.required;
import static cloudops.scanner.spi.AwsJson.tags;
import static cloudops.scanner.spi.AwsJson.text;
import static cloudops.scanner.spi.AwsJson.texts;
import static cloudops.scanner.spi.AwsJson.time;
import static cloudops.scanner.spi.Check.permitted;

import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

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
 * REST APIs, from GetRestApis.
 *
 * <p>Sources: https://docs.aws.amazon.com/apigateway/latest/api/API_RestApi.html (members),
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/arn-format-reference.html (no account in the ARN),
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonapigatewaymanagement.html (actions are HTTP's methods).
 */
final class RestApis implements TypeScanner {

    static final List<String> ACTIONS = List.of("apigateway:GET", "apigateway:PUT", "apigateway:POST", "apigateway:PATCH",
            "apigateway:DELETE");

    private static final ResourceType TYPE = new ResourceType("apigateway_rest_api", "API Gateway REST API", false);

    @Override
    public ResourceType type() {
        return TYPE;
    }

    @Override
    public void discover(ScanContext context, Consumer<RawResource> sink) throws ScanException, InterruptedException {
        list(context.call("apigateway", "get-rest-apis", object()), "items")
                .forEach(api -> sink.accept(new RawResource(TYPE.name(), api)));
    }

    @Override
    public AwsResource transform(JsonNode data, ScanContext context) {
        var id = required(data, "id");
        var facts = new Facts()
                .put("description", text(data, "description"))
                .put("version", text(data, "version"))
                .put("endpoint_types", texts(data, "endpointConfiguration", "types"))
                .put("default_endpoint_disabled", flag(data, "disableExecuteApiEndpoint"))
                .put("security_policy", text(data, "securityPolicy"))
                .put("create_time", time(data, "createdDate"))
                .relations("behind_vpc_endpoint", texts(data, "endpointConfiguration", "vpcEndpointIds"));
        return new Found(TYPE, id, arn(context, "restapis", id), context)
                .name(text(data, "name")).state(text(data, "apiStatus")).tags(tags(data, "tags")).facts(facts).resource();
    }

    static String arn(ScanContext context, String kind, String id) {
        return "arn:" + context.partition() + ":apigateway:" + context.region() + "::/" + kind + "/" + id;
    }

    @Override
    public List<String> actions() {
        return ACTIONS;
    }

    @Override
    public ResourceConstraints constraints(JsonNode data, AwsResource resource, IamPermissions permissions) {
        return judged(permissions).custom("default_endpoint_disabled", flag(data, "disableExecuteApiEndpoint")).build();
    }

    static Verdicts judged(IamPermissions permissions, Check... further) {
        return new Verdicts()
                .neverRuns("an API is not stopped; its stages are deleted")
                .canDelete(Stream.concat(Stream.of(further), Stream.of(permitted(permissions, "apigateway:DELETE"))).toArray(Check[]::new))
                .hasBackups(false, "API Gateway keeps no backups")
                .hasDependencies(null, "what calls it is not known");
    }
}
