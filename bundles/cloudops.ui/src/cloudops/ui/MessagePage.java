package cloudops.ui;

import org.eclipse.jface.dialogs.Dialog;
import org.eclipse.jface.layout.GridDataFactory;
import org.eclipse.jface.layout.GridLayoutFactory;
import org.eclipse.jface.layout.LayoutConstants;
import org.eclipse.swt.SWT;
import org.eclipse.swt.events.ControlListener;
import org.eclipse.swt.graphics.FontMetrics;
import org.eclipse.swt.graphics.GC;
import org.eclipse.swt.widgets.Button;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.Label;

import cloudops.model.DisplayText;

/** What a view shows in the place of its content: that there is none yet, or what went wrong, and in both cases what to do. */
public final class MessagePage {

    private static final int TEXT_WIDTH_IN_DLU = 220;

    private final Composite root;
    private final Label heading;
    private final Label text;
    private final Button action;
    private final int widest;
    private Runnable run;

    public MessagePage(Composite parent, WidgetId id) {
        root = id.mark(new Composite(parent, SWT.NONE));
        GridLayoutFactory.fillDefaults().margins(LayoutConstants.getMargins()).applyTo(root);
        var middle = new Composite(root, SWT.NONE);
        GridLayoutFactory.fillDefaults().spacing(LayoutConstants.getSpacing().x, LayoutConstants.getSpacing().y * 2).applyTo(middle);
        GridDataFactory.fillDefaults().align(SWT.CENTER, SWT.CENTER).grab(true, true).applyTo(middle);
        heading = WidgetId.MESSAGE_HEADING.mark(new Label(middle, SWT.CENTER | SWT.WRAP));
        heading.setFont(Look.heading());
        text = WidgetId.MESSAGE_TEXT.mark(new Label(middle, SWT.CENTER | SWT.WRAP));
        text.setForeground(Look.quiet());
        widest = Dialog.convertHorizontalDLUsToPixels(fontMetrics(), TEXT_WIDTH_IN_DLU);
        wrapAt(widest);
        root.addControlListener(ControlListener.controlResizedAdapter(event -> fit()));
        action = PushButton.create(middle, WidgetId.MESSAGE_ACTION, "", () -> run.run());
        action.setVisible(false);
    }

    /** Wraps the texts at the width there is, where that is less than what reads well. */
    private void fit() {
        var room = root.getClientArea().width - 2 * LayoutConstants.getMargins().x;
        if (room > 0) {
            wrapAt(Math.min(room, widest));
            root.layout(true, true);
        }
    }

    private void wrapAt(int width) {
        GridDataFactory.fillDefaults().align(SWT.CENTER, SWT.CENTER).hint(width, SWT.DEFAULT).applyTo(heading);
        GridDataFactory.fillDefaults().align(SWT.CENTER, SWT.CENTER).hint(width, SWT.DEFAULT).applyTo(text);
    }

    /** Both texts may come from outside. */
    public MessagePage show(String newHeading, String newText) {
        heading.setText(DisplayText.label(newHeading));
        text.setText(DisplayText.block(newText).replace("&", "&&"));
        action.setVisible(false);
        root.layout(true, true);
        return this;
    }

    public MessagePage show(String newHeading, Trouble trouble) {
        return show(newHeading, trouble.advice().isEmpty() ? trouble.what() : trouble.what() + "\n\n" + trouble.advice());
    }

    /** Adds to what is shown a button that does what the text says. */
    public void offer(String label, Runnable doIt) {
        run = doIt;
        PushButton.label(action, label);
        action.setVisible(true);
        root.layout(true, true);
    }

    public Composite control() {
        return root;
    }

    private FontMetrics fontMetrics() {
        var gc = new GC(root);
        try {
            return gc.getFontMetrics();
        } finally {
            gc.dispose();
        }
    }
}
