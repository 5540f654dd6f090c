package cloudops.ui.explorer.internal;

import org.eclipse.ui.IPageLayout;
import org.eclipse.ui.IPerspectiveFactory;

/** Tree on the left; table over details on the right. */
public final class ExplorerPerspective implements IPerspectiveFactory {

    private static final String TREE = "cloudops.ui.explorer.tree";
    private static final String RESOURCES = "cloudops.ui.explorer.resources";
    private static final String DETAILS = "cloudops.ui.explorer.details";
    private static final float TREE_WIDTH = 0.26f;
    private static final float TABLE_HEIGHT = 0.52f;

    @Override
    public void createInitialLayout(IPageLayout layout) {
        layout.setEditorAreaVisible(false);
        layout.addStandaloneView(TREE, true, IPageLayout.LEFT, TREE_WIDTH, layout.getEditorArea());
        layout.addStandaloneView(RESOURCES, true, IPageLayout.TOP, TABLE_HEIGHT, layout.getEditorArea());
        layout.addStandaloneView(DETAILS, true, IPageLayout.BOTTOM, TABLE_HEIGHT, RESOURCES);
        for (var view : new String[] {TREE, RESOURCES, DETAILS}) {
            layout.getViewLayout(view).setCloseable(false);
        }
    }
}
