package cloudops.cli.internal;

import cloudops.model.DisplayText;
import cloudops.scanner.EstateScanner.ScanListener;
import cloudops.scanner.EstateScanner.ScanProgress;

/**
 * The progress of a scan on one line of a terminal that is written over and over; nothing elsewhere. No wider than terminals usually are: where it
 * goes on to a second line, only that is written over.
 */
final class ScanProgressLine implements ScanListener, AutoCloseable {

    private static final String BACK_AND_CLEAR = "\r\033[K";

    private static final int WIDTH = 79;

    private final Cli cli;
    private final boolean shown;
    private boolean written;
    private int percentage;
    private int scopes;

    ScanProgressLine(Cli cli) {
        this.cli = cli;
        this.shown = cli.console().errIsTerminal() && cli.progressWanted();
    }

    @Override
    public synchronized void progress(ScanProgress progress) {
        // calls may overtake each other
        if (shown && progress.percentage() >= percentage && progress.scopesDone() >= scopes) {
            percentage = progress.percentage();
            scopes = progress.scopesDone();
            var scope = progress.scope();
            var line = "scanning " + percentage + " %  " + scopes + "/" + progress.scopesTotal() + "  " + progress.discovered() + " resources  "
                    + DisplayText.line(scope.accountName()) + " " + scope.region() + " " + scope.resourceType();
            cli.console().err().print(BACK_AND_CLEAR + TextWidth.beginning(line, WIDTH));
            cli.console().err().flush();
            written = true;
        }
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
        }
        percentage = 0;
        scopes = 0;
    }
}
