package cloudops.scanner.lambda.internal;

import static cloudops.scanner.spi.AwsJson.list;
import static cloudops.scanner.spi.AwsJson.number;
import static cloudops.scanner.spi.AwsJson.object;
import static cloudops.scanner.spi.AwsJson.required;
import static cloudops.scanner.spi.AwsJson.tags;
import static cloudops.scanner.spi.AwsJson.text;
import static cloudops.scanner.spi.AwsJson.texts;
import static cloudops.scanner.spi.Check.permitted;
import static cloudops.scanner.spi.Check.unless;

import java.util.List;
import java.util.TreeSet;
import java.util.function.Consumer;

import com.fasterxml.jackson.databind.JsonNode;

import cloudops.model.AwsResource;
import cloudops.model.IamPermissions;
import cloudops.model.ResourceConstraints;
import cloudops.scanner.spi.Details;
import cloudops.scanner.spi.Facts;
import cloudops.scanner.spi.Found;
import cloudops.scanner.spi.ScanContext;
import cloudops.scanner.spi.ScanException;
import cloudops.scanner.spi.ServiceScanner.RawResource;
import cloudops.scanner.spi.ServiceScanner.ResourceType;
import cloudops.scanner.spi.TypeScanner;
import cloudops.scanner.spi.Verdicts;

/**
 * Lambda functions, from ListFunctions and a call a function for its tags. Of environment variables only the names are kept: their values hold
 * passwords as often as not.
 *
 * <p>Sources: https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctions.html (no state is listed),
 * https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html (members),
 * https://docs.aws.amazon.com/lambda/latest/api/API_DeleteFunction.html (versions and aliases go with it),
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-edge-delete-replicas.html (replicas go by themselves).
 */
final class Functions implements TypeScanner {

    private static final ResourceType TYPE = new ResourceType("lambda_function", "Lambda function", false);

    private static final List<String> ACTIONS = List.of("lambda:GetFunction", "lambda:InvokeFunction", "lambda:UpdateFunctionCode",
            "lambda:UpdateFunctionConfiguration", "lambda:PublishVersion", "lambda:PutFunctionConcurrency", "lambda:DeleteFunction",
            "lambda:TagResource", "lambda:UntagResource");

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
        context.pages("lambda", "list-functions", object(),
                page -> list(page, "Functions").forEach(function -> sink.accept(new RawResource(TYPE.name(), function))));
    }

    /** Without the values of their environment variables, which the execution engine cuts out. */
    static List<JsonNode> listed(ScanContext context) throws ScanException, InterruptedException {
        return list(context.call("lambda", "list-functions", object()), "Functions");
    }

    @Override
    public RawResource describe(RawResource raw, ScanContext context) throws ScanException, InterruptedException {
        var arn = text(raw.data(), "FunctionArn");
        return arn == null ? raw
                : new Details(raw, context).add("tags", "lambda", "list-tags", object().put("Resource", arn)).described();
    }

    @Override
    public AwsResource transform(JsonNode data, ScanContext context) {
        var name = required(data, "FunctionName");
        var given = text(data, "FunctionArn");
        var arn = given != null ? given : context.arn("lambda", "function:" + name);
        return new Found(TYPE, name, arn, context)
                .state(text(data, "State")).tags(tags(data, "Tags")).facts(facts(data)).resource();
    }

    private static Facts facts(JsonNode data) {
        var groups = texts(data, "VpcConfig", "SecurityGroupIds");
        var subnets = texts(data, "VpcConfig", "SubnetIds");
        var layers = texts(list(data, "Layers"), "Arn");
        var variables = new TreeSet<String>();
        data.path("Environment").path("Variables").fieldNames().forEachRemaining(variables::add);
        return new Facts()
                .put("runtime", text(data, "Runtime"))
                .put("package_type", text(data, "PackageType"))
                .put("handler", text(data, "Handler"))
                .put("description", text(data, "Description"))
                .put("architectures", texts(data, "Architectures"))
                .put("memory_mib", number(data, "MemorySize"))
                .put("timeout_seconds", number(data, "Timeout"))
                .put("ephemeral_storage_mib", number(data, "EphemeralStorage", "Size"))
                .put("code_bytes", number(data, "CodeSize"))
                .put("last_modified", text(data, "LastModified"))
                .put("role", text(data, "Role"))
                .put("environment_variables", List.copyOf(variables))
                .put("tracing", text(data, "TracingConfig", "Mode"))
                .put("log_group", text(data, "LoggingConfig", "LogGroup"))
                .put("vpc_id", text(data, "VpcConfig", "VpcId"))
                .put("subnets", subnets)
                .put("security_groups", groups)
                .put("layers", layers)
                .put("denied_details", Details.denied(data))
                .relation("has_role", text(data, "Role"))
                .relation("in_vpc", text(data, "VpcConfig", "VpcId"))
                .relations("in_subnet", subnets)
                .relations("in_security_group", groups)
                .relations("uses_layer", layers.stream().map(Functions::unversioned).toList())
                .relations("mounts", texts(list(data, "FileSystemConfigs"), "Arn"))
                .relation("encrypted_with", text(data, "KMSKeyArn"))
                .relation("sends_failures_to", text(data, "DeadLetterConfig", "TargetArn"))
                .relation("replica_of", unversioned(text(data, "MasterArn")));
    }

    /** The ARN of a function or layer, given that of one of its versions: the same, a colon and the version's number. */
    private static String unversioned(String version) {
        return version == null ? null : version.replaceFirst(":[0-9]+$", "");
    }

    @Override
    public ResourceConstraints constraints(JsonNode data, AwsResource function, IamPermissions permissions) {
        return new Verdicts()
                .neverRuns("a function runs only while it is called")
                .canDelete(unless(text(data, "MasterArn") != null, "it is a replica of Lambda@Edge, which goes by itself"),
                        permitted(permissions, "lambda:DeleteFunction"))
                .hasBackups(null, "published versions are not scanned")
                .hasDependencies(null, "what calls it is not known")
                .custom("in_vpc", text(data, "VpcConfig", "VpcId") != null)
                .build();
    }
}
