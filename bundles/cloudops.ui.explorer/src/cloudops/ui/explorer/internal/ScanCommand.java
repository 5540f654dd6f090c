package cloudops.ui.explorer.internal;

import java.util.List;

import org.eclipse.core.runtime.IStatus;
import org.eclipse.core.runtime.MultiStatus;
import org.eclipse.core.runtime.Status;
import org.eclipse.jface.dialogs.ErrorDialog;
import org.eclipse.jface.dialogs.MessageDialog;
import org.eclipse.jface.window.Window;
import org.eclipse.swt.widgets.Display;
import org.eclipse.swt.widgets.Shell;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

import cloudops.scanner.ScanResult;
import cloudops.model.DisplayText;
import cloudops.ui.Outcome;
import cloudops.ui.Trouble;

/** Asks what to scan, scans, and says what failed. */
@Component(service = ScanCommand.class)
public final class ScanCommand {

    private final Scans scans;

    @Activate
    public ScanCommand(@Reference Scans scans) {
        this.scans = scans;
    }

    /** UI thread. */
    void open(Shell parent) {
        var dialog = new ScanDialog(parent, scans);
        if (dialog.open() == Window.OK) {
            var display = parent.getDisplay();
            scans.start(dialog.request(), outcome -> report(display, outcome));
        }
    }

    /** Scans all profiles, without asking. @param regions empty for all */
    void scanAll(Shell parent, List<String> regions) {
        var display = parent.getDisplay();
        scans.startAll(regions, outcome -> report(display, outcome));
    }

    /** Whether a scan runs or waits to run. */
    boolean running() {
        return scans.running();
    }

    private static void report(Display display, Outcome<ScanResult> outcome) {
        switch (outcome) {
            case Outcome.Failed<ScanResult> failed -> later(display, () -> failed(display, failed.trouble()));
            case Outcome.Done<ScanResult> done -> {
                var summary = ScanSummary.of(done.value());
                if (!summary.problems().isEmpty()) {
                    later(display, () -> partlyDone(display, summary));
                }
            }
            case Outcome.Cancelled<ScanResult> cancelled -> {
                // what was found until then is shown; a cancel needs no report
            }
        }
    }

    private static void later(Display display, Runnable show) {
        if (!display.isDisposed()) {
            display.asyncExec(show);
        }
    }

    private static void failed(Display display, Trouble trouble) {
        MessageDialog.openError(display.getActiveShell(), "Scan", DisplayText.block("The scan failed.\n\n" + trouble.what()
                + (trouble.advice().isEmpty() ? "" : "\n\n" + trouble.advice())));
    }

    private static void partlyDone(Display display, ScanSummary summary) {
        var status = new MultiStatus(ScanCommand.class, IStatus.WARNING,
                summary.problems().size() + " problems. What could not be read is kept as it was stored before.", null);
        summary.problems().forEach(problem -> status.add(new Status(IStatus.WARNING, ScanCommand.class, DisplayText.line(problem))));
        ErrorDialog.openError(display.getActiveShell(), "Scan", summary.headline(), status);
    }
}
