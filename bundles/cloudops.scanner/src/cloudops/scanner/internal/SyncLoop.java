package cloudops.scanner.internal;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import cloudops.scanner.EstateScanner;
import cloudops.scanner.EstateSync.Cause;
import cloudops.scanner.EstateSync.SyncListener;
import cloudops.scanner.ScanRequest;
import cloudops.scanner.ScanResult;
import cloudops.scanner.ScanResult.ScopeStatus;
import cloudops.scanner.SyncRequest;
import cloudops.scanner.internal.SyncFiles.Times;

/** One synchronisation: one thread that scans when a scan is due and hears events in between. */
final class SyncLoop {

    private static final Logger LOG = LoggerFactory.getLogger(SyncLoop.class);

    /** Timers stand still while a laptop sleeps; scans are due by the time of day. */
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    private final EstateScanner scanner;
    private final SyncRequest request;
    private final SyncSettings.Plan plan;
    private final Events events;
    private final SyncFiles files;
    private final SyncListener listener;
    private final Clock clock;
    private final int what;
    private Times times;
    /** When a full scan that reached nothing began; null where the last one reached something. */
    private Instant fullFailed;

    /** Where changes are heard of while nothing else is to be done. */
    interface Events {

        /**
         * Waits for changes.
         *
         * @return what to scan for them; none when there were none in time
         */
        Changes await(Duration atMost) throws InterruptedException;

        /** What to scan, and who wants to know how that went. */
        interface Changes {

            Changes NONE = new Changes() {
                @Override
                public List<ScanRequest> scans() {
                    return List.of();
                }

                @Override
                public void scanned(ScanRequest scan, ScanResult result) {
                    // nobody asked
                }
            };

            List<ScanRequest> scans();

            void scanned(ScanRequest scan, ScanResult result) throws InterruptedException;
        }
    }

    SyncLoop(EstateScanner scanner, SyncRequest request, SyncSettings.Plan plan, Events events, SyncFiles files, SyncListener listener, Clock clock) {
        this.scanner = scanner;
        this.request = request;
        this.plan = plan;
        this.events = events;
        this.files = files;
        this.listener = listener;
        this.clock = clock;
        this.what = List.of(request.profiles(), request.regions(), request.services()).hashCode();
    }

    /** Ends when interrupted. */
    void run() throws InterruptedException {
        times = readTimes();
        while (true) {
            var now = clock.instant();
            var full = fullFailed != null ? due(fullFailed, plan.incremental(), now) : due(times.full(), plan.full(), now);
            var incremental = due(latest(times.full(), times.incremental()), plan.incremental(), now);
            if (!full.isAfter(now)) {
                full(now);
            } else if (!incremental.isAfter(now)) {
                scan(Cause.INCREMENTAL, request(true));
                remember(new Times(what, times.full(), now));
            } else {
                refresh(events.await(shortest(Duration.between(now, full), Duration.between(now, incremental))));
            }
        }
    }

    private void full(Instant now) throws InterruptedException {
        var result = scan(Cause.FULL, request(false));
        boolean something = result.scopes().stream().anyMatch(scope -> scope.status() == ScopeStatus.COMPLETE);
        fullFailed = something ? null : now;
        remember(new Times(what, something ? now : times.full(), now));
    }

    private void refresh(Events.Changes changes) throws InterruptedException {
        for (var scan : changes.scans()) {
            changes.scanned(scan, scan(Cause.EVENTS, scan));
        }
    }

    private ScanResult scan(Cause cause, ScanRequest scan) throws InterruptedException {
        listener.begins(cause, scan);
        var result = scanner.scan(scan, listener);
        LOG.debug("sync cause={} complete={}", cause, result.complete());
        listener.ended(cause, result);
        return result;
    }

    private ScanRequest request(boolean incremental) {
        return new ScanRequest(request.profiles(), request.regions(), request.services(), List.of(), request.cleanupStale() && !incremental,
                request.transport(), incremental);
    }

    /** At once where there was none, or one in the future: that is the mark of a clock that was wrong. */
    private static Instant due(Instant last, Duration interval, Instant now) {
        return last == null || last.isAfter(now) ? now : last.plus(interval);
    }

    private static Instant latest(Instant one, Instant other) {
        return one == null || other != null && other.isAfter(one) ? other : one;
    }

    private static Duration shortest(Duration one, Duration other) {
        var shorter = one.compareTo(other) < 0 ? one : other;
        return shorter.compareTo(LONGEST_PAUSE) < 0 ? shorter : LONGEST_PAUSE;
    }

    private Times readTimes() {
        try {
            var there = files.times(what);
            return there == null ? new Times(what, null, null) : there;
        } catch (IOException e) {
            listener.problem("when the last scans were is not known, so there is one now: " + e);
            return new Times(what, null, null);
        }
    }

    private void remember(Times now) {
        times = now;
        try {
            files.times(now);
        } catch (IOException e) {
            listener.problem("when this scan was could not be written down: " + e);
        }
    }
}
