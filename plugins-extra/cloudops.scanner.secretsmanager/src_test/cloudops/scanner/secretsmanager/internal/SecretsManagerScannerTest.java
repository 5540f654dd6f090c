package cloudops.scanner.secretsmanager.internal;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import cloudops.scanner.contract.ScannerContract;

class SecretsManagerScannerTest extends ScannerContract {

    SecretsManagerScannerTest() {
        super(new SecretsManagerScanner());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', nullValues = "none", value = {
        ",'Other':1| true | none",
        ",'DeletedDate':1769767200| false | its deletion is scheduled: 2026-01-30T10:00:00+00:00",
        ",'OwningService':'rds'| false | it is managed by rds",
        ",'PrimaryRegion':'us-west-2'| none | whether it still has replicas is not known",
        ",'PrimaryRegion':'eu-central-1'| false | it is a replica of the secret in eu-central-1 and is removed from there",
    })
    void deletesWhatIsItsOwnAndNoReplica(String members, Boolean canDelete, String reason) throws Exception {
        var data = "{'Name':'x','ARN':'arn:aws:x'" + members + "}";

        assertDeletable(judged("secretsmanager_secret", data, "secretsmanager:DeleteSecret"), canDelete, reason);
    }
}
