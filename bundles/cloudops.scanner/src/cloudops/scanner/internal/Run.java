package cloudops.scanner.internal;

import java.time.Instant;
import java.util.concurrent.Semaphore;

import cloudops.scanner.ScanRequest;

/**
 * What all parts of one scan share.
 *
 * @param batches permits for batches being enriched and stored at once
 * @param resources permits for resources being described and transformed at once
 * @param iam permits for batches whose permissions are being asked for at once
 */
record Run(ScanRequest request, Instant startedAt, Services services, Limits limits, Semaphore batches, Semaphore resources, Semaphore iam,
        ScanTally tally) {

    Run(ScanRequest request, Instant startedAt, Services services, Limits limits, ScanTally tally) {
        this(request, startedAt, services, limits, new Semaphore(Limits.BATCHES), new Semaphore(limits.resources()),
                new Semaphore(limits.iam()), tally);
    }
}
