package cloudops.ui;

import org.eclipse.jface.layout.GridDataFactory;
import org.eclipse.jface.layout.PixelConverter;
import org.eclipse.swt.SWT;
import org.eclipse.swt.events.SelectionListener;
import org.eclipse.swt.widgets.Button;
import org.eclipse.swt.widgets.Composite;

/** Buttons in grids, with room around their words. */
public final class PushButton {

    private static final int ROOM_IN_CHARS = 4;

    private PushButton() {
    }

    /** @param label with {@code &} before its mnemonic; not from outside */
    public static Button create(Composite parent, WidgetId id, String label, Runnable run) {
        var button = id.mark(new Button(parent, SWT.PUSH));
        button.addSelectionListener(SelectionListener.widgetSelectedAdapter(event -> run.run()));
        label(button, label);
        return button;
    }

    /** Gives a button other words, and the room for them. */
    public static void label(Button button, String label) {
        if (!label.equals(button.getText())) {
            button.setText(label);
            var words = button.computeSize(SWT.DEFAULT, SWT.DEFAULT).x;
            GridDataFactory.fillDefaults().align(SWT.CENTER, SWT.CENTER)
                    .hint(words + new PixelConverter(button).convertWidthInCharsToPixels(ROOM_IN_CHARS), SWT.DEFAULT).applyTo(button);
        }
    }
}
