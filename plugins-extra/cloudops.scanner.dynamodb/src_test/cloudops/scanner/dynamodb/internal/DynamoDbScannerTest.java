package cloudops.scanner.dynamodb.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import cloudops.scanner.contract.ScannerContract;

class DynamoDbScannerTest extends ScannerContract {

    DynamoDbScannerTest() {
        super(new DynamoDbScanner());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', nullValues = "none", value = {
        "'TableStatus':'ACTIVE'| true | none",
        "'TableStatus':'ARCHIVED'| true | none",
        "'TableStatus':'UPDATING'| false | state is UPDATING",
        "'TableStatus':'ACTIVE','DeletionProtectionEnabled':true| false | deletion protection is on",
        "'TableStatus':'ACTIVE','DeletionProtectionEnabled':false| true | none",
        "'ItemCount':5| none | the state is not known",
    })
    void deletesWhatAwsDeletes(String members, Boolean canDelete, String reason) throws Exception {
        assertDeletable(judged("dynamodb_table", "{'TableName':'x','Table':{" + members + "}}", "dynamodb:DeleteTable"), canDelete, reason);
    }

    @Test
    void backupsAreThoseOfPointInTimeRecovery() throws Exception {
        assertThat(judged("dynamodb_table", recovery("ENABLED")).hasBackups()).isTrue();
        assertThat(judged("dynamodb_table", recovery("DISABLED")).hasBackups()).isFalse();
        assertThat(judged("dynamodb_table", "{'TableName':'x'}").hasBackups()).isNull();
    }

    private static String recovery(String status) {
        return "{'TableName':'x','ContinuousBackupsDescription':{'PointInTimeRecoveryDescription':{'PointInTimeRecoveryStatus':'" + status
                + "'}}}";
    }
}
