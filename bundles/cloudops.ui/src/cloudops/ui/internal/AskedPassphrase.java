package cloudops.ui.internal;

import java.nio.file.Path;
import java.util.Optional;

import org.eclipse.jface.window.Window;
import org.eclipse.swt.widgets.Display;

import cloudops.storage.spi.PassphraseSource;

/** The passphrase that is known at start, else the one the user types. */
final class AskedPassphrase implements PassphraseSource {

    private final Display display;
    private final Optional<char[]> known;

    AskedPassphrase(Display display, Optional<char[]> known) {
        this.display = display;
        this.known = known;
    }

    @Override
    public Optional<char[]> passphrase(Path home, boolean create) {
        if (known.isPresent()) {
            // the caller clears its copy
            return known.map(char[]::clone);
        }
        return display.isDisposed() ? Optional.empty() : display.syncCall(() -> ask(home, create));
    }

    private Optional<char[]> ask(Path home, boolean create) {
        var dialog = new PassphraseDialog(display.getActiveShell(), home, create);
        return dialog.open() == Window.OK ? Optional.of(dialog.takePassphrase()) : Optional.empty();
    }
}
