package cloudops.scanner.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import cloudops.aws.AwsCaller.Transport;
import cloudops.aws.AwsException;
import cloudops.aws.AwsException.Problem;
import cloudops.scanner.EstateScanner.ScanProgress;
import cloudops.scanner.EstateSync.SyncListener;
import cloudops.scanner.ScanRequest;
import cloudops.scanner.ScanResult.ScopeStatus;
import cloudops.scanner.SyncRequest;

@Timeout(30)
class QueuedEventsTest {

    private static final Duration SOON = Duration.ofMillis(1);

    private final TestAws aws = new TestAws();
    private final ScriptedScans scans = new ScriptedScans();
    private final Deque<List<EventQueue.Message>> arriving = new ArrayDeque<>();
    private final List<String> deleted = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();
    private AwsException failure;

    private final EventQueue queue = new EventQueue() {
        @Override
        public List<Message> receive(Duration atMost) throws AwsException {
            if (failure != null) {
                throw failure;
            }
            return arriving.isEmpty() ? List.of() : arriving.remove();
        }

        @Override
        public void delete(List<Message> messages) throws AwsException {
            if (failure != null) {
                throw failure;
            }
            messages.forEach(message -> deleted.add(message.handle()));
        }
    };

    private final SyncListener listener = new SyncListener() {
        @Override
        public void progress(ScanProgress progress) {
        }

        @Override
        public void problem(String message) {
            problems.add(message);
        }
    };

    @BeforeEach
    void scanners() {
        aws.accounts.put("staging", "222222222222");
        scans.scanners.add(new TestScanner("ec2"));
        scans.scanners.add(new TestScanner("rds"));
        scans.scanners.add(new TestScanner("vpc") {
            @Override
            public List<String> eventSources() {
                return List.of("ec2");
            }
        });
    }

    private QueuedEvents events(List<String> regions, List<String> services) {
        var request = new SyncRequest(List.of("production", "staging"), regions, services, true, Transport.SDK);
        return new QueuedEvents(queue, new ChangedScopes(request, scans, aws), listener);
    }

    private QueuedEvents events() {
        return events(List.of("us-east-1", "eu-west-1"), List.of());
    }

    private void arrive(EventQueue.Message... messages) {
        arriving.add(List.of(messages));
    }

    private static EventQueue.Message message(String handle, String body, int receives) {
        return new EventQueue.Message(handle, body, receives);
    }

    private static String event(String source, String account, String region) {
        return """
                {"version": "0", "id": "6a7e8feb-b491-4cf7-a9f1-bf3703467718", "detail-type": "EC2 Instance State-change Notification",
                 "source": "%s", "account": "%s", "time": "2026-05-01T12:00:00Z", "region": "%s", "resources": [],
                 "detail": {"instance-id": "i-1234567890abcdef0", "state": "stopped"}}""".formatted(source, account, region);
    }

    private static String trail(String source, boolean read) {
        return """
                {"version": "0", "detail-type": "AWS API Call via CloudTrail", "source": "%s", "account": "111111111111", "region": "us-east-1",
                 "detail": {"eventVersion": "1.08", "eventSource": "rds.amazonaws.com", "eventName": "StopDBInstance", "readOnly": %s}}"""
                .formatted(source, read);
    }

    private static ScanRequest scan(String profile, String region, String... services) {
        return new ScanRequest(List.of(profile), List.of(region), List.of(services), List.of(), true, Transport.SDK);
    }

    @Test
    void aBurstBecomesOneScanAPlaceAndIsDeletedWhenThatIsDone() throws Exception {
        for (int i = 0; i < 30; i++) {
            arrive(message("e" + i, event("aws.ec2", "111111111111", "us-east-1"), 1));
        }
        arrive(message("t", trail("aws.rds", false), 1), message("s", event("aws.rds", "222222222222", "eu-west-1"), 1));

        var changes = events().await(SOON);

        assertThat(changes.scans()).containsExactly(scan("production", "us-east-1", "ec2", "rds", "vpc"), scan("staging", "eu-west-1", "rds"));
        assertThat(deleted).as("nothing before it was scanned").isEmpty();
        changes.scanned(changes.scans().getFirst(), ScriptedScans.result(ScopeStatus.COMPLETE, ScopeStatus.PARTIAL));
        assertThat(deleted).hasSize(31).doesNotContain("s");
        changes.scanned(changes.scans().getLast(), ScriptedScans.result(ScopeStatus.COMPLETE));
        assertThat(deleted).hasSize(32).contains("s");
    }

    @Test
    void aMessageWhosePlaceCouldNotBeScannedStaysUntilItCameTooOften() throws Exception {
        arrive(message("young", event("aws.rds", "111111111111", "us-east-1"), 1),
                message("old", event("aws.rds", "111111111111", "us-east-1"), QueuedEvents.RECEIVES));
        var changes = events().await(SOON);

        changes.scanned(changes.scans().getFirst(), ScriptedScans.result(ScopeStatus.COMPLETE, ScopeStatus.FAILED));

        assertThat(deleted).containsExactly("old");
    }

