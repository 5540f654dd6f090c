package cloudops.ui.explorer.internal;

import org.eclipse.core.runtime.IProgressMonitor;

import cloudops.scanner.EstateScanner.ScanListener;
import cloudops.scanner.EstateScanner.ScanProgress;

/** Turns a scan's progress, which comes from many threads and whose total grows, into a bar that only goes forward. */
final class ScanProgressMonitor implements ScanListener {

    private static final int TICKS = 1_000;

    private final IProgressMonitor monitor;
    private int shown;

    ScanProgressMonitor(IProgressMonitor monitor) {
        this.monitor = monitor;
        monitor.beginTask("Scanning AWS accounts", TICKS);
    }

    @Override
    public synchronized void progress(ScanProgress progress) {
        var ticks = progress.scopesTotal() == 0 ? 0 : (int) ((long) TICKS * progress.scopesDone() / progress.scopesTotal());
        if (ticks > shown) {
            monitor.worked(ticks - shown);
            shown = ticks;
        }
        var where = progress.scope() == null ? "" : ", now " + progress.scope().service() + " in " + progress.scope().region();
        monitor.subTask(progress.scopesDone() + " of " + progress.scopesTotal() + " places, " + progress.discovered()
                + " resources found" + where);
    }
}
