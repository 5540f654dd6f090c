package cloudops.scanner.route53.internal;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import cloudops.scanner.contract.ScannerContract;

class Route53ScannerTest extends ScannerContract {

    Route53ScannerTest() {
        super(new Route53Scanner());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', nullValues = "none", value = {
        ",'ResourceRecordSetCount':2| true | none",
        ",'ResourceRecordSetCount':3| false | it has records besides SOA and NS: 1",
        ",'Other':1| none | the number of its records is not known",
        ",'ResourceRecordSetCount':2,'LinkedService':{'ServicePrincipal':'x'}| false | it is managed by x",
    })
    void deletesWhatIsEmptyAndNobodyElses(String members, Boolean canDelete, String reason) throws Exception {
        var data = "{'HostedZone':{'Id':'Z1'" + members + "}}";

        assertDeletable(judged("route53_hosted_zone", data, "route53:DeleteHostedZone"), canDelete, reason);
    }
}
