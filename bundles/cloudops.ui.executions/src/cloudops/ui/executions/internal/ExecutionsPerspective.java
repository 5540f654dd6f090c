package cloudops.ui.executions.internal;

import org.eclipse.ui.IPageLayout;
import org.eclipse.ui.IPerspectiveFactory;

/** The list over the output of what is selected in it. */
public final class ExecutionsPerspective implements IPerspectiveFactory {

    private static final String LIST = "cloudops.ui.executions.list";
    private static final String OUTPUT = "cloudops.ui.executions.output";
    private static final float LIST_HEIGHT = 0.45f;

    @Override
    public void createInitialLayout(IPageLayout layout) {
        layout.setEditorAreaVisible(false);
        layout.addStandaloneView(LIST, true, IPageLayout.TOP, LIST_HEIGHT, layout.getEditorArea());
        layout.addStandaloneView(OUTPUT, true, IPageLayout.BOTTOM, 1 - LIST_HEIGHT, layout.getEditorArea());
        for (var view : new String[] {LIST, OUTPUT}) {
            layout.getViewLayout(view).setCloseable(false);
        }
    }
}
