package cloudops.ui.chat.internal;

import org.eclipse.ui.IPageLayout;
import org.eclipse.ui.IPerspectiveFactory;

/** Conversation on the left, the plan that it led to on the right. */
public final class ChatPerspective implements IPerspectiveFactory {

    private static final String CONVERSATION = "cloudops.ui.chat.conversation";
    private static final String PLAN = "cloudops.ui.chat.plan";
    private static final float CONVERSATION_WIDTH = 0.42f;

    @Override
    public void createInitialLayout(IPageLayout layout) {
        layout.setEditorAreaVisible(false);
        layout.addStandaloneView(CONVERSATION, true, IPageLayout.LEFT, CONVERSATION_WIDTH, layout.getEditorArea());
        layout.addStandaloneView(PLAN, true, IPageLayout.RIGHT, 1 - CONVERSATION_WIDTH, layout.getEditorArea());
        for (var view : new String[] {CONVERSATION, PLAN}) {
            layout.getViewLayout(view).setCloseable(false);
        }
    }
}
