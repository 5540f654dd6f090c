package cloudops.scanner;

import java.io.IOException;
import java.util.List;

import org.osgi.annotation.versioning.ProviderType;

import cloudops.scanner.EstateScanner.ScanListener;

/** Keeps the estate of a home in step with AWS. Thread-safe. */
@ProviderType
public interface EstateSync {

    /**
     * Scans on the schedules of the settings, and what events of AWS name, until the calling thread is interrupted; never two scans at once. What
     * was missed while nobody synchronised is made up once. Failures are told and do not end it. While another synchronises the same home, it waits
     * for the end of that, and says so.
     *
     * @param listener hears of scans and their progress
     * @throws IllegalArgumentException when neither {@code request} nor the settings name a profile, or the settings make no sense; says what does
     * @throws java.io.UncheckedIOException when the home cannot be written
     * @throws InterruptedException when interrupted; what was stored stays
     */
    void run(SyncRequest request, SyncListener listener) throws InterruptedException;

    /** How the last scan of each service went, by service; those that were never scanned are not there. */
    List<ServiceStatus> status() throws IOException;

    /** Why there is a scan. */
    enum Cause {
        /** The schedule of full scans. */
        FULL,
        /** The schedule of incremental scans. */
        INCREMENTAL,
        /** Events of AWS: a full scan of what they name. */
        EVENTS
    }

    /** Hears of a synchronisation, of progress from any thread, and holds it up while it works. */
    interface SyncListener extends ScanListener {

        default void begins(Cause cause, ScanRequest scan) {
        }

        default void ended(Cause cause, ScanResult result) {
        }

        /** Something that is no scan went wrong, and will be tried again. @param message for people */
        default void problem(String message) {
        }
    }
}
