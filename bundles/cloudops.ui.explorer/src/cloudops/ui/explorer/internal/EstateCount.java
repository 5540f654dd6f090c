package cloudops.ui.explorer.internal;

import org.eclipse.e4.core.contexts.IEclipseContext;
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
        var label = WidgetId.STATUS_ESTATE.mark(new Label(parent, SWT.NONE));
        estate.changes().update(label, () -> {
            label.setText(text(estate.content()));
        });
        label.setText(text(estate.content()));
        return label;
    }

    /** Room for a large estate: the toolbar that holds it never grows. */
    @Override
    protected int computeWidth(Control control) {
        return new PixelConverter(control).convertWidthInCharsToPixels(WIDTH_IN_CHARS);
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