    @Test
    void recordsOfReadsAreDeletedAndNothingIsScanned() throws Exception {
        arrive(message("r", trail("aws.rds", true), 1));

        assertThat(events().await(SOON).scans()).isEmpty();
        assertThat(deleted).containsExactly("r");
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "null", "[]", "\"text\"", "{", "{\"source\": 5}", "not JSON $(reboot)", "{\"account\": {}, \"region\": [], \"source\": null}",
            "{\"source\": \"aws.ec2\", \"account\": \"111111111111\", \"region\": \"evil.example.com/\"}",
            "{\"source\": \"aws.ec2\", \"account\": \"111111111111\", \"region\": \"us-east-1\\n\"}",
            "{\"source\": \"aws.ec2\", \"account\": \"1111111111112\", \"region\": \"us-east-1\"}",
            "{\"source\": \"aws.../../\", \"account\": \"111111111111\", \"region\": \"us-east-1\"}",
            "{\"source\": \"my.app\", \"account\": \"111111111111\", \"region\": \"us-east-1\"}", "\u202e\ud83d\ude80\u0000" })
    void whatIsNoEventOfAwsIsDeletedOnlyAfterItCameSeveralTimes(String body) throws Exception {
        var events = events(List.of(), List.of());
        arrive(message("first", body, 1));
        assertThat(events.await(SOON).scans()).isEmpty();
        arrive(message("last but one", body, QueuedEvents.RECEIVES - 1));
        events.await(SOON);
        assertThat(deleted).isEmpty();

        arrive(message("last", body, QueuedEvents.RECEIVES));
        assertThat(events.await(SOON).scans()).isEmpty();
        assertThat(deleted).containsExactly("last");
    }

    @Test
    void absurdlyDeepJsonIsNoEvent() {
        assertThat(ChangeEvent.parse("[".repeat(200_000))).isEmpty();
        assertThat(ChangeEvent.parse("{\"a\":".repeat(20_000) + "1" + "}".repeat(20_000))).isEmpty();
    }

    @Test
    void whatIsNotSynchronisedIsLeftAlone() throws Exception {
        var events = events(List.of("us-east-1"), List.of("ec2"));
        arrive(message("account", event("aws.ec2", "999999999999", "us-east-1"), 1), message("region", event("aws.ec2", "111111111111", "eu-west-1"), 1),
                message("service", event("aws.rds", "111111111111", "us-east-1"), 1), message("none", event("aws.quantum", "111111111111", "us-east-1"), 1));
        assertThat(events.await(SOON).scans()).isEmpty();

        arrive(message("mine", event("aws.ec2", "111111111111", "us-east-1"), 1));
        assertThat(events.await(SOON).scans()).containsExactly(scan("production", "us-east-1", "ec2"));
        assertThat(deleted).isEmpty();
    }

    @Test
    void whatIsOfNoRegionIsScannedWhateverRegionItsEventsName() throws Exception {
        scans.scanners.add(new TestScanner("iam", true));
        var events = events(List.of("eu-west-1"), List.of());
        arrive(message("user", event("aws.iam", "111111111111", "us-east-1"), 1), message("elsewhere", event("aws.rds", "111111111111", "us-east-1"), 1));

        var changes = events.await(SOON);

        assertThat(changes.scans()).containsExactly(scan("production", "eu-west-1", "iam"));
        changes.scanned(changes.scans().getFirst(), ScriptedScans.result(ScopeStatus.COMPLETE));
        assertThat(deleted).containsExactly("user");
    }

    @Test
    void ofABurstAboutOneThingTheAccountIsAskedForOnce() throws Exception {
        aws.accounts.remove("production");
        for (int i = 0; i < 50; i++) {
            arrive(message("e" + i, event("aws.rds", "999999999999", "us-east-1"), 1));
        }

        assertThat(events().await(SOON).scans()).isEmpty();

        assertThat(aws.identities).hasSizeLessThanOrEqualTo(2);
    }

    @Test
    void regionsOfAllPartitionsAreKnown() {
        for (var region : List.of("us-east-1", "us-gov-west-1", "cn-north-1", "ap-southeast-4", "us-iso-east-1", "eu-isoe-west-1", "mx-central-1",
                "il-central-1")) {
            assertThat(ChangeEvent.parse(event("aws.ec2", "111111111111", region))).as(region).isPresent();
        }
    }

    @Test
    void aScannerThatDoesNotAnswerDoesNotHinderTheOthers() throws Exception {
        scans.scanners.add(new TestScanner("broken") {
            @Override
            public List<String> eventSources() {
                throw new NoClassDefFoundError("gone/With/ItsBundle");
            }
        });
        arrive(message("e", event("aws.rds", "111111111111", "us-east-1"), 1));

        assertThat(events().await(SOON).scans()).containsExactly(scan("production", "us-east-1", "rds"));
    }

    @Test
    void aQueueThatFailsIsSaidOnceAndAgainAfterItWorked() throws Exception {
        var events = events();
        for (var broken : Arrays.asList(true, true, false, true)) {
            failure = broken ? new AwsException(Problem.NOT_FOUND, "AWS.SimpleQueueService.NonExistentQueue", "no such queue", null) : null;
            assertThat(events.await(SOON).scans()).isEmpty();
        }

        assertThat(problems).containsExactly("the queue of events: no such queue", "the queue of events: no such queue");
    }

    @Test
    void whatCannotBeDeletedIsSaidAndComesAgain() throws Exception {
        arrive(message("e", event("aws.rds", "111111111111", "us-east-1"), 1));
        var changes = events().await(SOON);
        failure = new AwsException(Problem.ACCESS_DENIED, "AccessDenied", "not allowed to delete", null);

        changes.scanned(changes.scans().getFirst(), ScriptedScans.result(ScopeStatus.COMPLETE));

        assertThat(problems).containsExactly("the queue of events: not allowed to delete");
    }
}
