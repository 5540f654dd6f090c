package cloudops.scanner.apigateway.internal;

import static cloudops.scanner.spi.AwsJson.flag;
import static cloudops.scanner.spi.AwsJson.isTrue;
import static cloudops.scanner.spi.AwsJson.list;
import static cloudops.scanner.spi.AwsJson.object;
import static cloudops.scanner.spi.AwsJson.required;
import static cloudops.scanner.spi.AwsJson.tags;
import static cloudops.scanner.spi.AwsJson.text;
import static cloudops.scanner.spi.AwsJson.texts;
import static cloudops.scanner.spi.AwsJson.time;
import static cloudops.scanner.spi.Check.unless;

import java.util.List;
import java.util.function.Consumer;

import com.fasterxml.jackson.databind.JsonNode;

import cloudops.model.AwsResource;
import cloudops.model.IamPermissions;
import cloudops.model.ResourceConstraints;
import cloudops.scanner.spi.Facts;
import cloudops.scanner.spi.Found;
import cloudops.scanner.spi.ScanContext;
import cloudops.scanner.spi.ScanException;
import cloudops.scanner.spi.ServiceScanner.RawResource;
import cloudops.scanner.spi.ServiceScanner.ResourceType;
import cloudops.scanner.spi.TypeScanner;

/**
 * HTTP and WebSocket APIs, from GetApis of the second version of the API.
 *
 * <p>Sources: https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis.html (members; one that API Gateway manages is changed
 * where it was made), https://docs.aws.amazon.com/apigateway/latest/developerguide/arn-format-reference.html.
 */
final class HttpApis implements TypeScanner {

    private static final ResourceType TYPE = new ResourceType("apigateway_http_api", "API Gateway HTTP or WebSocket API", false);

    @Override
    public ResourceType type() {
        return TYPE;
    }

    @Override
    public void discover(ScanContext context, Consumer<RawResource> sink) throws ScanException, InterruptedException {
        list(context.call("apigatewayv2", "get-apis", object()), "Items").forEach(api -> sink.accept(new RawResource(TYPE.name(), api)));
    }

    @Override
    public AwsResource transform(JsonNode data, ScanContext context) {
        var id = required(data, "ApiId");
        var facts = new Facts()
                .put("protocol", text(data, "ProtocolType"))
                .put("endpoint", text(data, "ApiEndpoint"))
                .put("description", text(data, "Description"))
                .put("version", text(data, "Version"))
                .put("default_endpoint_disabled", flag(data, "DisableExecuteApiEndpoint"))
                .put("allowed_origins", texts(data, "CorsConfiguration", "AllowOrigins"))
                .put("create_time", time(data, "CreatedDate"));
        return new Found(TYPE, id, RestApis.arn(context, "apis", id), context)
                .name(text(data, "Name")).tags(tags(data, "Tags")).facts(facts).resource();
    }

    @Override
    public List<String> actions() {
        return RestApis.ACTIONS;
    }

    @Override
    public ResourceConstraints constraints(JsonNode data, AwsResource resource, IamPermissions permissions) {
        return RestApis.judged(permissions, unless(isTrue(data, "ApiGatewayManaged"), "API Gateway manages it"))
                .custom("protocol", text(data, "ProtocolType"))
                .build();
    }
}
