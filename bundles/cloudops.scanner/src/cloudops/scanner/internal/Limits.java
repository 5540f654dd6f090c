package cloudops.scanner.internal;

import java.time.Duration;

/**
 * How much of a scan goes on at once, and how long what was found may be relied on.
 *
 * @param accounts accounts at once
 * @param regions regions of one account at once
 * @param services scopes of one region at once
 * @param resources resources described and transformed at once, in the whole scan
 * @param iam batches of resources whose permissions are asked for at once, in the whole scan
 * @param permissions how old the permissions of an unchanged resource may be for an incremental scan to leave them
 */
record Limits(int accounts, int regions, int services, int resources, int iam, Duration permissions) {

    static final Limits DEFAULT = new Limits(1, 10, 10, 100, 50, Duration.ofHours(1));

    /** Resources that are enriched and stored together. */
    static final int BATCH = 100;

    /** Batches being enriched and stored at once, in the whole scan. */
    static final int BATCHES = 10;
}
