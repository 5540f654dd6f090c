package cloudops.scanner.sqs.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import cloudops.scanner.contract.ScannerContract;

class SqsScannerTest extends ScannerContract {

    SqsScannerTest() {
        super(new SqsScanner());
    }

    @Test
    void queueIsDeletedByWhoeverMay() throws Exception {
        assertDeletable(judged("sqs_queue", "{'QueueUrl':'https://sqs/1/x'}", "sqs:DeleteQueue"), true, null);
        assertDeletable(judged("sqs_queue", "{'QueueUrl':'https://sqs/1/x'}"), null, "permission not known: sqs:DeleteQueue");
    }

    @Test
    void queueCanNeitherBeStoppedNorStarted() throws Exception {
        var verdicts = judged("sqs_queue", "{'QueueUrl':'https://sqs/1/x'}");

        assertThat(verdicts.canStop()).isFalse();
        assertThat(verdicts.canStart()).isFalse();
        assertThat(verdicts.reasons()).containsEntry("can_stop", "a queue does not run").containsEntry("can_start", "a queue does not run");
    }
}
