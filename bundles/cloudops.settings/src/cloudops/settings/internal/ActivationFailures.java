package cloudops.settings.internal;

import org.eclipse.equinox.log.SynchronousLogListener;
import org.osgi.service.log.LogEntry;
import org.osgi.service.log.LogLevel;

/** Hears why a component could not be activated: Declarative Services throws an exception that does not say it, but logs the one that does. */
final class ActivationFailures implements SynchronousLogListener {

    private volatile String last;

    /** Called in the thread that logs, which is that of the activation. */
    @Override
    public void logged(LogEntry entry) {
        if (entry.getLogLevel() == LogLevel.ERROR && entry.getException() != null) {
            var cause = entry.getException();
            while (cause.getCause() != null) {
                cause = cause.getCause();
            }
            last = cause.getMessage();
        }
    }

    void forget() {
        last = null;
    }

    /** What the last failure since {@link #forget} said; null for none. */
    String last() {
        return last;
    }
}
