package cloudops.ui.internal;

import org.eclipse.e4.core.contexts.IEclipseContext;
import org.eclipse.swt.SWT;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.Control;
import org.eclipse.swt.widgets.Label;
import org.eclipse.ui.PlatformUI;
import org.eclipse.ui.menus.WorkbenchWindowControlContribution;

import cloudops.model.Environment;
import cloudops.ui.Look;
import cloudops.ui.Tone;
import cloudops.ui.WidgetId;

/** Says in the status line that nothing can be changed. */
public final class ReadOnlyBadge extends WorkbenchWindowControlContribution {

    @Override
    protected Control createControl(Composite parent) {
        var badge = WidgetId.STATUS_READ_ONLY.mark(new Label(parent, SWT.NONE));
        var environment = PlatformUI.getWorkbench().getService(IEclipseContext.class).get(Environment.class);
        if (environment != null && environment.readOnly()) {
            badge.setText("Read-only");
            badge.setToolTipText("Started with --read-only: nothing but reads is run");
            badge.setFont(Look.bold());
            badge.setForeground(Look.color(Tone.BUSY));
        }
        return badge;
    }
}
