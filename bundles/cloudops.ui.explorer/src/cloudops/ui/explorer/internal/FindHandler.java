package cloudops.ui.explorer.internal;

import org.eclipse.core.commands.AbstractHandler;
import org.eclipse.core.commands.ExecutionEvent;
import org.eclipse.core.commands.ExecutionException;
import org.eclipse.e4.ui.workbench.modeling.EPartService;
import org.eclipse.e4.ui.workbench.modeling.EPartService.PartState;
import org.eclipse.ui.handlers.HandlerUtil;

/** Ctrl+F in the Explorer: to the search box. */
public final class FindHandler extends AbstractHandler {

    private static final String RESOURCES = "cloudops.ui.explorer.resources";

    @Override
    public Object execute(ExecutionEvent event) throws ExecutionException {
        var parts = HandlerUtil.getActiveWorkbenchWindowChecked(event).getService(EPartService.class);
        var part = parts.findPart(RESOURCES);
        if (part != null && part.getObject() instanceof ResourcesPart resources) {
            parts.showPart(part, PartState.ACTIVATE);
            resources.focusSearch();
        }
        return null;
    }
}
