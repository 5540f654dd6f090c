package cloudops.scanner.autoscaling.internal;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import cloudops.scanner.contract.ScannerContract;

class AutoScalingScannerTest extends ScannerContract {

    AutoScalingScannerTest() {
        super(new AutoScalingScanner());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', nullValues = "none", value = {
        ",'Other':1| true | none",
        ",'DeletionProtection':'prevent-force-deletion'| true | none",
        ",'DeletionProtection':'prevent-all-deletion'| false | deletion protection is on",
        ",'Instances':[{'InstanceId':'i-1'}]| false | it has instances, which a deletion must be forced to end",
        ",'Status':'Delete in progress'| false | state is Delete in progress",
    })
    void deletesWhatIsEmptyAndNotProtected(String members, Boolean canDelete, String reason) throws Exception {
        var data = "{'AutoScalingGroupName':'x','AutoScalingGroupARN':'arn:aws:x'" + members + "}";

        assertDeletable(judged("autoscaling_group", data, "autoscaling:DeleteAutoScalingGroup"), canDelete, reason);
    }
}
