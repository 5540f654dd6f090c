package cloudops.scanner.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import cloudops.aws.AwsCaller.Transport;
import cloudops.scanner.EstateScanner.ScanProgress;
import cloudops.scanner.EstateSync.Cause;
import cloudops.scanner.EstateSync.SyncListener;
import cloudops.scanner.ScanRequest;
import cloudops.scanner.ScanResult;
import cloudops.scanner.ScanResult.ScopeStatus;
import cloudops.scanner.SyncRequest;
import cloudops.scanner.internal.SyncLoop.Events;

/** Scans at the right time; the clock goes only while the loop waits. */
@Timeout(30)
class SyncLoopTest {

    private static final Instant START = Instant.parse("2026-05-01T12:00:00Z");
    private static final SyncSettings.Plan PLAN = new SyncSettings.Plan(Duration.ofHours(6), Duration.ofMinutes(15), List.of(), Optional.empty());
    private static final SyncRequest REQUEST = new SyncRequest(List.of("production"), List.of("us-east-1"), List.of(), true, Transport.AUTO);

    @TempDir
    Path home;

    private final ScriptedScans scans = new ScriptedScans();
    private final List<String> heard = new ArrayList<>();
    private Instant now = START;

    private final Clock clock = new Clock() {
        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException();
        }
    };

    private final SyncListener listener = new SyncListener() {
        @Override
        public void progress(ScanProgress progress) {
        }

        @Override
        public void begins(Cause cause, ScanRequest scan) {
            heard.add(Duration.between(START, now).toMinutes() + " " + cause);
        }

        @Override
        public void problem(String message) {
            heard.add(message);
        }
    };

    /** Runs until the clock has gone on by {@code span}. */
    private void run(SyncRequest request, Duration span) {
        run(request, span, atMost -> Events.Changes.NONE);
    }

    private void run(SyncRequest request, Duration span, Events events) {
        var end = now.plus(span);
        assertThatThrownBy(() -> new SyncLoop(scans, request, PLAN, atMost -> {
            assertThat(atMost).isPositive().isLessThanOrEqualTo(Duration.ofMinutes(1));
            var changes = events.await(atMost);
            now = now.plus(atMost);
            if (!now.isBefore(end)) {
                throw new InterruptedException("it is stopped");
            }
            return changes;
        }, new SyncFiles(home), listener, clock).run()).isInstanceOf(InterruptedException.class);
    }

    @Test
    void scansAtOnceThenIncrementallyAndAfterSixHoursFullyAgain() {
        run(REQUEST, Duration.ofMinutes(6 * 60 + 16));

        assertThat(heard).hasSize(1 + 23 + 1 + 1).startsWith("0 FULL", "15 INCREMENTAL", "30 INCREMENTAL").endsWith("345 INCREMENTAL", "360 FULL",
                "375 INCREMENTAL");
        assertThat(scans.requests.getFirst()).isEqualTo(new ScanRequest(List.of("production"), List.of("us-east-1"), List.of(), List.of(), true,
                Transport.AUTO, false));
        assertThat(scans.requests.get(1)).isEqualTo(new ScanRequest(List.of("production"), List.of("us-east-1"), List.of(), List.of(), false,
                Transport.AUTO, true));
    }

    @Test
    void goesOnWhereTheLastProcessEnded() {
        run(REQUEST, Duration.ofMinutes(20));
        heard.clear();

        run(REQUEST, Duration.ofMinutes(11));

        assertThat(heard).containsExactly("30 INCREMENTAL");
    }

    @Test
    void whatWasMissedIsMadeUpOnce() {
        run(REQUEST, Duration.ofMinutes(1));
        heard.clear();
        now = now.plus(Duration.ofDays(3));
        run(REQUEST, Duration.ofMinutes(14));
        assertThat(heard).containsExactly("4321 FULL");

        heard.clear();
        now = now.plus(Duration.ofHours(1));
        run(REQUEST, Duration.ofMinutes(14));
        assertThat(heard).containsExactly("4395 INCREMENTAL");
    }

    @Test
    void aSleepingComputerMakesItUpOnceWhenItWakes() {
        run(REQUEST, Duration.ofHours(9), atMost -> {
            if (now.equals(START.plus(Duration.ofMinutes(5)))) {
                now = now.plus(Duration.ofHours(8));
            }
            return Events.Changes.NONE;
        });

        assertThat(heard).startsWith("0 FULL", "486 FULL", "501 INCREMENTAL");
    }

    @Test
    void aClockThatWasWrongDoesNotStopScans() {
        now = START.plus(Duration.ofDays(300));
        run(REQUEST, Duration.ofMinutes(1));
        now = START;
        heard.clear();

        run(REQUEST, Duration.ofMinutes(14));

        assertThat(heard).containsExactly("0 FULL");
    }

    @Test
    void aFullScanThatReachesNothingIsTriedAgainWithTheNextIncrementalOne() {
        scans.outcome = request -> ScriptedScans.result(now.isBefore(START.plus(Duration.ofMinutes(30))) ? ScopeStatus.FAILED : ScopeStatus.COMPLETE);

        run(REQUEST, Duration.ofMinutes(46));

        assertThat(heard).containsExactly("0 FULL", "15 FULL", "30 FULL", "45 INCREMENTAL");
    }

    /** A wrong clock is a reason for a scan to fail: AWS refuses signatures of another time. */
    @Test
    void aFullScanThatFailedByAWrongClockIsTriedAgainByTheRightOne() {
        scans.outcome = request -> ScriptedScans.result(now.isAfter(START.plus(Duration.ofDays(1))) ? ScopeStatus.FAILED : ScopeStatus.COMPLETE);

        now = START.plus(Duration.ofDays(300));
        run(REQUEST, Duration.ofMinutes(30), atMost -> {
            if (now.equals(START.plus(Duration.ofDays(300)).plusSeconds(300))) {
                now = START;
            }
            return now.isBefore(START.plus(Duration.ofDays(1))) && now.isAfter(START.plus(Duration.ofMinutes(20))) ? stop() : Events.Changes.NONE;
        });

        assertThat(heard).containsExactly("432000 FULL", "1 FULL", "16 INCREMENTAL");
    }

    private static Events.Changes stop() throws InterruptedException {
        throw new InterruptedException("it is stopped");
    }

    @Test
    void anotherRequestHasATimetableOfItsOwn() {
        run(REQUEST, Duration.ofMinutes(5));
        heard.clear();

        run(new SyncRequest(List.of("staging"), List.of("us-east-1"), List.of(), true, Transport.AUTO), Duration.ofMinutes(5));

        assertThat(heard).containsExactly("5 FULL");
    }

    @Test
    void damagedTimesAreNoneAndHoldNothingOfTheEstate() throws Exception {
        run(REQUEST, Duration.ofMinutes(5));
        var file = home.resolve("sync/schedule.json");
        assertThat(Files.readString(file)).doesNotContain("production").doesNotContain("us-east-1");
        for (var damaged : List.of("", "{", "[]", "{\"what\": \"x\"}", "\u0000\u0000")) {
            Files.writeString(file, damaged);
            heard.clear();
            run(REQUEST, Duration.ofMinutes(5));
            assertThat(heard).as(damaged).hasSize(1).allMatch(each -> each.endsWith("FULL"));
        }
    }

    @Test
    void aHomeThatCannotBeWrittenIsSaidAndScansGoOn() throws IOException {
        Files.writeString(home.resolve("sync"), "a file where the folder should be");

        run(REQUEST, Duration.ofMinutes(16));

        assertThat(heard).filteredOn(each -> each.endsWith("FULL") || each.endsWith("INCREMENTAL")).containsExactly("0 FULL", "15 INCREMENTAL");
        assertThat(heard).anyMatch(each -> each.startsWith("when this scan was could not be written down"));
    }

    @Test
    void changesAreScannedAndTheirSenderHearsOfIt() {
        var changed = new ScanRequest(List.of("production"), List.of("eu-west-1"), List.of("car"), List.of(), true, Transport.AUTO);
        var told = new ArrayList<ScanResult>();

        run(REQUEST, Duration.ofMinutes(5), atMost -> now.equals(START.plus(Duration.ofMinutes(2))) ? new Events.Changes() {
            @Override
            public List<ScanRequest> scans() {
                return List.of(changed);
            }

            @Override
            public void scanned(ScanRequest scan, ScanResult result) {
                assertThat(scan).isEqualTo(changed);
                told.add(result);
            }
        } : Events.Changes.NONE);

        assertThat(heard).containsExactly("0 FULL", "3 EVENTS");
        assertThat(scans.requests).endsWith(changed);
        assertThat(told).hasSize(1);
    }
}
