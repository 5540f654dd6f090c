package cloudops.scanner.internal;

/**
 * How much of a scan goes on at once.
 *
 * @param accounts accounts at once
 * @param regions regions of one account at once
 * @param services scopes of one region at once
 * @param resources resources described and transformed at once, in the whole scan
 */
record Limits(int accounts, int regions, int services, int resources) {

    static final Limits DEFAULT = new Limits(1, 10, 10, 100);

    /** Resources that are enriched and stored together. */
    static final int BATCH = 100;

    /** Batches being enriched and stored at once, in the whole scan. */
    static final int BATCHES = 10;
}
