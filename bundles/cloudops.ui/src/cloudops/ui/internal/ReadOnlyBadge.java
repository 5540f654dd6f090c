package cloudops.ui.internal;

import org.eclipse.e4.core.contexts.IEclipseContext;
import org.eclipse.jface.layout.GridDataFactory;
import org.eclipse.jface.layout.GridLayoutFactory;
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
        var room = new Composite(parent, SWT.NONE);
        GridLayoutFactory.fillDefaults().margins(4, 2).applyTo(room);
        var badge = WidgetId.STATUS_READ_ONLY.mark(new Label(room, SWT.NONE));
        GridDataFactory.fillDefaults().grab(true, true).align(SWT.FILL, SWT.CENTER).applyTo(badge);
        var environment = PlatformUI.getWorkbench().getService(IEclipseContext.class).get(Environment.class);
        if (environment != null && environment.readOnly()) {
            badge.setText("Read-only");
            badge.setToolTipText("Started with --read-only: nothing but reads is run");
            badge.setFont(Look.bold());
            badge.setForeground(Look.color(Tone.BUSY));
        }
        return room;
    }
}
