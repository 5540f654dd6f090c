package cloudops.ui.explorer.internal;

import org.eclipse.e4.core.contexts.IEclipseContext;
import org.eclipse.jface.layout.GridDataFactory;
import org.eclipse.jface.layout.GridLayoutFactory;
import org.eclipse.jface.layout.PixelConverter;
import org.eclipse.swt.SWT;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.Control;
import org.eclipse.swt.widgets.Label;
import org.eclipse.ui.PlatformUI;
import org.eclipse.ui.menus.WorkbenchWindowControlContribution;

import cloudops.ui.WidgetId;

/** The size of the estate in the status line. */
public final class EstateCount extends WorkbenchWindowControlContribution {

    private static final int WIDTH_IN_CHARS = 36;

    @Override
    protected Control createControl(Composite parent) {
        var estate = PlatformUI.getWorkbench().getService(IEclipseContext.class).get(Estate.class);
        var room = new Composite(parent, SWT.NONE);
        GridLayoutFactory.fillDefaults().margins(4, 2).applyTo(room);
        var label = WidgetId.STATUS_ESTATE.mark(new Label(room, SWT.RIGHT));
        // the status line never makes more room than it made first
        GridDataFactory.fillDefaults().grab(true, true).align(SWT.FILL, SWT.CENTER)
                .hint(new PixelConverter(label).convertWidthInCharsToPixels(WIDTH_IN_CHARS), SWT.DEFAULT).applyTo(label);
        estate.changes().update(label, () -> label.setText(text(estate.content())));
        label.setText(text(estate.content()));
        return room;
    }

    static String text(Estate.Content content) {
        if (!content.loaded()) {
            return "Reading the estate…";
        }
        if (content.trouble() != null && content.rows().isEmpty()) {
            return "Estate not available";
        }
        var resources = content.rows().size();
        var accounts = content.tree().children().size();
        return resources == 0 ? "No resources yet"
                : "%,d resources in %d account%s".formatted(resources, accounts, accounts == 1 ? "" : "s");
    }
}
