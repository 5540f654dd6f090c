package cloudops.scanner.sns.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import cloudops.scanner.contract.ScannerContract;

class SnsScannerTest extends ScannerContract {

    SnsScannerTest() {
        super(new SnsScanner());
    }

    @Test
    void subscriptionsDependOnATopicAndDoNotKeepItFromBeingDeleted() throws Exception {
        var topic = "{'TopicArn':'arn:aws:sns:r:1:x','Attributes':{'SubscriptionsConfirmed':'2'}}";
        var verdicts = judged("sns_topic", topic, "sns:DeleteTopic");

        assertDeletable(verdicts, true, null);
        assertThat(verdicts.hasDependencies()).isTrue();
        assertThat(verdicts.reasons()).containsEntry("has_dependencies", "confirmed subscriptions: 2");
        assertThat(judged("sns_topic", "{'TopicArn':'arn:aws:sns:r:1:x'}").hasDependencies()).isNull();
    }
}
