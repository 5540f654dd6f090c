package cloudops.scanner.kms.internal;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import cloudops.scanner.contract.ScannerContract;

class KmsScannerTest extends ScannerContract {

    KmsScannerTest() {
        super(new KmsScanner());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', nullValues = "none", value = {
        "'KeyState':'Enabled','KeyManager':'CUSTOMER'| true | none",
        "'KeyState':'Disabled'| true | none",
        "'KeyState':'PendingDeletion'| false | state is PendingDeletion",
        "'KeyState':'Enabled','KeyManager':'AWS'| false | AWS manages it",
        "'Other':1| none | the state is not known",
    })
    void deletesWhatTheCustomerManages(String members, Boolean canDelete, String reason) throws Exception {
        var data = "{'KeyId':'x','KeyArn':'arn:aws:x','KeyMetadata':{" + members + "}}";

        assertDeletable(judged("kms_key", data, "kms:ScheduleKeyDeletion"), canDelete, reason);
    }
}
