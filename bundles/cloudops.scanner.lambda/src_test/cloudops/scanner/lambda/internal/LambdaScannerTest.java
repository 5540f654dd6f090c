package cloudops.scanner.lambda.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;

import cloudops.json.Json;
import cloudops.json.Schemas;
import cloudops.model.IamPermissions;
import cloudops.model.PermissionSource;
import cloudops.scanner.spi.ScanException;
import cloudops.scanner.spi.ScanException.Category;
import cloudops.scanner.spi.ServiceScanner.RawResource;
import cloudops.scanner.spi.ServiceScanner.ResourceType;

class LambdaScannerTest {

    private final LambdaScanner scanner = new LambdaScanner();
    private final TestContext context = new TestContext();

    @BeforeEach
    void answer() throws Exception {
        var functions = TestContext.read("functions.json");
        var aliases = TestContext.read("aliases.json");
        var layers = TestContext.read("layers.json");
        context.answers.put("lambda list-functions", (params, region) -> functions);
        context.answers.put("lambda list-layers", (params, region) -> layers);
        context.answers.put("lambda list-aliases", (params, region) -> switch (params.path("FunctionName").asText()) {
            case "orders-import" -> aliases;
            case "edge-auth" -> throw failure("NotFound", "ResourceNotFoundException");
            default -> JsonNodeFactory.instance.objectNode();
        });
        context.answers.put("lambda list-tags", (params, region) -> {
            var answer = JsonNodeFactory.instance.objectNode();
            if (params.path("Resource").asText().endsWith(":orders-import")) {
                answer.putObject("Tags").put("team", "it's \"ours\" $(ls)\n\u202e\ud83d\ude80").put("environment", "production");
            }
            return answer;
        });
    }

    @ParameterizedTest
    @CsvSource({"lambda_function, functions", "lambda_alias, aliases", "lambda_layer, layers"})
    void makesOfTheAnswersOfAwsWhatTheGoldenFileSays(String type, String file) throws Exception {
        var resources = context.scanned(scanner, type(type));

        assertThat(resources.toPrettyString()).isEqualTo(TestContext.read(file + ".expected.json").toPrettyString());
        assertThat(TestContext.elements(resources)).allSatisfy(each -> assertThat(Schemas.validate(Schemas.AWS_RESOURCE, each)).isEmpty());
        assertThat(context.incomplete).isEmpty();
    }

    /** The execution engine cuts them out; should one come through all the same, it ends here. */
    @Test
    void valuesOfVariablesAreNotKept() throws Exception {
        assertThat(TestContext.read("functions.json").toString()).contains("should have been cut out");

        assertThat(context.scanned(scanner, Functions.TYPE).toString()).contains("DB_PASSWORD").doesNotContain("should have been cut out");
    }

    @Test
    void functionWhoseTagsMayNotBeReadIsFoundAllTheSame() throws Exception {
        var denied = failure("AccessDenied", "AccessDeniedException");
        context.answers.put("lambda list-tags", (params, region) -> {
            throw denied;
        });

        var function = scanner.transform(scanner.describe(raw(Functions.NAME, "{'FunctionName':'f','FunctionArn':'arn:aws:lambda:f'}"), context),
                context);

        assertThat(function.tags()).isEmpty();
        assertThat(function.metadata()).containsEntry("denied_details", List.of("tags"));
        assertThat(context.incomplete).containsExactly(denied);
    }

    @ParameterizedTest
    @CsvSource({"Throttled, TooManyRequestsException", "NotFound, ResourceNotFoundException"})
    void functionWhoseTagsCannotBeReadFails(String code, String awsCode) {
        context.answers.put("lambda list-tags", (params, region) -> {
            throw failure(code, awsCode);
        });

        assertThatThrownBy(() -> scanner.describe(raw(Functions.NAME, "{'FunctionName':'f','FunctionArn':'arn:aws:lambda:f'}"), context))
                .isInstanceOfSatisfying(ScanException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    @Test
    void aliasesThatMayNotBeListedFailTheirScope() {
        context.answers.put("lambda list-aliases", (params, region) -> {
            throw failure("AccessDenied", "AccessDeniedException");
        });

        assertThatThrownBy(() -> scanner.discover(Aliases.TYPE, context, new ArrayList<>()::add)).isInstanceOf(ScanException.class);
    }

    @Test
    void listedDataIsNotChanged() throws Exception {
        var json = "{'FunctionName':'orders-import','FunctionArn':'arn:aws:lambda:us-west-2:123456789012:function:orders-import'}";
        var listed = raw(Functions.NAME, json);

        assertThat(scanner.describe(listed, context).data()).isNotEqualTo(listed.data());
        assertThat(listed.data()).isEqualTo(raw(Functions.NAME, json).data());
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', value = {"lambda_function, {}, FunctionName", "lambda_alias, {'Name':'live'}, FunctionName",
        "lambda_alias, {'FunctionName':'f'}, Name", "lambda_layer, {}, LayerName"})
    void resourceWithoutIdentifierIsRefused(String type, String json, String member) throws Exception {
        var raw = raw(type, json);

        assertThatThrownBy(() -> scanner.transform(raw, context)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining(member);
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', delimiter = '|', value = {
        "lambda_function | {'FunctionName':'f'} | arn:aws-cn:lambda:us-west-2:123456789012:function:f",
        "lambda_alias | {'FunctionName':'f','Name':'live'} | arn:aws-cn:lambda:us-west-2:123456789012:function:f:live",
        "lambda_layer | {'LayerName':'l'} | arn:aws-cn:lambda:us-west-2:123456789012:layer:l"})
    void arnsAreOfTheirPartitionWhereAwsGivesNone(String type, String json, String arn) throws Exception {
        context.partition = "aws-cn";

        assertThat(scanner.transform(raw(type, json), context).arn()).isEqualTo(arn);
    }

    @Test
    void functionIsDeletedByWhomMayUnlessCloudFrontKeepsIt() throws Exception {
        var may = new IamPermissions(List.of("lambda:DeleteFunction"), List.of(), List.of(), null, PermissionSource.SIMULATED, null, Map.of());
        var own = raw(Functions.NAME, "{'FunctionName':'f'}");
        var replica = raw(Functions.NAME, "{'FunctionName':'f','MasterArn':'arn:aws:lambda:us-east-1:123456789012:function:f:3'}");

        assertThat(scanner.constraints(own, scanner.transform(own, context), may).canDelete()).isTrue();
        assertThat(scanner.constraints(replica, scanner.transform(replica, context), may).canDelete()).isFalse();
        assertThat(scanner.constraints(own, scanner.transform(own, context), IamPermissions.unknown(Functions.ACTIONS, null, "no network"))
                .canDelete()).isNull();
    }

    private ResourceType type(String name) {
        return scanner.resourceTypes().stream().filter(type -> type.name().equals(name)).findFirst().orElseThrow();
    }

    private static ScanException failure(String code, String awsCode) {
        return new ScanException(Category.AWS_CLI, code, awsCode, false, "said by AWS", null);
    }

    private static RawResource raw(String type, String json) throws JsonProcessingException {
        return new RawResource(type, Json.mapper().readTree(json.replace('\'', '"')));
    }
}
