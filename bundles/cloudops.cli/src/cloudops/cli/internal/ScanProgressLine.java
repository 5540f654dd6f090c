package cloudops.cli.internal;

import cloudops.model.DisplayText;
import cloudops.scanner.EstateScanner.ScanListener;
import cloudops.scanner.EstateScanner.ScanProgress;

/** The progress of a scan on one line of a terminal that is written over and over; nothing elsewhere. */
final class ScanProgressLine implements ScanListener, AutoCloseable {

    private static final String BACK_AND_CLEAR = "\r\033[K";

    private final Cli cli;
    private final boolean shown;
    private boolean written;
    private int reached;

    ScanProgressLine(Cli cli) {
        this.cli = cli;
        this.shown = cli.console().terminal() && cli.progressWanted();
    }

    @Override
    public synchronized void progress(ScanProgress progress) {
        if (shown) {
            var scope = progress.scope();
            cli.console().err().print(BACK_AND_CLEAR + "scanning " + percentage(progress) + " %  "
                    + progress.scopesDone() + "/" + progress.scopesTotal() + "  " + progress.discovered() + " resources  "
                    + DisplayText.line(scope.accountName()) + " " + scope.region() + " " + scope.resourceType());
            cli.console().err().flush();
            written = true;
        }
    }

    /** Calls may overtake each other. */
    private int percentage(ScanProgress progress) {
        reached = Math.max(reached, progress.percentage());
        return reached;
    }

    @Override
    public void waiting(String who) {
        cli.say("Another scan of this home is under way in " + who + "; this one waits for its end.");
    }

    @Override
    public synchronized void close() {
        if (written) {
            cli.console().err().print(BACK_AND_CLEAR);
            cli.console().err().flush();
            written = false;
            reached = 0;
        }
    }
}
