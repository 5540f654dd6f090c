package cloudops.scanner;

import java.util.List;

import cloudops.scanner.spi.ServiceScanner;

/** Scans AWS accounts into the estate with all {@link ServiceScanner}s there are. Thread-safe; blocks the caller. */
public interface EstateScanner {

    /**
     * Scans every scope (account × region × service × type) of a request. A scope that fails is in the result with its errors and leaves
     * the others and the stored estate alone. There is one scan at a time in a home, over all processes: another waits for its end.
     *
     * @param listener hears of the progress, from any thread
     * @throws InterruptedException when the calling thread is interrupted; what was stored stays
     */
    ScanResult scan(ScanRequest request, ScanListener listener) throws InterruptedException;

    /** Names of the services that can be scanned now, sorted. */
    List<String> services();

    /** The scanners there are now, by service name. */
    List<ServiceScanner> scanners();

    /** Hears of a scan's progress; is called from several threads at once and holds the scan up while it works. */
    interface ScanListener {
        ScanListener NONE = progress -> {
        };

        void progress(ScanProgress progress);

        /** Another scan of this home is under way, and this one waits until it ends. @param who for people: which process that is */
        default void waiting(String who) {
        }
    }

    /**
     * @param scope the scope that moved: how it ended, or PARTIAL while it is being scanned
     * @param scopesDone of {@code scopesTotal}
     * @param scopesTotal all scopes known so far
     * @param discovered resources found so far in the whole scan
     * @param upserted resources stored so far
     * @param percentage of the whole scan that is done: 0 to 100; it only grows, but calls may overtake each other
     */
    record ScanProgress(ScanResult.Scope scope, int scopesDone, int scopesTotal, int discovered, int upserted, int percentage) {

        /** Where the scopes known so far are all there are. */
        public ScanProgress(ScanResult.Scope scope, int scopesDone, int scopesTotal, int discovered, int upserted) {
            this(scope, scopesDone, scopesTotal, discovered, upserted, scopesTotal == 0 ? 0 : 100 * scopesDone / scopesTotal);
        }
    }
}
