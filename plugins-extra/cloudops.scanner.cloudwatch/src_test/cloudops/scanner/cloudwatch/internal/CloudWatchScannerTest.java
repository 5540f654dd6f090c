package cloudops.scanner.cloudwatch.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import cloudops.scanner.contract.ScannerContract;

class CloudWatchScannerTest extends ScannerContract {

    CloudWatchScannerTest() {
        super(new CloudWatchScanner());
    }

    @Test
    void alarmIsDeletedByWhoeverMayWhateverItsState() throws Exception {
        var alarm = "{'AlarmName':'x','AlarmArn':'arn:aws:x','StateValue':'ALARM','ActionsEnabled':true}";
        var verdicts = judged("cloudwatch_alarm", alarm, "cloudwatch:DeleteAlarms");

        assertDeletable(verdicts, true, null);
        assertThat(verdicts.canStop()).isFalse();
        assertThat(verdicts.customConstraints()).containsEntry("actions_enabled", true);
        assertDeletable(judged("cloudwatch_alarm", alarm), null, "permission not known: cloudwatch:DeleteAlarms");
    }
}
