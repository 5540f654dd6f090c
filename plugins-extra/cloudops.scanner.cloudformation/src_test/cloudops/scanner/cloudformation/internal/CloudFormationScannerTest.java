package cloudops.scanner.cloudformation.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import cloudops.scanner.contract.ScannerContract;

class CloudFormationScannerTest extends ScannerContract {

    CloudFormationScannerTest() {
        super(new CloudFormationScanner());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', nullValues = "none", value = {
        ",'StackStatus':'CREATE_COMPLETE'| true | none",
        ",'StackStatus':'ROLLBACK_FAILED','EnableTerminationProtection':false| true | none",
        ",'StackStatus':'UPDATE_IN_PROGRESS'| none | state is UPDATE_IN_PROGRESS: it depends on how that ends",
        ",'StackStatus':'DELETE_COMPLETE'| false | state is DELETE_COMPLETE",
        ",'StackStatus':'CREATE_COMPLETE','EnableTerminationProtection':true| false | termination protection is on",
        ",'StackStatus':'CREATE_COMPLETE','Outputs':[{'ExportName':'e'}]| none | whether other stacks import its exports is not known: e",
    })
    void deletesWhatIsAtRestAndNotProtected(String members, Boolean canDelete, String reason) throws Exception {
        var data = "{'StackName':'x','StackId':'arn:aws:x'" + members + "}";

        assertDeletable(judged("cloudformation_stack", data, "cloudformation:DeleteStack"), canDelete, reason);
    }

    @Test
    void valuesOfParametersAndOutputsAreNotKept() throws Exception {
        assertThat(text("cloudformation_stack.calls.json")).contains("not-to-be-kept");
        assertThat(text("cloudformation_stack.expected.json")).contains("Password").doesNotContain("not-to-be-kept");
    }

    private static String text(String file) throws IOException {
        try (var in = CloudFormationScannerTest.class.getResourceAsStream(file)) {
            return new String(in.readAllBytes(), UTF_8);
        }
    }
}
