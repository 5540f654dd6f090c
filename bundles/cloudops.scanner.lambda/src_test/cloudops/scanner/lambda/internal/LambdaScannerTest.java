package cloudops.scanner.lambda.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import cloudops.scanner.contract.AnsweredAccount;
import cloudops.scanner.contract.ScannerContract;
import cloudops.scanner.spi.ScanException;

class LambdaScannerTest extends ScannerContract {

    private static final LambdaScanner SCANNER = new LambdaScanner();
    private static final String FUNCTION = "{'FunctionName':'f','FunctionArn':'arn:aws:lambda:us-west-2:123456789012:function:f'}";

    LambdaScannerTest() {
        super(SCANNER);
    }

    /** The execution engine cuts them out; should one come through all the same, it ends here. */
    @Test
    void valuesOfVariablesAreNotKept() throws Exception {
        var raw = raw("lambda_function", "{'FunctionName':'f','Environment':{'Variables':{'DB_PASSWORD':'should have been cut out'}}}");

        assertThat(SCANNER.transform(raw, new AnsweredAccount("aws")).toString()).contains("DB_PASSWORD").doesNotContain("cut out");
    }

    @Test
    void functionWhoseTagsMayNotBeReadIsFoundAllTheSame() throws Exception {
        var denied = AnsweredAccount.refused("AccessDenied", "AccessDeniedException");
        var account = new AnsweredAccount("aws").refuseAll(denied);

        var function = SCANNER.transform(SCANNER.describe(raw("lambda_function", FUNCTION), account), account);

        assertThat(function.tags()).isEmpty();
        assertThat(function.metadata()).containsEntry("denied_details", List.of("tags"));
        assertThat(account.incompletes()).containsExactly(denied);
    }

    @ParameterizedTest
    @CsvSource({"Throttled, TooManyRequestsException", "NotFound, ResourceNotFoundException"})
    void functionWhoseTagsCannotBeReadFails(String code, String awsCode) {
        var account = new AnsweredAccount("aws").refuseAll(AnsweredAccount.refused(code, awsCode));

        assertThatThrownBy(() -> SCANNER.describe(raw("lambda_function", FUNCTION), account))
                .isInstanceOfSatisfying(ScanException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    @Test
    void aliasesThatMayNotBeListedFailTheirScope() throws Exception {
        var functions = raw("lambda_function", "{'Functions':[" + FUNCTION + "]}").data();
        var account = new AnsweredAccount("aws").answer("lambda list-functions", (params, region) -> functions)
                .answer("lambda list-aliases", (params, region) -> {
                    throw AnsweredAccount.refused("AccessDenied", "AccessDeniedException");
                });
        var aliases = new Aliases();

        assertThatThrownBy(() -> aliases.discover(account, new ArrayList<>()::add)).isInstanceOf(ScanException.class);
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', delimiter = '|', value = {
        "lambda_function | {'FunctionName':'f'} | arn:aws-cn:lambda:us-west-2:123456789012:function:f",
        "lambda_alias | {'FunctionName':'f','Name':'live'} | arn:aws-cn:lambda:us-west-2:123456789012:function:f:live",
        "lambda_layer | {'LayerName':'l'} | arn:aws-cn:lambda:us-west-2:123456789012:layer:l"})
    void arnsAreOfTheirPartitionWhereAwsGivesNone(String type, String json, String arn) throws Exception {
        assertThat(SCANNER.transform(raw(type, json), new AnsweredAccount("aws-cn")).arn()).isEqualTo(arn);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', nullValues = "none", value = {
        "'FunctionName':'f' | true | none",
        "'FunctionName':'f','MasterArn':'arn:aws:lambda:us-east-1:123456789012:function:f:3' | false "
                + "| it is a replica of Lambda@Edge, which goes by itself"})
    void functionIsDeletedByWhomMayUnlessCloudFrontKeepsIt(String members, Boolean canDelete, String reason) throws Exception {
        assertDeletable(judged("lambda_function", "{" + members + "}", "lambda:DeleteFunction"), canDelete, reason);
        assertThat(judged("lambda_function", "{" + members + "}").canDelete()).as("without a known permission").isNotEqualTo(true);
    }
}
