package cloudops.ui.explorer.internal;

import org.eclipse.core.commands.AbstractHandler;
import org.eclipse.core.commands.ExecutionEvent;
import org.eclipse.core.commands.ExecutionException;
import org.eclipse.e4.core.contexts.IEclipseContext;
import org.eclipse.ui.handlers.HandlerUtil;

/** Estate &gt; Scan All Accounts; its parameter {@code regions} narrows it. */
public final class ScanAllHandler extends AbstractHandler {

    @Override
    public Object execute(ExecutionEvent event) throws ExecutionException {
        var window = HandlerUtil.getActiveWorkbenchWindowChecked(event);
        var regions = event.getParameter("regions");
        window.getService(IEclipseContext.class).get(ScanCommand.class).scanAll(window.getShell(),
                ScanDialog.regions(regions == null ? "" : regions));
        return null;
    }
}
