package cloudops.ui.internal;

import java.nio.file.Path;
import java.util.Arrays;

import org.eclipse.jface.dialogs.IDialogConstants;
import org.eclipse.jface.dialogs.IMessageProvider;
import org.eclipse.jface.dialogs.TitleAreaDialog;
import org.eclipse.jface.layout.GridDataFactory;
import org.eclipse.jface.layout.GridLayoutFactory;
import org.eclipse.jface.layout.LayoutConstants;
import org.eclipse.swt.SWT;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.Control;
import org.eclipse.swt.widgets.Label;
import org.eclipse.swt.widgets.Shell;
import org.eclipse.swt.widgets.Text;

import cloudops.model.DisplayText;
import cloudops.ui.WidgetId;

/** Asks for the passphrase of a home, twice when it is being chosen. */
final class PassphraseDialog extends TitleAreaDialog {

    private static final int SHORTEST = 8;

    private final Path home;
    private final boolean create;
    private Text first;
    private Text second;
    private char[] passphrase = {};

    PassphraseDialog(Shell parent, Path home, boolean create) {
        super(parent);
        this.home = home;
        this.create = create;
    }

    /** What was typed; the dialog forgets it. */
    char[] takePassphrase() {
        var taken = passphrase;
        passphrase = new char[0];
        return taken;
    }

    @Override
    protected void configureShell(Shell shell) {
        super.configureShell(shell);
        shell.setText("CloudOps");
    }

    @Override
    protected Control createDialogArea(Composite parent) {
        var area = (Composite) super.createDialogArea(parent);
        setTitle(create ? "Choose a passphrase" : "Enter the passphrase");
        say(null);
        var fields = new Composite(area, SWT.NONE);
        GridDataFactory.fillDefaults().grab(true, true).applyTo(fields);
        GridLayoutFactory.swtDefaults().numColumns(2).margins(LayoutConstants.getMargins()).applyTo(fields);
        first = WidgetId.PASSPHRASE.mark(field(fields, "&Passphrase:"));
        if (create) {
            second = WidgetId.PASSPHRASE_REPEATED.mark(field(fields, "&Repeat it:"));
        }
        return area;
    }

    private Text field(Composite parent, String label) {
        new Label(parent, SWT.NONE).setText(label);
        var field = new Text(parent, SWT.BORDER | SWT.PASSWORD);
        GridDataFactory.fillDefaults().grab(true, false).applyTo(field);
        field.addModifyListener(event -> check());
        return field;
    }

    private void say(String problem) {
        var text = create
                ? "It encrypts the estate that is stored in " + home + ". It cannot be recovered when it is lost."
                : "It opens the estate that is stored in " + home + ".";
        setMessage(DisplayText.line(problem == null ? text : problem), problem == null ? IMessageProvider.NONE : IMessageProvider.WARNING);
    }

    private void check() {
        var typed = first.getTextChars();
        var repeated = create ? second.getTextChars() : typed;
        var tooShort = create && typed.length < SHORTEST;
        var different = !Arrays.equals(typed, repeated);
        say(tooShort && typed.length > 0 ? "At least " + SHORTEST + " characters." : different ? "The two are not the same yet." : null);
        getButton(IDialogConstants.OK_ID).setEnabled(typed.length > 0 && !tooShort && !different);
        Arrays.fill(typed, '\0');
        Arrays.fill(repeated, '\0');
    }

    @Override
    protected void createButtonsForButtonBar(Composite parent) {
        super.createButtonsForButtonBar(parent);
        WidgetId.PASSPHRASE_OK.mark(getButton(IDialogConstants.OK_ID)).setEnabled(false);
    }

    @Override
    protected void okPressed() {
        passphrase = first.getTextChars();
        super.okPressed();
    }

    @Override
    protected boolean isResizable() {
        return true;
    }
}
